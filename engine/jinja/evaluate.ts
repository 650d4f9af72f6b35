import { callMacro, functionNamed, knownBare, macroNamed, memberOf } from './callables';
import { attributeOf, contains, filterNamed, itemOf, passes } from './builtins';
import type { JinjaArguments, JinjaExpr } from './expression';
import { apart, cellOf, choose, lookUp, step, Undecided, type Run, type Scope } from './run';
import { dictOf, equal, isCallable, isUnknown, isWritten, joined, MAX_ITEMS, MAX_TEXT, sourceOf, truthOf, UNDEFINED, UNKNOWN, type CallArguments, type Value } from './values';
import { jinjaSource } from './write';

/** The value of an expression; unknown where only a run of dbt gives it. Throws `Undecided` past the limits. */
export function evaluate(run: Run, scope: Scope, expr: JinjaExpr): Value {
  const found = valueOf(run, scope, expr);
  const size = typeof found === 'string' || Array.isArray(found) ? found.length : 0;
  // Reading a long text again and again takes time as writing it does.
  step(run, size / 16);
  return size > (typeof found === 'string' ? MAX_TEXT : MAX_ITEMS) ? UNKNOWN : found;
}

function valueOf(run: Run, scope: Scope, expr: JinjaExpr): Value {
  const value = (inner: JinjaExpr): Value => evaluate(run, scope, inner);
  switch (expr.kind) {
    case 'literal':
      return expr.value;
    case 'name':
      return namedValue(run, scope, expr.name);
    case 'list':
      return expr.items.map(value);
    case 'dict':
      return dictValue(expr.entries.map(({ key, value: item }) => [value(key), value(item)]));
    case 'attribute':
      return attributeValue(run, scope, expr);
    case 'item':
      return itemOf(value(expr.of), value(expr.index));
    case 'slice':
      return sliceOf(value(expr.of), expr.from && value(expr.from), expr.to && value(expr.to));
    case 'call':
      return callValue(run, scope, expr);
    case 'filter': {
      const args = argumentsOf(run, scope, expr.args);
      return filterNamed(expr.name)?.(value(expr.of), args) ?? UNKNOWN;
    }
    case 'test': {
      const truth = passes(value(expr.of), expr.name, expr.args.map(value));
      return truth === undefined ? UNKNOWN : truth !== expr.negated;
    }
    case 'unary': {
      const inner = value(expr.of);
      if (expr.op === 'not') return negated(truthOf(inner));
      return typeof inner === 'number' ? (expr.op === '-' ? -inner : inner) : UNKNOWN;
    }
    case 'binary':
      return binaryValue(run, scope, expr);
    case 'choice': {
      const truth = decided(run, scope, expr.test);
      if (truth === undefined) return UNKNOWN;
      return truth ? value(expr.then) : expr.otherwise ? value(expr.otherwise) : UNDEFINED;
    }
  }
}

function namedValue(run: Run, scope: Scope, name: string): Value {
  const value = lookUp(run, scope, name);
  // Null is a value, too.
  return value === undefined ? (functionNamed(run, name) ?? UNKNOWN) : value;
}

/** The truth of the condition of `a if b else c`; where a default gives it, it is a choice of its own. */
function decided(run: Run, scope: Scope, test: JinjaExpr): boolean | undefined {
  const { result, soft } = apart(run, () => evaluate(run, scope, test));
  const truth = truthOf(result);
  const key = soft && truth !== undefined ? settingOf(scope, test) : undefined;
  const taken = key === undefined ? undefined : choose(run, key, `{% if ${key} %}`, truth, undefined);
  if (taken === 'keep') return undefined;
  if (taken === undefined) run.soft ||= soft;
  return taken ?? truth;
}

function negated(truth: boolean | undefined): Value {
  return truth === undefined ? UNKNOWN : !truth;
}

function dictValue(entries: readonly (readonly [Value, Value])[]): Value {
  return entries.every((entry): entry is readonly [string, Value] => typeof entry[0] === 'string') ? dictOf(entries) : UNKNOWN;
}

function attributeValue(run: Run, scope: Scope, expr: Extract<JinjaExpr, { kind: 'attribute' }>): Value {
  const member = dottedName(expr);
  // Names of packages and of dbt's own objects are no variables.
  if (member !== undefined && lookUp(run, scope, member.split('.')[0] ?? '') === undefined) return memberOf(run, member) ?? UNKNOWN;
  return attributeOf(evaluate(run, scope, expr.of), expr.name);
}

/** `a.b.c` of names; undefined for any other expression. */
export function dottedName(expr: JinjaExpr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  const of = expr.kind === 'attribute' ? dottedName(expr.of) : undefined;
  return of === undefined || expr.kind !== 'attribute' ? undefined : `${of}.${expr.name}`;
}

function sliceOf(value: Value, from: Value | undefined, to: Value | undefined): Value {
  if (!(typeof value === 'string' || Array.isArray(value))) return UNKNOWN;
  if ((from !== undefined && typeof from !== 'number') || (to !== undefined && typeof to !== 'number')) return UNKNOWN;
  return value.slice(from, to);
}

