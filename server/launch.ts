import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { cacheFolder } from '../platform/diskCache';
import { runKept } from '../platform/keptCode';

// Compiling the parser once more, for speed that one model at a time does not need, takes a second of processor time and 80 MB.
setFlagsFromString('--wasm-tiering-budget=90000000');
// Node hands the collector out only by a flag. Compiled code holds for the flags it was compiled with, so all are set before.
setFlagsFromString('--expose-gc');
runKept(join(__dirname, 'server-main.js'), cacheFolder(process.env));
