import type { JinjaArguments, JinjaExpr } from './expression';

/** Source of an expression, in one spelling whatever it was read from; `nameOf` writes a name, undefined where it cannot. */
export function jinjaSource(expr: JinjaExpr, nameOf: (name: string) => string | undefined = (name) => name): string | undefined {
  const write = (inner: JinjaExpr): string => {
    const text = jinjaSource(inner, nameOf);
    if (text === undefined) throw UNWRITABLE;
    return text;
  };
  try {
    return sourceOf(expr, write, nameOf);
  } catch (error) {
    if (error instanceof Unwritable) return undefined;
    throw error;
  }
}

class Unwritable extends Error {}
/** Raised at every level of an expression: a new one would cost a picture of the stack each time. */
const UNWRITABLE = new Unwritable();

type Write = (expr: JinjaExpr) => string;

function sourceOf(expr: JinjaExpr, write: Write, nameOf: (name: string) => string | undefined): string | undefined {
  const inner = (part: JinjaExpr): string => (part.kind === 'binary' || part.kind === 'choice' || part.kind === 'unary' || part.kind === 'test' ? `(${write(part)})` : write(part));
  switch (expr.kind) {
    case 'literal':
      return literalSource(expr.value);
    case 'name':
      return nameOf(expr.name);
    case 'list':
      return `[${expr.items.map(write).join(', ')}]`;
    case 'dict':
      return `{${expr.entries.map(({ key, value }) => `${write(key)}: ${write(value)}`).join(', ')}}`;
    case 'attribute':
      return `${inner(expr.of)}.${expr.name}`;
    case 'item':
      return `${inner(expr.of)}[${write(expr.index)}]`;
    case 'slice':
      return `${inner(expr.of)}[${expr.from ? write(expr.from) : ''}:${expr.to ? write(expr.to) : ''}]`;
    case 'call':
      // The name of what is called is never a value that could be written in its place.
      return `${expr.of.kind === 'name' ? expr.of.name : inner(expr.of)}(${argumentsSource(expr.args, write)})`;
    case 'filter':
      return `${inner(expr.of)}|${expr.name}${expr.args.positional.length + expr.args.named.length > 0 ? `(${argumentsSource(expr.args, write)})` : ''}`;
    case 'test':
      return `${inner(expr.of)} is ${expr.negated ? 'not ' : ''}${expr.name}${expr.args.length > 0 ? `(${expr.args.map(write).join(', ')})` : ''}`;
    case 'unary':
      return expr.op === 'not' ? `not ${inner(expr.of)}` : `${expr.op}${inner(expr.of)}`;
    case 'binary':
      return `${inner(expr.left)} ${expr.op} ${inner(expr.right)}`;
    case 'choice':
      return `${inner(expr.then)} if ${inner(expr.test)}${expr.otherwise ? ` else ${inner(expr.otherwise)}` : ''}`;
  }
}

function argumentsSource({ positional, named }: JinjaArguments, write: Write): string {
  return [...positional.map(write), ...named.map(({ name, value }) => `${name}=${write(value)}`)].join(', ');
}

/** A literal as Jinja writes it. */
export function literalSource(value: string | number | boolean | null): string {
  if (value === null) return 'none';
  if (typeof value !== 'string') return String(value);
  const escaped = value.replace(/\\/g, '\\\\');
  return escaped.includes("'") && !escaped.includes('"') ? `"${escaped}"` : `'${escaped.replace(/'/g, "\\'")}'`;
}
