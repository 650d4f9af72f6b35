import { join } from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { cacheFolder, diskCache } from '../platform/diskCache';
import { clearBetween, giveBackWhenIdle } from './idleMemory';
import { workerSqlService } from './sqlClient';
import { startServer } from './start';

giveBackWhenIdle();
// Messages come by one way only; listening on the other would hold on to it.
clearBetween((heard) => void (process.argv.includes('--stdio') ? process.stdin.on('data', heard) : process.on('message', heard)));
const sql = workerSqlService(join(__dirname, 'sql-worker.js'));
const folder = cacheFolder(process.env);
startServer(createConnection(ProposedFeatures.all), sql, folder === undefined ? undefined : diskCache(folder));
