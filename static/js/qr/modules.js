/**
 * QR codes (ISO/IEC 18004:2015), made in the browser, so that a Wi-Fi password in one never leaves it. Pure. Bytes of
 * UTF-8, error correction level M, which survives the loss of 15% of the codewords.
 */

/** Codewords for error correction in a block, by version from 1 (table 9, level M). */
const CORRECTING = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26];

/** Blocks, by version from 1 (table 9, level M). */
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];

/** The largest version that is made here: 97 × 97 modules, 666 bytes. */
export const MAX_VERSION = BLOCKS.length;

/** The light area around a code, in modules (section 6.3.8). */
export const QUIET = 4;

/** Which modules a mask inverts (table 10). @type {readonly ((x: number, y: number) => boolean)[]} */
const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/**
 * The modules of the QR code for a text, without the quiet zone of four modules around it.
 * @param {string} text
 * @returns {boolean[][]} rows from the top; true is dark
 * @throws {RangeError} The text is too long.
 */
export function qrModules(text) {
  return qrCode(text).modules;
}

/**
 * The smallest QR code for a text, with the mask that is easiest to read.
 * @param {string} text
 * @returns {{version: number, mask: number, modules: boolean[][]}} rows from the top; true is dark
 * @throws {RangeError} The text is too long.
 */
export function qrCode(text) {
  const bytes = new TextEncoder().encode(text);
  let version = 1;
  while (capacity(version) < bytes.length) {
    if (++version > MAX_VERSION) throw new RangeError(`${bytes.length} bytes are too long for a QR code; at most ${capacity(MAX_VERSION)} fit`);
  }
  const plane = new Plane(version);
  plane.drawPatterns();
  plane.drawCodewords(interleaved(version, dataCodewords(version, bytes)));
  const penalties = MASKS.map((isInverted) => penalty(plane.masked(isInverted)));
  const mask = penalties.indexOf(Math.min(...penalties));
  const modules = plane.masked(MASKS[mask]);
  for (const [x, y, dark] of [...formatModules(version, mask), ...versionModules(version)]) modules[y][x] = dark;
  return { version, mask, modules };
}

/**
 * The outline of a code's dark modules, as the commands of an SVG path. A module is one unit, and the quiet zone is
 * around them.
 * @param {readonly (readonly boolean[])[]} modules
 * @returns {string}
 */
export function qrPath(modules) {
  const bars = modules.flatMap((row, y) => {
    const text = row.map(Number).join("");
    return [...text.matchAll(/1+/g)].map((run) => `M${run.index + QUIET} ${y + QUIET}h${run[0].length}v1h-${run[0].length}z`);
  });
  return bars.join("");
}

// ---- Codewords ----

/** @param {number} version */
const sizeOf = (version) => 4 * version + 17;

/** Codewords of a version that fit, of data and of correction. @param {number} version */
function codewordsOf(version) {
  const size = sizeOf(version);
  const alignment = alignmentCenters(version).length;
  // everything but finders with their separators and format, timing, alignment patterns and version information
  const aligned = alignment > 0 ? 25 * (alignment ** 2 - 3) - 10 * (alignment - 2) : 0;
  return Math.floor((size ** 2 - 3 * 64 - 31 - 2 * (size - 16) - aligned - (version >= 7 ? 36 : 0)) / 8);
}

/** Codewords of a version that hold data. @param {number} version */
const dataSizeOf = (version) => codewordsOf(version) - CORRECTING[version - 1] * BLOCKS[version - 1];

/** Bits of the length of a text in bytes. @param {number} version */
const lengthBits = (version) => (version < 10 ? 8 : 16);

/** Bytes of a text that a version can hold. @param {number} version */
const capacity = (version) => Math.floor((8 * dataSizeOf(version) - 4 - lengthBits(version)) / 8);

/**
 * The mode, the length, the bytes, and what fills up the rest.
 * @param {number} version @param {Uint8Array} bytes
 * @returns {number[]}
 */
