import assert from "node:assert/strict";
import test from "node:test";

import { examplesOf } from "../../static/js/classroom/drawings.js";
import { classPatch } from "../../static/js/classroom/receive.js";
import { initialClassState } from "../../static/js/classroom/state.js";

const PIXELS = 48 * 48;
const NEW = Object.freeze(initialClassState("student", "ABC234"));
const after = (state, ...messages) => messages.reduce((now, message) => ({ ...now, ...classPatch(now, message) }), state);
const tile = (seat, more = {}) => ({ seat, name: `Student ${seat}`, classes: 2, dimensions: 2, ...more });
const room = (more = {}) => ({ type: "class", code: "ABC234", experiment: true, ...more });
/** Surfaces in which every byte is its row. */
const rows = (count) => Uint8Array.from({ length: count * PIXELS }, (_, index) => Math.floor(index / PIXELS));
const wall = (tiles, pictures, { whole = false, gone = [], ...arrays } = {}) => ({ type: "wall", whole, tiles, gone, pictures, arrays: { surfaces: rows(pictures.length), ...arrays } });

test("joining settles door, refusal and code", () => {
  const state = after({ ...NEW, door: /** @type {any} */ ({}), refusal: /** @type {any} */ ({}) }, { type: "joined", code: "XYZ789", name: "Ada" });
  assert.deepEqual([state.joined.name, state.code, state.door, state.refusal], ["Ada", "XYZ789", null, null]);
});

test("given names stay while they are chosen", () => {
  const door = (names, ...choices) => ({ type: "door", names, choices });
  assert.deepEqual(after(NEW, door("given", "A"), door("given", "B")).door.choices, ["A"]);
  assert.deepEqual(after(NEW, door("given", "A"), door("list", "B")).door.choices, ["B"]);
  assert.deepEqual(after(NEW, door("list", "A"), door("list", "B")).door.choices, ["B"]);
});

test("a welcome says whose network is watched", () => {
  const watching = after(NEW, { type: "pointed", hovered: "part 1" }, { type: "welcome", watching: {} });
  assert.deepEqual([watching.watching, watching.pointed], [{ seat: null, name: null }, null]);
  assert.equal(after(watching, { type: "welcome" }).watching, null);
});

test("the wall keeps tiles that have not changed", () => {
  const state = after(NEW, wall([tile(1), tile(2)], [1, 2], { whole: true }), wall([tile(2, { name: "Eve" })], []));
  assert.deepEqual([...state.tiles.values()].map(({ name }) => name), ["Student 1", "Eve"]);
  assert.deepEqual([...state.pictures].map(([seat, { surface }]) => [seat, surface.length, surface[0]]), [[1, PIXELS, 0], [2, PIXELS, 1]]);
});

test("a whole wall forgets all others", () => {
  const state = after(NEW, wall([tile(1), tile(2)], [1, 2]), wall([tile(2)], [], { whole: true }));
  assert.deepEqual([[...state.tiles.keys()], [...state.pictures.keys()]], [[2], [2]]);
  assert.deepEqual([...after(state, wall([], [], { gone: [2] })).pictures.keys()], []);
});

test("pictures have what applies to their data", () => {
  const arrays = { classes: new Uint8Array(3 * PIXELS).fill(1), curves: new Float32Array(600).fill(0.5) };
  const { pictures } = after(NEW, wall([tile(1), tile(2, { classes: 4 }), tile(3, { dimensions: 1 })], [1, 2, 3], arrays));
  assert.deepEqual([...pictures.values()].map(({ classes, curve, classCount }) => [classes?.length, curve?.length, classCount]),
    [[undefined, undefined, 2], [PIXELS, undefined, 4], [undefined, 200, 2]]);
});

