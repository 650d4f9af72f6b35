import { isMainThread } from 'node:worker_threads';
import { compareShare } from './compareAll';
import { processIo } from './io';
import { run } from './program';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reader such as `head` may close the pipe early; that is its right and no error of the command.
    if (error.code !== 'EPIPE') throw error;
  });
}

if (isMainThread) {
  void run(process.argv.slice(2), processIo(__filename)).then((code) => {
    process.exitCode = code;
  });
} else void compareShare();
