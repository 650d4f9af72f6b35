import type { Span } from '../../text';
import { attachedNamed, type SpecScope, type StageScope } from './stageScope';
import { columnSymbol, idSymbol, stepSymbol } from './symbols';
import type { NameUse, SpecSymbol } from './types';

/** The names in a clause's address, `steps/paid/columns/value`, or the business line it is. */
export function clauseUses(written: string, span: Span, scope: SpecScope, id: SpecSymbol | undefined): NameUse[] {
  // An address with escapes is not taken apart.
  if (span.end - span.start !== written.length) return [];
  const use = (start: number, end: number, symbol: SpecSymbol | undefined): NameUse => ({ kind: symbol?.kind ?? 'id', span: { start: span.start + start, end: span.start + end }, symbol, defines: false, certain: false });
  if (!written.includes('/')) return [use(Math.max(0, written.indexOf('#') + 1), written.length, id)];
  const parts = written.split('/');
  const at = (index: number): number => parts.slice(0, index).reduce((sum, part) => sum + part.length + 1, 0);
  const inStep = parts[0] === 'steps' && parts.length > 3;
  const name = parts[1] ?? '';
  const stage = inStep ? scope.stages.find(({ fact }) => fact.name?.value === name) : scope.top;
  const step = inStep ? [use(at(1), at(1) + name.length, stage && stepSymbol(scope.path, name))] : [];
  const [section, item] = inStep ? [2, 3] : [0, 1];
  const last = parts[item] ?? '';
  const symbol = stage && symbolIn(scope, stage, parts[section] ?? '', last);
  const end = at(item) + last.replace(/\.\*$/, '').length;
  return symbol ? [...step, use(at(item), end, symbol)] : step;
}

function symbolIn(scope: SpecScope, stage: StageScope, section: string, name: string): SpecSymbol | undefined {
  switch (section) {
    case 'inputs':
      return scope.target(name)?.symbol;
    case 'joins':
      return attachedNamed(stage, name)?.symbol;
    case 'columns':
      return name.endsWith('.*') ? attachedNamed(stage, name.slice(0, -2))?.symbol : columnSymbol(stage.owner, name);
    case 'filters':
    case 'tests':
      return idSymbol(scope.path, name);
    default:
      return undefined;
  }
}
