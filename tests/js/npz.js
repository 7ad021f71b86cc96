/** Reads what NumPy has saved: a zip archive of arrays of bytes. */

import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

const CENTRAL = 0x02014b50;
const END_SIZE = 22;

/**
 * @param {URL} url  of an .npz file without a comment
 * @returns {Record<string, Uint8Array>} arrays of bytes by name, flat
 */
export function readBytes(url) {
  const file = readFileSync(url);
  const end = file.length - END_SIZE;
  /** @type {Record<string, Uint8Array>} */
  const arrays = {};
  for (let at = file.readUInt32LE(end + 16); file.readUInt32LE(at) === CENTRAL;) {
    const [size, nameSize, extraSize] = [file.readUInt32LE(at + 20), file.readUInt16LE(at + 28), file.readUInt16LE(at + 30)];
    const start = file.readUInt32LE(at + 42);
    const name = file.toString("latin1", at + 46, at + 46 + nameSize);
    const content = start + 30 + file.readUInt16LE(start + 26) + file.readUInt16LE(start + 28);
    const array = inflateRawSync(file.subarray(content, content + size));
    // a version of two bytes, then the length of the header, after the six of the magic
    arrays[name.replace(".npy", "")] = array.subarray(10 + array.readUInt16LE(8));
    at += 46 + nameSize + extraSize;
  }
  return arrays;
}
