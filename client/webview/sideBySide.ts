interface Host {
  postMessage(message: unknown): void;
}
declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
const view = document.getElementById('view') as HTMLElement;

window.addEventListener('message', ({ data }: MessageEvent<{ html?: string }>) => {
  if (typeof data.html === 'string') show(data.html);
});

/** Shows a new comparison; the switch, the focused row and the scroll position stay. `html` comes escaped from the server. */
function show(html: string): void {
  const only = (document.getElementById('only') as HTMLInputElement | null)?.checked === true;
  const focused = (document.activeElement?.closest('.row') as HTMLElement | null)?.dataset['id'];
  const top = document.documentElement.scrollTop;
  view.innerHTML = html;
  const box = document.getElementById('only') as HTMLInputElement | null;
  if (box) box.checked = only;
  rows().find((row) => row.dataset['id'] === focused)?.focus({ preventScroll: true });
  document.documentElement.scrollTop = top;
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.row')].filter((row) => row.offsetParent !== null);
}

function open(place: HTMLElement): void {
  const number = (key: string): number => Number(place.dataset[key] ?? 0);
  if (place.dataset['side'] === 'compiled') return;
  host.postMessage({ open: { file: place.dataset['file'], startLine: number('line'), startCharacter: number('character'), endLine: number('endLine'), endCharacter: number('endCharacter') } });
}

document.addEventListener('click', (event) => {
  const place = (event.target as HTMLElement).closest<HTMLElement>('.place');
  if (!place) return;
  event.preventDefault();
  open(place);
});

document.addEventListener('keydown', (event) => {
  const row = (event.target as HTMLElement).closest<HTMLElement>('.row');
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = rows();
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (step !== undefined) {
    event.preventDefault();
    all[all.indexOf(row) + step]?.focus();
    return;
  }
  const side = { Enter: '.does .place, .spec .place', ArrowRight: '.does .place', ArrowLeft: '.spec .place' }[event.key];
  const place = side === undefined || (event.target as HTMLElement).closest('.place') ? null : row.querySelector<HTMLElement>(side);
  if (!place) return;
  event.preventDefault();
  open(place);
});

host.postMessage({ ready: true });
