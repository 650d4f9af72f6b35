import { createHash } from 'node:crypto';
import type { Envelope } from '../../engine/conformance/types';
import { renderPage, STYLE } from '../../engine/view';

/** One self-contained page with the side-by-side view of every model; opens without network or script. */
export function printHtml(envelope: Envelope): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  return renderPage(`Specline: ${envelope.project.name}`, envelope, hash);
}
