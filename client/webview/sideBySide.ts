interface Host {
  postMessage(message: unknown): void;
}
declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
const view = document.getElementById('view') as HTMLElement;
let only = false;
let last: string | undefined;

window.addEventListener('message', ({ data }: MessageEvent<{ html?: string }>) => {
  if (typeof data.html === 'string') show(data.html);
});

/** Shows a new comparison; the switch, the focused row and the scroll position stay. `html` comes escaped from the server. */
function show(html: string): void {
  const focused = Boolean(document.activeElement?.closest('.row'));
  const switching = document.activeElement === switchBox();
  const top = document.documentElement.scrollTop;
  // In between there may have been a page without a switch.
  only = switchBox()?.checked ?? only;
  view.innerHTML = html;
  const box = switchBox();
  if (box) box.checked = only;
  if (switching) box?.focus({ preventScroll: true });
  if (focused) lastRow()?.focus({ preventScroll: true });
  document.documentElement.scrollTop = top;
}

/** The row a person was at, also after a jump to an editor and back. */
function lastRow(): HTMLElement | undefined {
  return rows().find((row) => row.dataset['id'] === last);
}

document.addEventListener('focusin', (event) => {
  last = (event.target as HTMLElement).closest<HTMLElement>('.row')?.dataset['id'] ?? last;
});

window.addEventListener('focus', () => {
  if (document.activeElement === document.body) lastRow()?.focus({ preventScroll: true });
});

function switchBox(): HTMLInputElement | null {
  return document.getElementById('only') as HTMLInputElement | null;
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.row')].filter((row) => row.offsetParent !== null);
}

function open(place: HTMLElement): void {
  const number = (key: string): number => Number(place.dataset[key] ?? 0);
  host.postMessage({ open: { file: place.dataset['file'], startLine: number('line'), startCharacter: number('character'), endLine: number('endLine'), endCharacter: number('endCharacter') } });
}

document.addEventListener('click', (event) => {
  const place = (event.target as HTMLElement).closest<HTMLElement>('a.place');
  if (!place) return;
  event.preventDefault();
  open(place);
});

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target as HTMLElement;
  const row = target.closest<HTMLElement>('.row');
  const all = rows();
  const next = nextRow(event.key, all, row);
  if (next) next.focus();
  else if (event.key === 'd') switchBox()?.click();
  else {
    const sides = { Enter: ['.does', '.spec'], ArrowRight: ['.does'], ArrowLeft: ['.spec'] }[event.key] ?? [];
    const place = sides.map((side) => row?.querySelector<HTMLElement>(`${side} a.place`)).find((found) => found);
    // Enter on a link itself is a click.
    if (!place || (event.key === 'Enter' && target.closest('a.place'))) return;
    open(place);
  }
  event.preventDefault();
});

function nextRow(key: string, all: readonly HTMLElement[], row: HTMLElement | null): HTMLElement | undefined {
  if (key === 'Home') return all[0];
  if (key === 'End') return all[all.length - 1];
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[key];
  if (step === undefined) return undefined;
  return row ? (all[all.indexOf(row) + step] ?? row) : all[0];
}

host.postMessage({ ready: true });
