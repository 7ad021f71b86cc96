/** Archives in the format ZIP, of files as they are. Pure. The same files give the same bytes, whenever they are put together. */

/** The remainders of all bytes in the checksum CRC-32. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/** The checksum CRC-32. @param {Uint8Array} bytes */
export function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = REMAINDERS[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

const VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x0800;
const STORED = 0;
/** The first day that the format knows: 1980-01-01, 0:00. */
const TIME = 0;
const DATE = 0x0021;

/** Numbers of two or four bytes, the lowest byte first. @param {...[number, 2 | 4]} numbers */
function numbers(...numbers) {
  const view = new DataView(new ArrayBuffer(numbers.reduce((size, [, bytes]) => size + bytes, 0)));
  let place = 0;
  for (const [value, bytes] of numbers) {
    if (bytes === 2) view.setUint16(place, value, true);
    else view.setUint32(place, value, true);
    place += bytes;
  }
  return new Uint8Array(view.buffer);
}

/** @param {readonly Uint8Array[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

/**
 * An archive.
 * @param {Record<string, string>} files  texts by path, in this order
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function zip(files) {
  const encoder = new TextEncoder();
  /** @type {Uint8Array[]} */
  const parts = [];
  /** @type {Uint8Array[]} */
  const directory = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const [name, content] = [encoder.encode(path), encoder.encode(text)];
    /** @type {[number, 2 | 4][]} */
    const about = [[VERSION, 2], [FLAGS, 2], [STORED, 2], [TIME, 2], [DATE, 2], [crc32(content), 4], [content.length, 4], [content.length, 4], [name.length, 2], [0, 2]];
    const head = joined([numbers([0x04034b50, 4], ...about), name]);
    parts.push(head, content);
    directory.push(numbers([0x02014b50, 4], [VERSION, 2], ...about, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]), name);
    offset += head.length + content.length;
  }
  const end = joined(directory);
  const count = Object.keys(files).length;
  return joined([...parts, end, numbers([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [end.length, 4], [offset, 4], [0, 2])]);
}
