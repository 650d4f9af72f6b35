import { sha256 as digest } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** SHA-256 of a text's UTF-8 bytes, as lower-case hex. */
export function sha256(text: string): string {
  return bytesToHex(digest(utf8ToBytes(text)));
}

/** dbt's checksum of a source file: SHA-256 of its text without surrounding white space (`FileHash.from_contents`). `hash` gives the SHA-256. */
export function fileChecksum(text: string, hash: (text: string) => string = sha256): string {
  return hash(stripped(text));
}

/** Python's `str.strip()`, to which a byte order mark is no white space. */
function stripped(text: string): string {
  return text.replace(/^(?:(?!\uFEFF)[\s\u001c-\u001f\u0085])+|(?:(?!\uFEFF)[\s\u001c-\u001f\u0085])+$/gu, '');
}