function dataCodewords(version, bytes) {
  /** @type {number[]} */
  const bits = [];
  const put = (/** @type {number} */ value, /** @type {number} */ count) => {
    for (let place = count - 1; place >= 0; place--) bits.push((value >> place) & 1);
  };
  const size = dataSizeOf(version);
  put(0b0100, 4);
  put(bytes.length, lengthBits(version));
  for (const byte of bytes) put(byte, 8);
  put(0, Math.min(4, 8 * size - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  for (let padding = 0xec; bits.length < 8 * size; padding ^= 0xec ^ 0x11) put(padding, 8);
  return Array.from({ length: size }, (_, index) => bits.slice(8 * index, 8 * index + 8).reduce((byte, bit) => 2 * byte + bit, 0));
}

/**
 * The data in blocks, each with its correction, in the order in which they are drawn.
 * @param {number} version @param {readonly number[]} data
 * @returns {number[]}
 */
function interleaved(version, data) {
  const blocks = BLOCKS[version - 1];
  const short = Math.floor(data.length / blocks);
  const longer = data.length % blocks;
  const divisor = generator(CORRECTING[version - 1]);
  /** @type {number[][]} */
  const parts = [];
  for (let block = 0, start = 0; block < blocks; block++) {
    const end = start + short + (block >= blocks - longer ? 1 : 0);
    parts.push(data.slice(start, end));
    start = end;
  }
  const corrections = parts.map((part) => remainder(part, divisor));
  return [...turns(parts), ...turns(corrections)];
}

/** The first of each list, the second of each, and so on. @param {readonly number[][]} lists */
const turns = (lists) =>
  Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, index) => lists.flatMap((list) => (index < list.length ? [list[index]] : []))).flat();

/** A product in the field of 256 elements with x⁸ + x⁴ + x³ + x² + 1. @param {number} a @param {number} b */
function product(a, b) {
  let result = 0;
  for (let place = 7; place >= 0; place--) {
    result = (result << 1) ^ ((result >> 7) * 0x11d);
    result ^= ((b >> place) & 1) * a;
  }
  return result;
}

/** The coefficients of (x − 1)(x − 2)(x − 4)… after the leading one. @param {number} degree */
function generator(degree) {
  const result = new Array(degree).fill(0);
  result[degree - 1] = 1;
  for (let factor = 0, root = 1; factor < degree; factor++, root = product(root, 2)) {
    for (let index = 0; index < degree; index++) result[index] = product(result[index], root) ^ (result[index + 1] ?? 0);
  }
  return result;
}

/** What a division of a block by the generator leaves. @param {readonly number[]} block @param {readonly number[]} divisor */
function remainder(block, divisor) {
  /** @type {number[]} */
  let rest = divisor.map(() => 0);
  for (const codeword of block) {
    const factor = codeword ^ rest[0];
    rest = [...rest.slice(1), 0].map((value, index) => value ^ product(divisor[index], factor));
  }
  return rest;
}

// ---- Drawing ----

/** The rows, and columns, in which alignment patterns have their centers (annex E). @param {number} version */
function alignmentCenters(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = 2 * Math.ceil((version * 4 + 4) / (2 * count - 2));
  return Array.from({ length: count }, (_, index) => (index === 0 ? 6 : sizeOf(version) - 7 - step * (count - 1 - index)));
}

/** A number followed by its remainder, as in a BCH code. @param {number} value @param {number} bits  of the remainder @param {number} divisor */
function withRemainder(value, bits, divisor) {
  let rest = value;
  for (let place = 0; place < bits; place++) rest = (rest << 1) ^ ((rest >> (bits - 1)) * divisor);
  return (value << bits) | rest;
}

/** Column, row, and whether it is dark. @typedef {[number, number, boolean]} Module */

/** The level M and the mask, twice, and a module that is always dark. @param {number} version @param {number} mask @returns {Module[]} */
function formatModules(version, mask) {
  const last = sizeOf(version) - 1;
  const bits = withRemainder(mask, 10, 0x537) ^ 0x5412;
  /** @type {Module[]} */
  const modules = [[8, last - 7, true]];
  for (let place = 0; place < 15; place++) {
    const dark = ((bits >> place) & 1) === 1;
    // around the upper left finder, without the row and the column of the timing, and along the two others
    const along = place < 8 ? place + Number(place > 5) : 14 - place + Number(place === 8);
    modules.push(place < 8 ? [8, along, dark] : [along, 8, dark]);
    modules.push(place < 8 ? [last - place, 8, dark] : [8, last - 14 + place, dark]);
  }
  return modules;
}

/** The version, twice, from version 7. @param {number} version @returns {Module[]} */
function versionModules(version) {
  if (version < 7) return [];
  const bits = withRemainder(version, 12, 0x1f25);
  return Array.from({ length: 18 }, (_, place) => {
    const [near, far] = [Math.floor(place / 3), sizeOf(version) - 11 + (place % 3)];
    const dark = ((bits >> place) & 1) === 1;
    return /** @type {Module[]} */ ([[far, near, dark], [near, far, dark]]);
  }).flat();
}

