import { deflateRaw, inflateRawSync } from 'node:zlib';
import { promisify } from 'node:util';
import type { FileBytes } from '../engine/workspace';

/** So many bytes are packed and unpacked together. */
const BLOCK = 256 * 1024;
/** Fewer bytes are not worth the work. */
const WORTH_PACKING = 2 * 1024 * 1024;
/** Unpacked blocks that are kept: what is asked for next often stands beside what was asked for last. */
const UNPACKED = 8;

const deflated = promisify<Buffer, { level: number }, Buffer>(deflateRaw);

/** Bytes that take a tenth of their room once they are packed; then a part of them is unpacked when it is asked for. */
export function packedBytes(raw: Buffer, layout?: FileBytes['layout'], worth = WORTH_PACKING): FileBytes {
  let bytes: Buffer | undefined = raw;
  let packing: Promise<void> | undefined;
  const blocks: Buffer[] = [];
  const unpacked = new Map<number, Buffer>();
  const blockAt = (index: number): Buffer => {
    const known = unpacked.get(index) ?? inflateRawSync(blocks[index] ?? Buffer.alloc(0));
    unpacked.delete(index);
    unpacked.set(index, known);
    const oldest = unpacked.keys().next();
    if (unpacked.size > UNPACKED && !oldest.done) unpacked.delete(oldest.value);
    return known;
  };
  const slice = (start: number, end: number): Uint8Array => {
    if (bytes) return bytes.subarray(start, end);
    const parts: Buffer[] = [];
    for (let at = start; at < end; ) {
      const part = blockAt(Math.floor(at / BLOCK)).subarray(at % BLOCK, (at % BLOCK) + end - at);
      parts.push(part);
      at += part.length;
    }
    return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
  };
  const pack = async (): Promise<void> => {
    const whole = bytes ?? Buffer.alloc(0);
    if (whole.length < worth) return;
    try {
      for (let start = 0; start < whole.length; start += BLOCK) blocks.push(await deflated(whole.subarray(start, start + BLOCK), { level: 1 }));
      bytes = undefined;
    } catch {
      // What cannot be packed stays as it is, which costs room and nothing else.
      blocks.length = 0;
    }
  };
  const { length } = raw;
  return { length, slice, whole: () => bytes ?? slice(0, length), pack: () => (packing ??= pack()), ...(layout ? { layout } : {}) };
}
