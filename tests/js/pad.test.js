import assert from "node:assert/strict";
import test from "node:test";

import { createPad } from "../../static/js/drawing/pad.js";
import { openPage } from "./fakepage.js";

const SIDE = 28;
const data = (side = SIDE) => ({ side, trainSize: 80, validationSize: 10, testSize: 3, pictures: new Uint8Array(3 * side * side).fill(9), labels: Uint8Array.of(4, 7, 9) });
/** @param {number} digit @param {number | null} example */
const readingOf = (digit, example, label = null) => ({ answer: digit, example, label, after: 0, activations: [[0.1], Array.from({ length: 10 }, (_, output) => (output === digit ? 0.9 : 0.01))] });

/** The pad, with a clock that tests turn, and a network that answers when tests say so. @param {import("node:test").TestContext} t */
function open(t) {
  const page = openPage();
  const timers = new Map();
  let [time, made] = [0, 0];
  t.mock.method(globalThis, "setTimeout", (act, delay) => (timers.set(++made, { act, at: time + delay }), made));
  t.mock.method(globalThis, "clearTimeout", (timer) => timers.delete(timer));
  t.mock.method(performance, "now", () => time);
  const reads = /** @type {any[]} */ ([]);
  /** As the page does, at once. @param {any} picture */
  function read(picture) {
    reads.push(picture);
    state = { ...state, followed: picture, ...(picture === null && { reading: null }) };
  }
  let state = /** @type {any} */ ({ data: data(), config: { loss: "squared_error" }, reading: null, followed: null });
  let frame = /** @type {any} */ ({ epoch: 3, digits: { activations: null } });
  const view = createPad(/** @type {any} */ (page.body), { actions: { read } });
  const board = page.body.querySelector(".pad-board");
  for (const element of [board, board.querySelector("canvas")]) Object.assign(element.box, { width: 100, height: 100 });
  page.resize();
  view.draw(frame, state);
  const [undo, clear] = page.body.querySelectorAll("button");
  const pad = {
    page, board, reads, undo, clear,
    at: (type, x, y, props = {}) => page.fire(board, type, { clientX: x, clientY: y, pointerId: 1, button: 0, pointerType: "mouse", ...props }),
    press: (key, props = {}) => page.fire(board, "keydown", { key, code: "", ...props }),
    draw(changes = {}, framePart = frame) {
      state = { ...state, ...changes };
      frame = framePart;
      view.draw(frame, state);
    },
    turn(by) {
      time += by;
      for (const [timer, { act, at }] of timers) if (at <= time && timers.delete(timer)) act();
    },
    line() {
      pad.at("pointerdown", 50, 20);
      pad.at("pointermove", 50, 80);
      pad.at("pointerup", 50, 80);
      pad.turn(50);
    },
    text: (name) => page.body.querySelector(`.${name}`).textContent,
    pens: page.body.querySelectorAll("input"),
    hint: page.body.querySelector(".pad-hint"),
  };
  return pad;
}

/** How much of a picture is ink. @param {Uint8Array} pixels */
const inkOf = (pixels) => pixels.reduce((sum, ink) => sum + ink, 0);

test("a drawing is read while it grows", (t) => {
  const { at, turn, reads } = open(t);
  at("pointerdown", 50, 20);
  assert.equal(reads.length, 1);
  at("pointermove", 50, 80);
  assert.equal(reads.length, 1);
  turn(50);
  assert.deepEqual(reads.map(({ pixels }) => pixels.length), [784, 784]);
  assert.ok(inkOf(reads[0].pixels) > inkOf(reads[1].pixels), "a dot is scaled to a disc, a line to a line");
});

test("the way between two events is drawn", (t) => {
  const { at, turn, reads } = open(t);
  at("pointerdown", 20, 50);
  at("pointermove", 80, 50, { getCoalescedEvents: () => [[50, 20], [80, 50]].map(([clientX, clientY]) => ({ clientX, clientY })) });
  turn(50);
  const { pixels } = reads[1];
  const inkedRows = Array.from({ length: SIDE }, (_, row) => inkOf(pixels.subarray(row * SIDE, (row + 1) * SIDE))).filter((ink) => ink > 0);
  assert.ok(inkedRows.length > 10, "a straight line has few rows");
});

test("an empty pad invites and sends nothing", (t) => {
  const { reads, text, hint, clear, undo } = open(t);
  assert.deepEqual([reads, text("pad-answer"), hint.hidden], [[], "Draw a digit from 0 to 9.", false]);
  assert.deepEqual([undo.disabled, clear.disabled], [true, true]);
});

test("the answer is said beside the drawing", (t) => {
  const { line, draw, text, hint } = open(t);
  line();
  draw({ reading: readingOf(1, null) });
  assert.deepEqual([text("pad-answer"), hint.hidden], ["The network says 1 (output 0.90)", true]);
});

test("training renews the answer", (t) => {
  const { line, draw, text } = open(t);
  line();
  draw({ reading: readingOf(1, null) });
  draw({}, { epoch: 4, seq: 1, digits: { activations: [0, ...readingOf(7, null).activations[1]] } });
  assert.equal(text("pad-answer"), "The network says 7 (output 0.90)");
});

