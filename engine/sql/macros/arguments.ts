import type { JinjaCall } from '../jinja';
import { literalOf } from '../jinja';
import type { Dialect } from '../types';

/** Arguments of a macro as the literals they are, by place or name. */
export interface MacroArguments {
  /** A text or number; undefined where there is none, or it is computed. */
  text(index: number, key: string): string | undefined;
  /** A list of texts and numbers; undefined where there is none, or a part of it is computed. */
  list(index: number, key: string): string[] | undefined;
  /** True where an argument is given that is not none, computed or not. */
  has(index: number, key: string): boolean;
}

/** Writes the SQL of one macro for a dialect; undefined where it is not known. */
export type MacroSql = (args: MacroArguments, dialect: Dialect) => string | undefined;

/** The arguments of a call. */
export function macroArguments({ args, kwargs }: JinjaCall): MacroArguments {
  const valueAt = (index: number, key: string): ReturnType<typeof literalOf> => {
    const source = kwargs[key] ?? args[index];
    return source === undefined ? undefined : literalOf(source);
  };
  return {
    text: (index, key) => plainText(valueAt(index, key)?.value),
    list: (index, key) => {
      const value = valueAt(index, key)?.value;
      const items = Array.isArray(value) ? value.map(plainText) : undefined;
      return items?.every((item): item is string => item !== undefined) ? items : undefined;
    },
    has: (index, key) => (kwargs[key] ?? args[index]) !== undefined && valueAt(index, key)?.value !== null,
  };
}

function plainText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** A macro of one text. */
export function ofText(key: string, write: (text: string, dialect: Dialect) => string | undefined): MacroSql {
  return (args, dialect) => {
    const text = args.text(0, key);
    return text === undefined ? undefined : write(text, dialect);
  };
}

/** True for Databricks and Spark, whose adapters share their macros. */
export function isSpark(dialect: Dialect): boolean {
  return dialect === 'databricks' || dialect === 'spark';
}
