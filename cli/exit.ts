/** Exit codes of the command line's contract; of several, the order 4, 2, 3, 1 decides. */
export const EXIT = { clean: 0, findings: 1, usage: 2, evidence: 3, internal: 4 } as const;

/** A mistake of the caller or the configuration: one sentence that says what to do next. */
export class UsageError extends Error {}

/** A failure after a part of the answer was written: what follows would not be an answer any more. */
export class PartlySaid extends Error {
  constructor(readonly of: unknown) {
    super(of instanceof Error ? of.message : String(of));
  }
}

/** The code that outranks the others. */
export function worstExit(codes: readonly number[]): number {
  return [EXIT.internal, EXIT.usage, EXIT.evidence, EXIT.findings].find((code) => codes.includes(code)) ?? EXIT.clean;
}
