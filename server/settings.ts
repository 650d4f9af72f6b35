/** What a person can turn off, or on; in editors the section `specline` of their settings. */
export interface Settings {
  codeLens: boolean;
  semanticTokens: boolean;
  inlayHints: { types: boolean; grain: boolean; cardinality: boolean };
  /** Whether files that are not open are checked, too. */
  workspaceDiagnostics: boolean;
}

export const DEFAULT_SETTINGS: Settings = { codeLens: true, semanticTokens: true, inlayHints: { types: true, grain: true, cardinality: true }, workspaceDiagnostics: false };

/** Reads the section `specline`; what is not a boolean there has its default. Never throws. */
export function settingsOf(section: unknown): Settings {
  const flag = (path: readonly string[], otherwise: boolean): boolean => {
    const value = path.reduce<unknown>((at, key) => (at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[key] : undefined), section);
    return typeof value === 'boolean' ? value : otherwise;
  };
  const hints = flag(['inlayHints', 'enabled'], true);
  return {
    codeLens: flag(['codeLens', 'enabled'], DEFAULT_SETTINGS.codeLens),
    semanticTokens: flag(['semanticTokens', 'enabled'], DEFAULT_SETTINGS.semanticTokens),
    inlayHints: {
      types: hints && flag(['inlayHints', 'types'], DEFAULT_SETTINGS.inlayHints.types),
      grain: hints && flag(['inlayHints', 'grain'], DEFAULT_SETTINGS.inlayHints.grain),
      cardinality: hints && flag(['inlayHints', 'cardinality'], DEFAULT_SETTINGS.inlayHints.cardinality),
    },
    workspaceDiagnostics: flag(['diagnostics', 'workspace'], DEFAULT_SETTINGS.workspaceDiagnostics),
  };
}
