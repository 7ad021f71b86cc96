/** Whatever comes from the wire, it is decoded or refused with an Error, and soon. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { decodeMessage } from "../../static/js/net/protocol.js";

const EXAMPLES = Number(process.env.PLAYGROUND_EXAMPLES ?? 2000);
const golden = readFileSync(new URL("../golden/frame.bin", import.meta.url));

/** Random whole numbers below a bound, the same in every run (mulberry32). */
function createRandom(state = 1) {
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  };
}

const buffer = (bytes) => Uint8Array.from(bytes).buffer;

/** Decodes, or says that it was refused. */
function decode(received) {
  try {
    return decodeMessage(received);
  } catch (error) {
    assert.ok(error instanceof Error);
    return null;
  }
}

function assertIsMessage(message) {
  if (message !== null) assert.equal(typeof message.type, "string");
}

test("a spoiled frame is decoded or refused", () => {
  const random = createRandom();
  let refused = 0;
  for (let example = 0; example < EXAMPLES; example += 1) {
    const bytes = [...golden];
    for (let change = random(5); change >= 0; change -= 1) {
      bytes.splice(random(800), random(3), ...Array.from({ length: random(3) }, () => random(256)));
    }
    const message = decode(buffer(bytes.slice(0, random(4) ? bytes.length : random(bytes.length))));
    assertIsMessage(message);
    refused += message === null;
    if (message?.type === "frame") assert.ok(message.arrays.params.every(Number.isFinite));
  }
  assert.ok(refused > 0);
});

test("random bytes after the magic decode or fail", () => {
  const random = createRandom(2);
  for (let example = 0; example < EXAMPLES; example += 1) {
    const bytes = Array.from({ length: random(200) }, () => random(256));
    assertIsMessage(decode(buffer([...golden.subarray(0, 4), ...bytes])));
    assertIsMessage(decode(buffer(bytes)));
  }
});

test("any text is decoded or refused", () => {
  const random = createRandom(3);
  const pieces = ['{"type":', '"config"', '"frame"', ":", ",", "{", "}", "[", "]", "null", "1e999", '"__proto__":', '"', "\\u", "\0"];
  for (let example = 0; example < EXAMPLES; example += 1) {
    assertIsMessage(decode(Array.from({ length: random(12) }, () => pieces[random(pieces.length)]).join("")));
  }
});

test("a large header is read or refused", () => {
  for (const arrays of ["[".repeat(100_000), `[${'["a","u1",[],0],'.repeat(6_000)}["a","u1",[0],0]]`]) {
    const header = new TextEncoder().encode(`{"message":{"type":"data"},"arrays":${arrays}}`);
    const bytes = new Uint8Array(8 + header.length + 8);
    bytes.set(golden.subarray(0, 4));
    new DataView(bytes.buffer).setUint32(4, header.length, true);
    bytes.set(header, 8);
    assertIsMessage(decode(bytes.buffer));
  }
});
