import type { SettingsFiles } from '../../engine/spec';

/** Files of settings by their path relative to the project's root, for tests; `up` folders above it is the repository's root. */
export function memorySettings(files: Readonly<Record<string, string>>, up = 0): SettingsFiles {
  return { up, read: (path) => (Object.hasOwn(files, path) ? { kind: 'text', text: files[path] ?? '', invalidUtf8: false } : { kind: 'missing' }) };
}
