import { join } from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { workerSqlService } from './sqlClient';
import { startServer } from './start';

startServer(createConnection(ProposedFeatures.all), workerSqlService(join(__dirname, 'sql-worker.js')));
