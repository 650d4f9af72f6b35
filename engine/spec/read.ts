import type { Notice } from '../project/types';
import type { ReadResult, Workspace } from '../workspace';
import { parseSpec } from './parse';
import type { SpecTemplate } from './template/types';
import type { SpecDocument } from './types';

/** Reads and parses a spec file, by `parse` where it has no bad bytes. Never throws: bad bytes are a problem of the spec, and a file that cannot be read is a notice. */
export async function readSpec(workspace: Workspace, path: string, template: SpecTemplate, parse: typeof parseSpec = parseSpec): Promise<{ spec?: SpecDocument; notice?: Notice }> {
  return specIn(path, await workspace.read(path), template, parse);
}

/** The spec that was read of a file, as `readSpec`. */
export function specIn(path: string, result: ReadResult, template: SpecTemplate, parse: typeof parseSpec = parseSpec): { spec?: SpecDocument; notice?: Notice } {
  if (result.kind !== 'text') {
    const why = result.kind === 'too-large' ? `it is larger than ${Math.round(result.limit / 1024 / 1024)} MB` : result.kind === 'failed' ? (result.why === 'EISDIR' ? 'it is a folder' : result.why) : 'it vanished while reading';
    return { notice: { code: 'SPEC005', severity: 'error', file: path, message: `${path} could not be read: ${why}; the other specs were checked.` } };
  }
  if (!result.invalidUtf8) return { spec: parse(path, result.text, template) };
  const spec = parseSpec(path, result.text, template);
  const start = Math.max(0, result.text.indexOf('\uFFFD'));
  const message = 'The file is not valid UTF-8; save it as UTF-8, the bad bytes read as replacement characters.';
  return { spec: { ...spec, problems: [{ code: 'SPEC006', severity: 'error', span: { start, end: start + 1 }, message, fixes: [] }, ...spec.problems] } };
}