/** The modules of a code, and which of them belong to its patterns and not to its data. */
class Plane {
  /** @param {number} version */
  constructor(version) {
    this.version = version;
    this.size = sizeOf(version);
    this.modules = Array.from({ length: this.size }, () => new Array(this.size).fill(false));
    this.isPattern = Array.from({ length: this.size }, () => new Array(this.size).fill(false));
  }

  /** A module of a pattern. @param {number} x @param {number} y @param {boolean} dark */
  set(x, y, dark) {
    this.modules[y][x] = dark;
    this.isPattern[y][x] = true;
  }

  drawPatterns() {
    const last = this.size - 1;
    for (let place = 0; place < this.size; place++) {
      this.set(6, place, place % 2 === 0);
      this.set(place, 6, place % 2 === 0);
    }
    for (const [x, y] of [[3, 3], [last - 3, 3], [3, last - 3]]) this.drawRings(x, y, 4);
    const centers = alignmentCenters(this.version);
    const far = centers.at(-1);
    for (const x of centers) {
      // the three others would be on finders
      for (const y of centers) if (!(x === 6 && y === 6) && !(x === 6 && y === far) && !(x === far && y === 6)) this.drawRings(x, y, 2);
    }
    // the standard chooses the mask before these are drawn
    for (const [x, y] of [...formatModules(this.version, 0), ...versionModules(this.version)]) this.set(x, y, false);
  }

  /** Squares around a center: a finder with its separator, or an alignment pattern. @param {number} x @param {number} y @param {number} reach */
  drawRings(x, y, reach) {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const distance = Math.max(Math.abs(dx), Math.abs(dy));
        const isInside = x + dx >= 0 && x + dx < this.size && y + dy >= 0 && y + dy < this.size;
        if (isInside) this.set(x + dx, y + dy, reach === 4 ? distance !== 2 && distance !== 4 : distance !== 1);
      }
    }
  }

  /** In pairs of columns from the right, up and down by turns, without the column of the timing. @param {readonly number[]} codewords */
  drawCodewords(codewords) {
    let place = 0;
    for (let right = this.size - 1, isUp = true; right > 0; right -= right === 8 ? 3 : 2, isUp = !isUp) {
      for (let row = 0; row < this.size; row++) {
        const y = isUp ? this.size - 1 - row : row;
        for (const x of [right, right - 1]) {
          if (this.isPattern[y][x]) continue;
          // what remains of the last modules is light
          this.modules[y][x] = (((codewords[place >> 3] ?? 0) >> (7 - (place & 7))) & 1) === 1;
          place++;
        }
      }
    }
  }

  /** The modules, those of data inverted where a mask says so. @param {(x: number, y: number) => boolean} isInverted @returns {boolean[][]} */
  masked(isInverted) {
    return this.modules.map((row, y) => row.map((dark, x) => dark !== (!this.isPattern[y][x] && isInverted(x, y))));
  }
}

// ---- The choice of a mask ----

/**
 * How hard a code is to read (section 7.8.3.1): long runs, squares, what resembles a finder, too many dark or light modules.
 * @param {readonly boolean[][]} rows
 */
function penalty(rows) {
  const columns = rows.map((_, x) => rows.map((row) => row[x]));
  let sum = 0;
  for (const line of [...rows, ...columns]) sum += penaltyOfLine(line);
  for (let y = 1; y < rows.length; y++) {
    for (let x = 1; x < rows.length; x++) {
      const dark = rows[y][x];
      if (rows[y][x - 1] === dark && rows[y - 1][x] === dark && rows[y - 1][x - 1] === dark) sum += 3;
    }
  }
  const share = (100 * rows.flat().filter(Boolean).length) / rows.length ** 2;
  return sum + 10 * Math.floor(Math.abs(share - 50) / 5);
}

/** Dark 1:1:3:1:1 after or before a light area of four modules. */
const LIKE_FINDER = /00001011101|1011101(?=0000)/g;

/** @param {readonly boolean[]} line */
function penaltyOfLine(line) {
  const text = line.map(Number).join("");
  const runs = (text.match(/0{5,}|1{5,}/g) ?? []).reduce((sum, run) => sum + run.length - 2, 0);
  const quiet = "0".repeat(QUIET);
  return runs + 40 * (`${quiet}${text}${quiet}`.match(LIKE_FINDER) ?? []).length;
}
