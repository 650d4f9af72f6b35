import { createServer } from 'node:net';

/** A TCP port on the loopback address that nothing listens on. */
export function freePort() {
  return new Promise((settle) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => settle(port));
    });
  });
}

/** Settles with the first truthy value; throws `what` when the deadline has passed. */
export async function until(what, condition, deadlineMs = 60_000) {
  for (const end = Date.now() + deadlineMs; Date.now() < end; await new Promise((next) => setTimeout(next, 100))) {
    const value = await condition();
    if (value) return value;
  }
  throw new Error(`${what()} within ${deadlineMs / 1000} s`);
}

/** Settles with `deadline` after so many milliseconds, without keeping the process alive. */
export function deadline(ms) {
  return new Promise((settle) => setTimeout(() => settle('deadline'), ms).unref());
}
