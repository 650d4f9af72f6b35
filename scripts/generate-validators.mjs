import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';

const OUT = join('engine', 'generated');

/** Names of the schemas without their ending: `business.v1`, `specline`, … */
const names = readdirSync('schemas').filter((file) => file.endsWith('.schema.json')).map((file) => file.replace('.schema.json', ''));

/** `business.v1` → `businessV1`, the name its validator is exported under. */
function exportName(name) {
  return name.replace(/[.-](\w)/g, (_, letter) => letter.toUpperCase());
}

const ajv = new Ajv({ allErrors: true, inlineRefs: false, strict: true, strictRequired: false, allowUnionTypes: true, unicode: false, code: { source: true, esm: true, lines: true } });
const vocabulary = new Set();
const collect = (node) => {
  if (Array.isArray(node)) return node.forEach(collect);
  if (node === null || typeof node !== 'object') return;
  for (const [key, value] of Object.entries(node)) {
    if (key.startsWith('x-')) vocabulary.add(key);
    collect(value);
  }
};
const schemas = names.map((name) => ({ name, schema: JSON.parse(readFileSync(join('schemas', `${name}.schema.json`), 'utf8')) }));
schemas.forEach(({ schema }) => collect(schema));
vocabulary.forEach((keyword) => ajv.addKeyword(keyword));
schemas.forEach(({ schema }) => ajv.addSchema(schema));

const code = standaloneCode(ajv, Object.fromEntries(schemas.map(({ name, schema }) => [exportName(name), schema.$id])));
const types = [
  "import type { ValidateFunction } from 'ajv';",
  ...names.map((name) => `/** Validates schemas/${name}.schema.json. */\nexport const ${exportName(name)}: ValidateFunction;`),
  '',
];
mkdirSync(OUT, { recursive: true });
writeFileSync(join(OUT, 'validators.js'), code);
writeFileSync(join(OUT, 'validators.d.ts'), types.join('\n'));
process.stdout.write(`validators: ${names.map(exportName).join(', ') || 'none'}\n`);
