import pc from 'picocolors';
import type { Envelope, ModelReport } from '../../engine/conformance/types';
import { DEFAULT_WIDTH, type Format } from './formats';
import { printJson } from './json';
import { modelText, noticesText } from './text';

/** A format that is printed model by model: all its texts after one another are what `print` gives for the whole envelope. */
export interface Stream {
  /** What stands before the models; the envelope has none yet. */
  begin(envelope: Envelope): string;
  model(report: ModelReport): string;
  /** What stands before a model. */
  joint(first: boolean): string;
  /** What stands after the models, of which there were some or none. */
  end(envelope: Envelope, some: boolean): string;
}

/** The format as a stream; undefined for one that needs all models at once. */
export function streamOf(format: Format, { width = DEFAULT_WIDTH, color }: { width?: number; color: boolean }): Stream | undefined {
  if (format === 'json') return JSON_STREAM;
  return format === 'text' ? textStream(width, color) : undefined;
}

const MODELS = '\n  "models": [';

const IN_LIST = '{\n  "models": [\n    '.length;
const IN_LIST_END = '\n  ]\n}'.length;

const JSON_STREAM: Stream = {
  begin: (envelope) => printed(envelope).slice(0, modelsAt(envelope)),
  // As an element of a list in an object it is indented as it will be.
  model: (report) => JSON.stringify({ models: [report] }, null, 2).slice(IN_LIST, -IN_LIST_END),
  joint: (first) => (first ? '\n    ' : ',\n    '),
  end: (envelope, some) => `${some ? '\n  ' : ''}${printed(envelope).slice(modelsAt(envelope))}`,
};

function printed(envelope: Envelope): string {
  return printJson({ ...envelope, models: [] });
}

/** Where the models go: no line end stands inside a string of JSON. */
function modelsAt(envelope: Envelope): number {
  return printed(envelope).indexOf(MODELS) + MODELS.length;
}

function textStream(width: number, color: boolean): Stream {
  const paint = pc.createColors(color);
  return {
    begin: () => '',
    model: (report) => modelText(report, paint, width),
    joint: (first) => (first ? '' : '\n'),
    end: (envelope, some) => {
      const notices = noticesText(envelope.notices, paint, width);
      return notices === '' ? '' : `${some ? '\n' : ''}${notices}${notices.endsWith('\n') ? '' : '\n'}`;
    },
  };
}
