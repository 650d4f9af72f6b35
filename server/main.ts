import { join } from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { giveBackWhenIdle } from './idleMemory';
import { workerSqlService } from './sqlClient';
import { startServer } from './start';

giveBackWhenIdle();
const sql = workerSqlService(join(__dirname, 'sql-worker.js'));
sql.warmUp();
startServer(createConnection(ProposedFeatures.all), sql);