function argumentsOf(run: Run, scope: Scope, { positional, named }: JinjaArguments): CallArguments {
  return { positional: positional.map((arg) => evaluate(run, scope, arg)), named: new Map(named.map(({ name, value }) => [name, evaluate(run, scope, value)])) };
}

function callValue(run: Run, scope: Scope, expr: Extract<JinjaExpr, { kind: 'call' }>): Value {
  const args = argumentsOf(run, scope, expr.args);
  const name = dottedName(expr.of);
  const isLocal = name === undefined || lookUp(run, scope, name.split('.')[0] ?? '') !== undefined;
  if (isLocal) {
    const callee = evaluate(run, scope, expr.of);
    return isCallable(callee) ? callee.call(args) : UNKNOWN;
  }
  const callee = name.includes('.') ? memberOf(run, name) : (functionNamed(run, name) ?? undefined);
  const result = callee && isCallable(callee) ? callee.call(args) : macroValue(run, name, args);
  return isUnknown(result) ? residual(run, scope, expr, args) : result;
}

function macroValue(run: Run, name: string, args: CallArguments): Value {
  const known = knownBare(run, name, args);
  if (known !== undefined) return known;
  const macro = macroNamed(run, name);
  return macro ? callMacro(run, macro, args) : UNKNOWN;
}

/** A call that only dbt can make, with its arguments written out: it stays in the text. */
function residual(run: Run, scope: Scope, expr: JinjaExpr, args: CallArguments): Value {
  if ([...args.positional, ...args.named.values()].some((arg) => sourceOf(arg) === undefined)) return UNKNOWN;
  const source = substituted(run, scope, expr);
  return source === undefined ? UNKNOWN : { kind: 'written', text: `{{ ${source} }}`, source };
}

/** The source of an expression with values in place of variables; undefined where one has no source. */
export function substituted(run: Run, scope: Scope, expr: JinjaExpr): string | undefined {
  return jinjaSource(expr, (name) => {
    const value = lookUp(run, scope, name);
    return value === undefined ? name : sourceOf(value);
  });
}

/** What a condition asks of a run of dbt: as `substituted`, but with what a default suggests as what was asked for it. */
export function settingOf(scope: Scope, expr: JinjaExpr): string | undefined {
  return jinjaSource(expr, (name) => {
    const cell = cellOf(scope, name);
    if (!cell) return name;
    return cell.soft ? cell.asked && `(${cell.asked})` : sourceOf(cell.value);
  });
}

function binaryValue(run: Run, scope: Scope, { op, left: leftExpr, right: rightExpr }: Extract<JinjaExpr, { kind: 'binary' }>): Value {
  const left = evaluate(run, scope, leftExpr);
  if (op === 'and' || op === 'or') return logical(op, left, () => evaluate(run, scope, rightExpr));
  const right = evaluate(run, scope, rightExpr);
  switch (op) {
    case '~':
      return joined([left, right]);
    case '==':
      return known(equal(left, right));
    case '!=':
      return negated(equal(left, right));
    case 'in':
      return known(contains(right, left));
    case 'not in':
      return negated(contains(right, left));
    case '+':
      if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
      if (isText(left) && isText(right)) return joined([left, right]);
      break;
    case '*':
      if (typeof left === 'string' && typeof right === 'number') return repeated(left, right);
      break;
    default:
  }
  return typeof left === 'number' && typeof right === 'number' ? calculated(op, left, right) : typeof left === 'string' && typeof right === 'string' ? compared(op, left, right) : UNKNOWN;
}

function isText(value: Value): boolean {
  return typeof value === 'string' || isWritten(value);
}

function known(truth: boolean | undefined): Value {
  return truth ?? UNKNOWN;
}

/** Python's `and` and `or` give one of their operands; one that decides alone decides also beside an unknown one. */
function logical(op: 'and' | 'or', left: Value, rightOf: () => Value): Value {
  const decides = op === 'or';
  const truth = truthOf(left);
  if (truth === decides) return left;
  const right = rightOf();
  if (truth !== undefined) return right;
  return truthOf(right) === decides && typeof right === 'boolean' ? right : UNKNOWN;
}

function repeated(text: string, times: number): Value {
  if (text.length * times > 10_000) throw new Undecided();
  return text.repeat(Math.max(0, Math.trunc(times)));
}

function calculated(op: string, left: number, right: number): Value {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '//':
      return right === 0 ? UNKNOWN : Math.floor(left / right);
    case '%':
      return right === 0 ? UNKNOWN : left - right * Math.floor(left / right);
    case '**':
      return left ** right;
    // Python writes a quotient as a float, which JavaScript spells otherwise where it is whole.
    case '/':
      return right === 0 || Number.isInteger(left / right) ? UNKNOWN : left / right;
    default:
      return compared(op, left, right);
  }
}

function compared<T extends number | string>(op: string, left: T, right: T): Value {
  if (op === '<') return left < right;
  if (op === '<=') return left <= right;
  if (op === '>') return left > right;
  return op === '>=' ? left >= right : UNKNOWN;
}
