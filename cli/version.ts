import manifest from '../package.json';

/** Specline's version, from the package. */
export const VERSION: string = manifest.version;
