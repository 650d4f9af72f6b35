import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import ucs2length from 'ajv/dist/runtime/ucs2length.js';
import standaloneCode from 'ajv/dist/standalone/index.js';

const OUT = join('engine', 'generated');

/** Names of the schemas without their ending: `business.v1`, `specline`, … */
const names = readdirSync('schemas').filter((file) => file.endsWith('.schema.json')).map((file) => file.replace('.schema.json', ''));

/** `business.v1` → `businessV1`, the name its validator is exported under. */
function exportName(name) {
  return name.replace(/[.-](\w)/g, (_, letter) => letter.toUpperCase());
}

const ajv = new Ajv({ allErrors: true, inlineRefs: false, strict: true, strictRequired: false, allowUnionTypes: true, code: { source: true, esm: true, lines: true } });
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

const generated = standaloneCode(ajv, Object.fromEntries(schemas.map(({ name, schema }) => [exportName(name), schema.$id])));
// An ES module has no require, so the one function that ajv would load at run time stands in the file itself.
const code = generated.replaceAll('require("ajv/dist/runtime/ucs2length").default', ucs2length.default.toString());
if (code.includes('require(')) throw new Error('The validators load something at run time, which an ES module cannot.');
const types = [
  "import type { ValidateFunction } from 'ajv';",
  ...names.map((name) => `/** Validates schemas/${name}.schema.json. */\nexport const ${exportName(name)}: ValidateFunction;`),
  '',
];
mkdirSync(OUT, { recursive: true });
writeFileSync(join(OUT, 'validators.js'), code);
writeFileSync(join(OUT, 'validators.d.ts'), types.join('\n'));
process.stdout.write(`validators: ${names.map(exportName).join(', ') || 'none'}\n`);
