import { lightSpec } from './lightSpec';
import { MAX_SPEC_LENGTH, parseSpec, specKindOf } from './parse';
import { BUILT_IN } from './schema';
import type { SpecTemplate } from './template/types';
import type { SpecDocument } from './types';

/** A spec of which nothing is parsed until somebody asks for it, as `lightSpec` then. In what it says the same as `parseSpec`. */
export function waitingSpec(path: string, text: string, template: SpecTemplate = BUILT_IN): SpecDocument {
  return text.length > MAX_SPEC_LENGTH ? parseSpec(path, text, template) : unreadSpec(path, () => text, template);
}

/** As `waitingSpec`, of which the text, too, is read when somebody asks for it. */
export function unreadSpec(path: string, textNow: () => string, template: SpecTemplate): SpecDocument {
  let text: string | undefined;
  let read: SpecDocument | undefined;
  const written = (): string => (text ??= textNow());
  const light = (): SpecDocument => (read ??= lightSpec(path, written(), template));
  return {
    path,
    get text() {
      return written();
    },
    kind: specKindOf(path),
    template,
    get yaml() {
      return light().yaml;
    },
    get tree() {
      return light().tree;
    },
    get facts() {
      return light().facts;
    },
    get ids() {
      return light().ids;
    },
    get problems() {
      return light().problems;
    },
    whole: () => light().whole?.() ?? light(),
  };
}

/** The model a spec says it is of; the text tells that of most without being parsed. */
export function modelOf(spec: SpecDocument): string | undefined {
  return modelWritten(spec.text) ?? spec.facts?.model?.value;
}

/** A text that starts with a key at the margin, as nearly all specs do. */
const STARTS_WITH_KEY = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?:spec|model|owner): /;
/** The key with one plain word. */
const MODEL_LINE = /^model:[ \t]+([A-Za-z_][\w.]*)[ \t]*(?:[ \t]#[^\n]*)?\r?$/m;
const MODEL_KEY = /^["']?model["']?[ \t]*:/m;
/** Several documents in one file, tabs, anchors and tags are left to the parser. */
const UNUSUAL = /^(?:---|\.\.\.|%|[?&!*])|[\t\uFEFF]/m;

/**
 * The model a spec's text says it is of, without parsing it. Undefined where it has to be parsed to know that: where the model is not
 * one plain word on the one line at the margin that has this key. What stands at the margin of such a text is in no value of another key.
 */
export function modelWritten(text: string): string | undefined {
  const first = text.search(MODEL_KEY);
  if (first < 0 || MODEL_KEY.test(text.slice(first + 1)) || !STARTS_WITH_KEY.test(text) || UNUSUAL.test(text)) return undefined;
  const line = MODEL_LINE.exec(text);
  const model = line?.[1];
  // A plain word goes on with the indented lines behind it.
  if (!line || /^\s*\n[ \t]+[^\s]/.test(text.slice(line.index + line[0].length))) return undefined;
  return model !== undefined && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(model) ? model : undefined;
}
