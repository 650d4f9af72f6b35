import type { Envelope } from '../../engine/conformance/types';

/** The published envelope (schemas/cli.v1.schema.json), indented, with a final newline. */
export function printJson(envelope: Envelope): string {
  return `${JSON.stringify(envelope, null, 2)}\n`;
}
