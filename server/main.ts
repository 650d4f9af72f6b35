import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { cacheFolder, diskCache } from '../platform/diskCache';
import { clearBetween, giveBackWhenIdle } from './idleMemory';
import { workerSqlService } from './sqlClient';
import { startServer } from './start';

// Compiling the parser once more, for speed that one model at a time does not need, takes a second of processor time and 80 MB.
setFlagsFromString('--wasm-tiering-budget=90000000');
giveBackWhenIdle();
clearBetween(process.stdin);
const sql = workerSqlService(join(__dirname, 'sql-worker.js'));
const folder = cacheFolder(process.env);
startServer(createConnection(ProposedFeatures.all), sql, folder === undefined ? undefined : diskCache(folder));
