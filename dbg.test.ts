import { it } from 'vitest';
import { compareExpr } from './engine/conformance/expr/compare';
import { normaliseExpr } from './engine/conformance/expr/normalise';
it('x', () => {
  const l = (v: string, type = 'number') => normaliseExpr({ kind: 'literal', type, value: v } as never);
  console.log(compareExpr(l('1'), l('2')), compareExpr(l('true','boolean'), l('false','boolean')));
});