test("cells of an experiment gather until another begins", () => {
  const experiment = (number, cells, whole = false) => ({
    type: "experiment", number, task: 0, link: "#a", epochs: 10, total: 4, vary: "weights", grid: {}, canceled: false, whole, cells, pictures: cells.map(({ index }) => index), arrays: { surfaces: rows(cells.length) },
  });
  const state = after(NEW, experiment(1, [{ index: 0 }], true), experiment(1, [{ index: 2 }]));
  assert.deepEqual([[...state.experiment.cells.keys()], [...state.experiment.pictures.keys()]], [[0, 2], [0, 2]]);
  assert.deepEqual([...after(state, experiment(2, [{ index: 1 }])).experiment.cells.keys()], [1]);
  assert.equal(after(state, room({ experiment: false })).experiment, null);
});

test("pictures of an experiment tell their classes themselves", () => {
  const classes = new Uint8Array(2 * PIXELS);
  classes[PIXELS] = 3;
  const message = { type: "experiment", number: 1, grid: {}, cells: [], pictures: [0, 1], arrays: { surfaces: rows(2), classes } };
  assert.deepEqual([...after(NEW, message).experiment.pictures.values()].map(({ classCount, classes: painted }) => [classCount, painted !== null]), [[2, false], [4, true]]);
});

test("lines of drawings are cut apart", () => {
  const arrays = { points: Float32Array.of(0, 1, 2, 3, 4, 5), lines: Uint32Array.of(2, 1), owners: Uint32Array.of(0, 7) };
  const state = after(NEW, { type: "drawings", question: 4, arrays });
  assert.deepEqual(state.drawings, { question: 4, lines: [{ owner: 0, points: Float32Array.of(0, 1, 2, 3) }, { owner: 7, points: Float32Array.of(4, 5) }] });
  assert.equal(after(state, room({ question: { draws: null } })).drawings, null);
  assert.equal(after(state, room({ question: { draws: "boundary" } })).drawings, state.drawings);
});

test("pictures of drawn digits come only once", () => {
  const digits = (/** @type {object} */ changes) => ({ type: "digits", question: 4, side: 2, drawn: [], whole: false, epoch: 3, test_accuracy: 0.9, ...changes });
  const first = digits({ whole: true, pictures: [0, 2], arrays: { drawings: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) } });
  const second = digits({ pictures: [1, 2], arrays: { drawings: Uint8Array.of(9, 9, 9, 9, 0, 0, 0, 1) } });
  const state = after(NEW, first, second);
  assert.deepEqual([...state.digits.pictures].map(([number, pixels]) => [number, ...pixels]), [[0, 1, 2, 3, 4], [2, 0, 0, 0, 1], [1, 9, 9, 9, 9]]);
  assert.deepEqual([state.digits.epoch, state.digits.accuracy], [3, 0.9]);
  assert.equal(after(state, digits({ question: 5, pictures: [], arrays: { drawings: new Uint8Array() } })).digits.pictures.size, 0);
  assert.equal(after(state, room({ question: { draws: "digit" } })).digits, state.digits);
  assert.equal(after(state, room({ question: null })).digits, null);
});

test("pictures of digits have no classes", () => {
  const classes = new Uint8Array(PIXELS).fill(9);
  const wall = { type: "wall", whole: true, tiles: [{ seat: 1, classes: 10, dimensions: 0 }], gone: [], pictures: [1], arrays: { surfaces: rows(1), classes } };
  assert.equal(after(NEW, wall).pictures.get(1).classes, null);
});

test("examples to draw over are data", () => {
  const arrays = { points: Float32Array.of(1, 2, 3, 4), targets: Float32Array.of(-1, 1) };
  const { examples } = after(NEW, { type: "examples", question: 4, classes: 2, dimensions: 2, arrays });
  assert.deepEqual([examples.question, examples.data.trainSize, examples.data.points], [4, 2, arrays.points]);
  assert.equal(examplesOf({ examples }, 4, null), examples.data);
  assert.equal(examplesOf({ examples }, 5, null), null);
});

test("messages without a reducer change nothing", () => {
  assert.deepEqual(classPatch(NEW, { type: "constructor" }), {});
  assert.deepEqual(classPatch(NEW, { type: "frame" }), {});
});
