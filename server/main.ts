import { join } from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { giveBackWhenIdle } from './idleMemory';
import { workerSqlService } from './sqlClient';
import { startServer } from './start';

giveBackWhenIdle();
startServer(createConnection(ProposedFeatures.all), workerSqlService(join(__dirname, 'sql-worker.js')));
