/** What `extends` names: a file beside others, a package, or why it is neither. */
export type Target = { kind: 'file'; path: string } | { kind: 'package'; name: string; subpath: string | undefined } | { kind: 'none'; why: string };

const PACKAGE = /^(?:npm:)?((?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*)(?:\/(.+))?$/;

/** Reads what a file says it extends: a path where it starts with a dot or ends like a YAML file, else a package. */
export function targetOf(written: string): Target {
  const text = written.trim().replace(/\\/g, '/');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { kind: 'none', why: 'is an address, and nothing is fetched from the network; name a file of the repository or an installed npm package' };
  if (/^(\/|~|[a-z]:)/i.test(text) && !text.startsWith('npm:')) return { kind: 'none', why: 'is an absolute path, which differs from machine to machine; write it relative to this file' };
  if (/^\.\.?(\/|$)/.test(text) || (/\.(ya?ml|json)$/.test(text) && !/^(@|npm:)/.test(text))) return { kind: 'file', path: text };
  const match = PACKAGE.exec(text);
  if (!match?.[1]) return { kind: 'none', why: 'is neither a path such as ./templates/house.yml nor the name of an npm package' };
  if (match[2]?.split('/').includes('..') === true) return { kind: 'none', why: 'leads out of its package' };
  return { kind: 'package', name: match[1], subpath: match[2] };
}

/** A path from a folder, both relative to the project's root, with `..` only at its start. */
export function joined(folder: string, path: string): string {
  const steps: string[] = [];
  for (const step of `${folder}/${path}`.split('/')) {
    if (step === '' || step === '.') continue;
    if (step === '..' && steps.length > 0 && steps[steps.length - 1] !== '..') steps.pop();
    else steps.push(step);
  }
  return steps.join('/');
}

/** The folder of a path; the empty text is the project's root. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** How many folders above the project's root a path leads. */
export function above(path: string): number {
  return path.split('/').filter((step) => step === '..').length;
}

/** A folder and those around it, the innermost first, up to the repository's root, which is `up` folders above the project's. */
export function foldersUp(folder: string, up: number): string[] {
  const top = Array.from({ length: up }, () => '..').join('/');
  const out = [folder];
  for (let at = folder; at !== top && above(at) <= up; ) {
    at = at === '' || at.endsWith('..') ? joined(at, '..') : folderOf(at);
    out.push(at);
  }
  return out;
}
