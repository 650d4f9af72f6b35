import { processIo } from './io';
import { run } from './program';
import { serveShare, SHARE } from './share';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reader such as `head` may close the pipe early; that is its right and no error of the command.
    if (error.code !== 'EPIPE') throw error;
  });
}

if (process.argv[2] === SHARE && process.send !== undefined) serveShare();
else {
  void run(process.argv.slice(2), processIo(__filename)).then((code) => {
    process.exitCode = code;
  });
}