test("an untrained network says so", (t) => {
  const { line, draw, text } = open(t);
  line();
  draw({ reading: readingOf(1, null) }, { epoch: 0, digits: { activations: null } });
  assert.equal(text("pad-note"), "Not trained yet: press Play.");
});

test("answers are read aloud after the last stroke", (t) => {
  const { line, draw, turn, text } = open(t);
  line();
  draw({ reading: readingOf(1, null) });
  turn(500);
  assert.equal(text("visually-hidden"), "");
  line();
  turn(649);
  assert.equal(text("visually-hidden"), "");
  turn(1);
  assert.equal(text("visually-hidden"), "The network says 1 (output 0.90)");
});

test("undo removes strokes and reads again", (t) => {
  const { line, at, turn, undo, reads, press } = open(t);
  line();
  at("pointerdown", 20, 20);
  at("pointerup", 20, 20);
  turn(50);
  const before = reads.length;
  undo.click();
  turn(50);
  assert.deepEqual(reads[before].pixels, reads[before - 2].pixels);
  press("z", { ctrlKey: true });
  assert.deepEqual([reads.at(-1), undo.disabled], [null, true]);
});

test("a cleared drawing comes back by undo", (t) => {
  const { line, clear, undo, reads, turn, hint } = open(t);
  line();
  const { pixels } = reads.at(-1);
  clear.click();
  assert.deepEqual([reads.at(-1), hint.hidden], [null, false]);
  undo.click();
  turn(50);
  assert.deepEqual(reads.at(-1).pixels, pixels);
});

test("a wider pen changes what is read", (t) => {
  const { line, pens, page, reads, turn } = open(t);
  line();
  const thin = reads.at(-1).pixels;
  page.fire(pens[2], "change");
  turn(50);
  assert.ok(inkOf(reads.at(-1).pixels) > inkOf(thin));
});

test("a palm beside the pen draws nothing", (t) => {
  const { at, turn, reads } = open(t);
  at("pointerdown", 50, 20, { pointerId: 1, pointerType: "pen" });
  at("pointerdown", 90, 90, { pointerId: 2, pointerType: "touch" });
  turn(50);
  assert.equal(reads.length, 1);
});

test("a stroke that the browser takes back disappears", (t) => {
  const { at, reads, undo } = open(t);
  at("pointerdown", 50, 20, { pointerType: "touch" });
  at("pointercancel", 50, 20, { pointerType: "touch" });
  assert.deepEqual([reads.at(-1), undo.disabled], [null, true]);
});

test("keys step through the test pictures", (t) => {
  const { press, draw, reads, text } = open(t);
  press("ArrowRight");
  assert.deepEqual(reads, [{ example: 90 }]);
  draw({ reading: readingOf(4, 90, 4) });
  assert.deepEqual([text("pad-seen"), text("pad-note")], ["Test picture 1", "It is a 4."]);
  press("ArrowLeft");
  assert.deepEqual(reads.at(-1), { example: 92 });
});

test("test pictures are read aloud by number", (t) => {
  const { press, draw, turn, text } = open(t);
  press("ArrowRight");
  draw({ reading: readingOf(4, 90, 4) });
  turn(700);
  assert.equal(text("visually-hidden"), "Test picture 1. The network says 4 (output 0.90). It is a 4.");
});

test("a misread test picture is called that", (t) => {
  const { press, draw, text } = open(t);
  press("ArrowDown");
  draw({ reading: readingOf(9, 90, 4) });
  assert.deepEqual([text("pad-answer"), text("pad-note")], ["The network says 9 (output 0.90)", "It is a 4: misread."]);
});

test("undo brings back what a test picture replaced", (t) => {
  const { line, press, draw, undo, reads, turn, text } = open(t);
  line();
  const { pixels } = reads.at(-1);
  press("ArrowRight");
  draw({ reading: readingOf(4, 90, 4) });
  undo.click();
  turn(50);
  assert.deepEqual(reads.at(-1).pixels, pixels);
  draw();
  assert.equal(text("pad-seen"), "What the network sees");
});

test("a picture chosen elsewhere replaces the drawing", (t) => {
  const { line, draw, text, hint } = open(t);
  line();
  draw({ reading: readingOf(1, null) });
  draw({ followed: { example: 91 }, reading: readingOf(7, 91, 7) });
  assert.deepEqual([text("pad-seen"), hint.hidden], ["Test picture 2", false]);
});

test("the answer to another picture is not shown", (t) => {
  const { press, at, draw, text } = open(t);
  press("ArrowRight");
  draw({ reading: readingOf(4, 90, 4) });
  at("pointerdown", 50, 20);
  draw();
  assert.deepEqual([text("pad-answer"), text("pad-seen")], ["Draw a digit from 0 to 9.", "What the network sees"]);
});

test("other data read the drawing again", (t) => {
  const { line, draw, reads, turn, hint } = open(t);
  line();
  draw({ data: data(8), reading: null, followed: { example: 90 } });
  turn(50);
  assert.deepEqual([reads.at(-1).pixels.length, hint.hidden], [64, true]);
});
