import assert from "node:assert/strict";
import test from "node:test";

import { NOWHERE_ELSE, asksForPlace, isOpenElsewhere, isSure, seenWith, watchPlace } from "../../static/js/classroom/place.js";

const place = (instance, open = true) => ({ instance, open });
const cells = (...results) => new Map(results.map((result, index) => [index, { result }]));
const state = ({ room = {}, ...more } = {}) => /** @type {any} */ ({
  role: "teacher", code: "ABC234", joined: { instance: "here" }, ended: null, experiment: null, room: { teacher: true, question: null, task: null, ...room }, ...more,
});
const after = (...places) => places.reduce((seen, found) => seenWith(seen, found, "here"), NOWHERE_ELSE);

/** A page that asks; returns what it did, and a function that lets it ask once more. */
function bench(now, ...answers) {
  const log = [];
  let run = () => {};
  watchPlace({
    state: () => now, isOpen: () => true, move: () => log.push("move"), reconnect: () => log.push("reconnect"),
    ask: async () => answers.shift() ?? null, setTimeout: (next) => (run = next), random: () => 0.5,
  });
  const ask = async () => {
    run();
    await new Promise(setImmediate);
  };
  return { log, ask };
}

test("two equal answers make a teacher sure", () => {
  assert.equal(isSure(after(place("there"))), false);
  assert.equal(isSure(after(place("there"), place("there"))), true);
  assert.equal(isSure(after(place("there"), place("here"), place("there"))), false);
  assert.equal(isSure(after(place("there"), null, place("there"))), false);
  assert.equal(isSure(after(place("there"), place("third"))), false);
});

test("a class that was moved stays longer", () => {
  const moved = { ...NOWHERE_ELSE, moves: 1 };
  const seen = [1, 2, 3].reduce((before) => seenWith(before, place("there"), "here"), moved);
  assert.equal(isSure(seen), false);
  assert.equal(isSure(seenWith(seen, place("there"), "here")), true);
});

test("others follow only to an open class", () => {
  assert.equal(isOpenElsewhere(after(place("there")), place("there")), true);
  for (const open of [false, null]) assert.equal(isOpenElsewhere(after(place("there")), /** @type {any} */ (place("there", /** @type {any} */ (open)))), false);
  assert.equal(isOpenElsewhere(after(place("here")), place("here")), false);
});

test("pages ask while it can help", () => {
  assert.equal(asksForPlace(state()), true);
  assert.equal(asksForPlace(state({ joined: { instance: null } })), false, "a server of an earlier version");
  assert.equal(asksForPlace(state({ ended: "ended" })), false);
  assert.equal(asksForPlace(state({ role: "student" })), false);
  assert.equal(asksForPlace(state({ role: "student", room: { teacher: false } })), true);
  assert.equal(asksForPlace(state({ role: "screen", room: { teacher: false } })), true);
});

test("a question and an experiment are finished first", () => {
  assert.equal(asksForPlace(state({ room: { question: { revealed: false } } })), false);
  assert.equal(asksForPlace(state({ room: { question: { revealed: true } } })), true);
  const running = { task: 0, canceled: false, total: 2, cells: cells({}, null) };
  assert.equal(asksForPlace(state({ experiment: running })), false);
  assert.equal(asksForPlace(state({ experiment: { ...running, cells: cells({}, {}) } })), true);
  assert.equal(asksForPlace(state({ experiment: { ...running, canceled: true } })), true);
  assert.equal(asksForPlace(state({ experiment: running, room: { task: { number: 1 } } })), true, "it is over with the next task");
});

test("the teacher’s page moves the class once", async () => {
  const { log, ask } = bench(state(), place("there"), place("there"), place("there"), place("there"));
  await ask();
  assert.deepEqual(log, []);
  await ask();
  assert.deepEqual(log, ["move"]);
  await ask();
  await ask();
  assert.deepEqual(log, ["move"]);
});

test("a student’s page follows to its class", async () => {
  const { log, ask } = bench(state({ role: "student", room: { teacher: false } }), place("there", false), place("there"));
  await ask();
  assert.deepEqual(log, []);
  await ask();
  assert.deepEqual(log, ["reconnect"]);
});
