import assert from "node:assert/strict";
import test from "node:test";

import { codeIn, createSeat, createTaskMemory, pathOf, placeOf, spokenCode } from "../../static/js/classroom/seat.js";
import { createMemory } from "../../static/js/lib/storage.js";

const DAY = 24 * 3600 * 1000;
const blocked = () => {
  throw new Error("blocked");
};
let filled = 0;
const fill = (bytes) => bytes.fill(filled++);
const seatIn = (storage, { code = "ABC234", now = 1000 } = {}) => createSeat({ storage, code, now, fill });

test("codes forgive how they were typed", () => {
  assert.deepEqual(["class/abc234", "class/AB%20C-234/lessons/depth", "class/oil234"].map(codeIn), ["ABC234", "ABC234", "011234"]);
  assert.deepEqual(["class/abc23", "class/abcu34", "class/", "", "class/%E0", "class/abc2345"].map(codeIn), [null, null, null, null, null, null]);
});

test("codes are read in halves", () => {
  assert.deepEqual([spokenCode("ABC234"), pathOf("ABC234", null), pathOf("ABC234", "depth")], ["ABC 234", "class/ABC234", "class/ABC234/lessons/depth"]);
});

test("a reload finds the seat again", () => {
  const storage = createMemory();
  const first = seatIn(storage);
  first.keepName("Ada");
  const again = seatIn(storage, { now: 1000 + DAY });
  assert.deepEqual([again.secret, again.name, again.isKept], [first.secret, "Ada", true]);
  assert.match(first.secret, /^[\w-]{32}$/);
});

test("each class has its own seat", () => {
  const storage = createMemory();
  assert.notEqual(seatIn(storage).secret, seatIn(storage, { code: "XYZ789" }).secret);
});

test("a blocked storage keeps no seat", () => {
  const seat = seatIn(blocked);
  seat.keepName("Ada");
  assert.deepEqual([seat.isKept, seat.name], [false, "Ada"]);
});

test("the seat moves to a new code", () => {
  const storage = createMemory();
  const seat = seatIn(storage);
  seat.moveTo("XYZ789");
  assert.equal(seatIn(storage, { code: "XYZ789" }).secret, seat.secret);
  assert.notEqual(seatIn(storage).secret, seat.secret);
});

test("a seat that was given up is new", () => {
  const storage = createMemory();
  const seat = seatIn(storage);
  seat.forget();
  assert.notEqual(seatIn(storage).secret, seat.secret);
});

test("old and damaged seats are dropped", () => {
  const storage = createMemory();
  const { secret } = seatIn(storage);
  assert.notEqual(seatIn(storage, { now: 1000 + 8 * DAY }).secret, secret);
  for (const entry of ["{", "null", '{"ABC234": {"secret": "<b>", "at": 1000}}', '{"ABC234": 1}']) {
    storage().setItem("seats", entry);
    assert.match(seatIn(storage).secret, /^[\w-]{32}$/);
  }
});

test("a reload knows the task", () => {
  const storage = createMemory();
  createTaskMemory(storage).set({ number: 3, moves: 1 });
  assert.deepEqual(createTaskMemory(storage).get(), { number: 3, moves: 1 });
  storage().setItem("task", '{"number": "3"}');
  assert.deepEqual(createTaskMemory(storage).get(), { number: 0, moves: 0 });
  const inMemory = createTaskMemory(blocked);
  inMemory.set({ number: 3, moves: 1 });
  assert.equal(inMemory.get().number, 3);
});

test("a student's page follows what is shown", () => {
  const lesson = { lesson: "depth", link: "#dataset=circle" };
  const digits = { lesson: null, link: "#dataset=mnist&networkShape=30" };
  const here = { lesson: "", subject: /** @type {const} */ ("plane") };
  const at = (/** @type {any} */ task, /** @type {any} */ shown, from = here) => Object.values(placeOf({ task, shown }, from)).join(" ");
  assert.deepEqual([at(null, null), at(lesson, null), at(null, "plane"), at(null, "digits")], [" plane", " plane", " plane", " digits"]);
  assert.deepEqual([at(lesson, "plane"), at(lesson, "digits"), at(digits, "digits"), at(digits, "plane")], ["depth plane", " digits", " digits", " plane"]);
  assert.equal(at(null, "plane", { lesson: "xor", subject: "plane" }), "xor plane");
  assert.deepEqual([pathOf("ABC234", "", "digits"), pathOf("ABC234", "reading", "digits")], ["class/ABC234/digits", "class/ABC234/lessons/reading"]);
});
