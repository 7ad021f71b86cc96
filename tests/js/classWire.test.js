import assert from "node:assert/strict";
import test from "node:test";

import { checkClassMessage, isOfClass } from "../../static/js/classroom/wire.js";

const TILE = { seat: 3, name: "Ada", state: "training", reached: {}, differs: [], chosen: {} };

/** A wall with a picture for each of these seats. */
const wall = (pictures, { tiles = [TILE], arrays = {}, shapes = {}, ...rest } = {}) => ({
  type: "wall", whole: true, tiles, gone: [], pictures,
  arrays: { surfaces: new Uint8Array(pictures.length * 2304), ...arrays }, shapes: { surfaces: [pictures.length, 48, 48], ...shapes }, ...rest,
});
const isDamaged = (message) => assert.throws(() => checkClassMessage(message), Error);

test("messages of a session are left alone", () => {
  checkClassMessage({ type: "frame" });
  assert.deepEqual(["frame", "error", "constructor", "class", "pointed", "wall", "door"].map(isOfClass), [false, false, false, true, true, true, true]);
});

test("text messages need their fields", () => {
  checkClassMessage({ type: "ended", why: "left" });
  isDamaged({ type: "ended" });
  isDamaged({ type: "door", names: "given", choices: "Ada", waiting_room: false });
});

test("a wall has a row for each picture", () => {
  checkClassMessage(wall([3]));
  checkClassMessage(wall([], { shapes: { surfaces: [0, 48, 48] } }));
  isDamaged(wall([3], { shapes: { surfaces: [2, 48, 48] } }));
  isDamaged(wall([3], { shapes: { surfaces: [1, 10, 10] } }));
  isDamaged(wall([3], { arrays: { classes: new Uint8Array(5) }, shapes: { classes: [1, 5] } }));
  isDamaged(wall([3], { arrays: { curves: Float32Array.of(NaN) }, shapes: { curves: [1, 1] } }));
  isDamaged(wall([3], { tiles: [{ ...TILE, chosen: null }] }));
});

test("digits have a picture for each number", () => {
  const digits = (/** @type {object} */ changes) => ({
    type: "digits", question: 1, side: 2, whole: true, drawn: [{ number: 0, name: "", digit: 7, read: null, certainty: null }], pictures: [0],
    arrays: { drawings: new Uint8Array(4) }, shapes: {}, ...changes,
  });
  checkClassMessage(digits({}));
  isDamaged(digits({ arrays: { drawings: new Uint8Array(8) } }));
  isDamaged(digits({ pictures: ["0"] }));
  isDamaged(digits({ drawn: [{ number: 0, name: "" }] }));
});

test("drawings have as many points as their lines", () => {
  const drawings = (points, lines, owners) => ({
    type: "drawings", question: 1, arrays: { points: Float32Array.from(points), lines: Uint32Array.from(lines), owners: Uint32Array.from(owners) }, shapes: {},
  });
  checkClassMessage(drawings([0, 0, 1, 1], [2], [0]));
  isDamaged(drawings([0, 0, 1, 1], [3], [0]));
  isDamaged(drawings([0, 0, 1, 1], [2], []));
  isDamaged(drawings([0, NaN, 1, 1], [2], [0]));
});

test("examples are points with a target each", () => {
  const examples = (points, targets, classes = 2) => ({ type: "examples", question: 1, classes, dimensions: 2, arrays: { points: Float32Array.from(points), targets: Float32Array.from(targets) }, shapes: {} });
  checkClassMessage(examples([0, 0, 1, 1], [1, -1]));
  isDamaged(examples([0, 0, 1, 1], [1]));
  isDamaged(examples([0, NaN], [1]));
  isDamaged(examples([0, 0], [1], "many"));
});

test("results have a curve each", () => {
  const results = (count) => ({ type: "results", results: [{}], arrays: { points: new Float32Array(4), lines: Uint32Array.of(count) }, shapes: {} });
  checkClassMessage(results(2));
  isDamaged(results(1));
  isDamaged({ type: "results", results: [{}], arrays: {}, shapes: {} });
});

test("a snapshot is a square picture", () => {
  const snapshot = (shape) => ({ type: "snapshot", snapshot: { number: 1 }, arrays: { surface: new Uint8Array(2304) }, shapes: { surface: shape } });
  checkClassMessage(snapshot([48, 48]));
  isDamaged(snapshot([48, 47]));
  isDamaged({ ...snapshot([48, 48]), snapshot: {} });
});

test("cells of an experiment have index and share", () => {
  const experiment = (cell) => ({ ...wall([]), type: "experiment", number: 1, task: 0, total: 4, grid: {}, cells: [cell], shapes: {}, arrays: {} });
  checkClassMessage(experiment({ index: 0, values: {}, share: 0.5 }));
  isDamaged(experiment({ index: 0, values: {}, share: null }));
});
