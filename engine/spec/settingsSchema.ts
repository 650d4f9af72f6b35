import { parseSpec } from './parse';
import { BUILT_IN, CONFIG_SCHEMA, resolved, typesOf, type SchemaNode } from './schema';
import { FORMATS } from './template/formats';
import type { TemplateKind } from './template/types';
import type { SpecDocument } from './types';

const PLACE: SchemaNode = { $ref: '#/definitions/place' };
const TEXT: SchemaNode = { type: 'string' };
const COUNT: SchemaNode = { type: 'integer' };
const NUMBER: SchemaNode = { type: 'number' };
const WORDS: SchemaNode = { type: 'array', items: TEXT };
const PLACES: SchemaNode = { type: 'object', properties: {}, additionalProperties: PLACE };

/** What each keyword of a template asks and takes, as a person is told. */
const KEYWORDS: Readonly<Record<string, SchemaNode>> = {
  title: { ...TEXT, title: 'Which question does it answer?', description: 'One question that a person can answer.\n\nGood: "How long may it be kept?"\n\nBad: "Retention"' },
  description: { ...TEXT, title: 'What should be written?', description: 'Shown below the question.' },
  examples: { type: 'array', title: 'What does an answer look like?', description: 'Offered by completion and shown on hover.' },
  type: { type: 'string', enum: ['string', 'number', 'integer', 'boolean', 'array', 'object'], title: 'Which kind of value?', description: 'One kind, or a list of them.' },
  enum: { type: 'array', title: 'Which values are there to choose from?', description: 'Any other is an error; completion offers them.' },
  const: { title: 'Which value is the only one?', description: 'Mostly for conditions: `if: { properties: { personal: { const: true } } }`.' },
  required: { ...WORDS, title: 'Which keys must be there?', description: 'Sections that are required are of the minimal tier.' },
  properties: { ...PLACES, title: 'Which keys are there?', description: 'New ones, or built-in ones of which more is asked.' },
  items: { ...PLACE, title: 'What is each item?', description: 'Of a list. Items with an `id` can be implemented, covered and renamed.' },
  pattern: { ...TEXT, title: 'Which form has the text?', description: 'A regular expression, without looking ahead or behind and without referring back.' },
  format: { type: 'string', enum: Object.keys(FORMATS), title: 'Which known form has the text?', description: 'Such as `date`.' },
  minLength: { ...COUNT, title: 'How many characters at least?' }, maxLength: { ...COUNT, title: 'How many characters at most?' },
  minimum: { ...NUMBER, title: 'From which number on?' }, maximum: { ...NUMBER, title: 'Up to which number?' }, exclusiveMinimum: { ...NUMBER, title: 'Above which number?' }, exclusiveMaximum: { ...NUMBER, title: 'Below which number?' }, multipleOf: { ...NUMBER, title: 'A multiple of what?' },
  minItems: { ...COUNT, title: 'How many items at least?' }, maxItems: { ...COUNT, title: 'How many items at most?' }, uniqueItems: { type: 'boolean', title: 'Is each item there once?' }, contains: { ...PLACE, title: 'What is at least one item?' },
  minProperties: { ...COUNT, title: 'How many keys at least?' }, maxProperties: { ...COUNT, title: 'How many keys at most?' }, propertyNames: { ...PLACE, title: 'Which form do keys have?' }, additionalProperties: { type: 'boolean', title: 'May other keys stand beside these?', description: 'For maps of your own; built-in ones have the keys of their template alone.' },
  dependentRequired: { type: 'object', title: 'Which keys need others beside them?', description: '`{ freshness: [late_data] }`: who says the first says the second.' }, dependentSchemas: { ...PLACES, title: 'What holds where a key is there?' },
  allOf: { type: 'array', items: PLACE, title: 'Which rules hold?', description: 'Conditions between keys, each with an `x-message` of its own.' }, anyOf: { type: 'array', items: PLACE, title: 'Of which must one fit?' }, oneOf: { type: 'array', items: PLACE, title: 'Of which must exactly one fit?' }, not: { ...PLACE, title: 'What must not fit?' },
  if: { ...PLACE, title: 'Under which condition?' }, then: { ...PLACE, title: 'What holds then?' }, else: { ...PLACE, title: 'What holds otherwise?' },
  $ref: { ...TEXT, title: 'Which definition is it?', description: '`"#/definitions/statement"` is the built-in item of an id and a statement.' }, definitions: { ...PLACES, title: 'What is used in several places?' },
  'x-tier': { type: 'string', enum: ['minimal', 'full', 'optional'], title: 'When is the section asked for?', description: '`minimal`: of every spec; `full`: of specs of that tier; `optional`: of none.' },
  'x-after': { ...TEXT, title: 'Behind which key does it stand?' },
  'x-prefix': { ...TEXT, title: 'How do the ids of the list start?', description: 'Capital letters, such as RISK.' },
  'x-suggest': { ...WORDS, title: 'What does completion offer?', description: 'Texts that nobody has to take.' },
  'x-message': { ...TEXT, title: 'What is said where it is broken?', description: 'One sentence in place of Specline’s own.' },
};

/** What a template may say of a built-in place, the keys that the place has by name; of a place of its own where there is none. */
function overlayOf(root: SchemaNode, node: SchemaNode): SchemaNode {
  const known = resolved(root, node);
  const keys = Object.entries(known.properties ?? {}).map(([key, child]) => [key, overlayOf(root, child)] as const);
  return {
    type: 'object',
    ...(known.title === undefined ? {} : { title: known.title }),
    description: [`A built-in place: ${typesOf(known).join(' or ') || 'any value'}. A template can ask for more of it.`, known.description ?? ''].join('\n\n').trim(),
    properties: { ...KEYWORDS, properties: { ...KEYWORDS['properties'], properties: Object.fromEntries(keys) }, ...(known.items ? { items: { ...overlayOf(root, known.items), title: KEYWORDS['items']?.title ?? '' } } : {}) },
  };
}

/** The schema of specline.yml as completion and hover read it: CONFIG_SCHEMA, and what a template may say of each built-in place. */
export function settingsSchema(): SchemaNode {
  const overlay = (kind: TemplateKind): SchemaNode => ({ ...overlayOf(BUILT_IN.schemas[kind], BUILT_IN.schemas[kind]), ...pick(CONFIG_SCHEMA.properties?.[kind]) });
  return { ...CONFIG_SCHEMA, properties: { ...CONFIG_SCHEMA.properties, business: overlay('business'), technical: overlay('technical') }, definitions: { ...CONFIG_SCHEMA.definitions, place: { type: 'object', properties: KEYWORDS } } };
}

function pick(node: SchemaNode | undefined): Pick<SchemaNode, 'title' | 'description'> {
  return { ...(node?.title === undefined ? {} : { title: node.title }), ...(node?.description === undefined ? {} : { description: node.description }) };
}

/** A file of settings as a document that completion and hover can read like a spec. Never throws. */
export function settingsDocument(path: string, text: string): SpecDocument {
  return { ...parseSpec(path, text), schema: settingsSchema() };
}
