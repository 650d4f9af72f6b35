import { FORMATS } from './template/formats';

type Params = Readonly<Record<string, unknown>>;

/** What a value does not keep to, behind its name: `is 3, less than 5`. Undefined for keywords of JSON Schema that are not about limits. */
export function limitWords(keyword: string, params: Params, value: unknown): string | undefined {
  const limit = String(params['limit']);
  const count = (one: string, many: string): string => `${String(params['length'])} ${params['length'] === 1 ? one : many}`;
  switch (keyword) {
    case 'minLength':
      return `has ${count('character', 'characters')}, fewer than the ${limit} asked for`;
    case 'maxLength':
      return `has ${count('character', 'characters')}, more than the ${limit} allowed`;
    case 'minItems':
      return `has ${count('item', 'items')}, fewer than the ${limit} asked for`;
    case 'maxItems':
      return `has ${count('item', 'items')}, more than the ${limit} allowed`;
    case 'minProperties':
      return `has ${count('key', 'keys')}, fewer than the ${limit} asked for`;
    case 'maxProperties':
      return `has ${count('key', 'keys')}, more than the ${limit} allowed`;
    case 'minimum':
      return `is ${String(value)}, less than ${limit}`;
    case 'maximum':
      return `is ${String(value)}, more than ${limit}`;
    case 'exclusiveMinimum':
      return `is ${String(value)}, which is not more than ${limit}`;
    case 'exclusiveMaximum':
      return `is ${String(value)}, which is not less than ${limit}`;
    case 'multipleOf':
      return `is ${String(value)}, no multiple of ${limit}`;
    case 'uniqueItems':
      return 'has the same item twice';
    case 'format':
      return `must be ${FORMATS[String(params['format'])]?.words ?? String(params['format'])}`;
    case 'contains':
      return 'has no item of the kind that is asked for';
    case 'propertyNames':
      return `has the key "${String(params['propertyName'])}", which has not the form it needs`;
    case 'not':
      return 'says what the template forbids';
    case 'anyOf':
      return 'fits none of the ways the template allows';
    case 'oneOf':
      return 'must fit exactly one of the ways the template allows';
    default:
      return undefined;
  }
}
