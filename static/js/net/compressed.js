/** Containers that come compressed, because many get the same: the bytes "NPZ" and the version, then a zlib stream. */

import { VERSION } from "./protocol.js";

const MAGIC = `NPZ${VERSION}`;

/** @param {ArrayBuffer} buffer */
const beginningOf = (buffer) => String.fromCharCode(...new Uint8Array(buffer, 0, Math.min(MAGIC.length, buffer.byteLength)));

/**
 * A compressed container as it was before.
 * @param {string | ArrayBuffer} data  as received
 * @returns {Promise<ArrayBuffer> | null} null: it is not compressed; rejected: it is damaged
 */
export function unpack(data) {
  if (typeof data === "string" || beginningOf(data) !== MAGIC) return null;
  const stream = new Blob([new Uint8Array(data, MAGIC.length)]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
}
