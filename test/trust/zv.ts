import { readFileSync } from 'node:fs';
import { varsOfCompiled } from '../support/corpusVars';
console.time('t'); console.log(JSON.stringify(varsOfCompiled(JSON.parse(readFileSync(process.argv[2]!, 'utf8'))), null, 1)); console.timeEnd('t');
