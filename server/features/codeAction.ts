import { CodeActionKind, type CodeAction, type Diagnostic, type Range } from 'vscode-languageserver';
import type { ModelReport } from '../../engine/conformance/types';
import { orderSections, problemsOf, schemaOf, type SpecDocument } from '../../engine/spec';
import { lineStarts, rangeOf, type Range as EngineRange } from '../../engine/text';
import type { LoadedProject, Session } from '../session';

/** Quick fixes of a spec's problems in a range, and the refactoring that orders its sections. */
export function specActions(spec: SpecDocument, uri: string, range: Range, diagnostics: readonly Diagnostic[], project: LoadedProject | undefined): CodeAction[] {
  const starts = lineStarts(spec.text);
  const problems = project ? problemsOf(spec, { project: project.project, specs: project.specs, config: project.config }) : spec.problems;
  const fixes = problems
    .filter((problem) => overlaps(rangeOf(starts, problem.span), range))
    .flatMap((problem) =>
      problem.fixes.map((fix): CodeAction => ({
        title: fix.title,
        kind: CodeActionKind.QuickFix,
        isPreferred: fix.preferred,
        diagnostics: diagnostics.filter((d) => d.code === problem.code && d.message === problem.message),
        edit: { changes: { [uri]: fix.changes.map((change) => ({ range: rangeOf(starts, change.span), newText: change.text })) } },
      })),
    );
  const order = spec.kind && spec.yaml.errors.length === 0 ? orderSections(schemaOf(spec), spec.tree, spec.text) : [];
  const reorder: CodeAction[] = order.length > 0
    ? [{ title: 'Put the sections into template order', kind: CodeActionKind.RefactorRewrite, edit: { changes: { [uri]: order.map((change) => ({ range: rangeOf(starts, change.span), newText: change.text })) } } }]
    : [];
  return [...fixes, ...reorder];
}

/** Fixes of findings whose place overlaps a range; they edit the spec, wherever the cursor is. */
export function findingActions(session: Session, report: ModelReport, path: string, range: Range, project: LoadedProject): CodeAction[] {
  return report.findings
    .filter((finding) => finding.model.some((m) => m.file === path && overlaps(m.range, range)))
    .flatMap((finding) => finding.fixes.map((fix): CodeAction => ({ title: fix.title, kind: CodeActionKind.QuickFix, edit: { changes: { [session.uriOf(project.root, fix.file)]: fix.edits.map((edit) => ({ range: edit.range, newText: edit.newText })) } } })));
}

function overlaps(a: EngineRange, b: Range): boolean {
  const before = (x: EngineRange['start'], y: EngineRange['start']): boolean => x.line < y.line || (x.line === y.line && x.character <= y.character);
  return before(a.start, b.end) && before(b.start, a.end);
}
