import { setFlagsFromString } from 'node:v8';
import { processIo } from './io';
import { run } from './program';
import { serveShare, SHARE } from './share';

// A command is over before code that is compiled a second time, for speed, has paid for it: of the parser it would take seconds of
// processor time and 200 MB, and of the rest only what runs for long is worth it.
for (const flag of ['--liftoff-only', '--interrupt-budget=300000']) setFlagsFromString(flag);

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
