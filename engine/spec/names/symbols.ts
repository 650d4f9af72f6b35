import { lookupModel } from '../../project/lookup';
import type { Lookup, RelationNode } from '../../project/types';
import { lookupInput } from '../lookupInput';
import type { InputFact } from '../types';
import type { NameContext, SpecSymbol, SymbolKind } from './types';

function symbol(kind: SymbolKind, name: string, ...scope: string[]): SpecSymbol {
  return { kind, name, key: [kind, ...scope, kind === 'id' || kind === 'spec' ? name : name.toLowerCase()].join('|') };
}

/** An id of the spec at a path. */
export function idSymbol(path: string, id: string): SpecSymbol {
  return symbol('id', id, path);
}

/** The spec file at a path of the project. */
export function specSymbol(path: string): SpecSymbol {
  return symbol('spec', path);
}

/** The alias of an input of the spec at a path. */
export function inputSymbol(path: string, alias: string): SpecSymbol {
  return symbol('input', alias, path);
}

export function stepSymbol(path: string, name: string): SpecSymbol {
  return symbol('step', name, path);
}

/** A join's or unnest's alias, in one stage. */
export function aliasSymbol(path: string, stage: string, alias: string): SpecSymbol {
  return symbol('alias', alias, path, stage);
}

/** A column of a relation (its key) or of a step (its symbol's key). */
export function columnSymbol(owner: string, name: string): SpecSymbol {
  return symbol('column', name, owner);
}

/** A model by its node, or by the name alone while it is not built. */
export function modelSymbol(name: string, node: RelationNode | undefined): SpecSymbol {
  const kind = node?.kind === 'source' ? 'source' : 'model';
  return { kind, name: node?.name ?? name, key: `${kind}|${node?.uniqueId ?? `?${name.toLowerCase()}`}` };
}

/** The symbol of the model a spec is of. */
export function modelNamed(context: NameContext, written: string): SpecSymbol {
  return modelSymbol(written, found(context.project && lookupModel(context.project, written)));
}

/** The node an input reads; undefined for one that is not known, and for `this`. */
export function nodeOfInput(context: NameContext, input: InputFact): RelationNode | undefined {
  return context.project && input.kind !== 'this' ? found(lookupInput(context.project, input)) : undefined;
}

function found(lookup: Lookup | undefined): RelationNode | undefined {
  return lookup?.kind === 'one' ? lookup.node : undefined;
}
