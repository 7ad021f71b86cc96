import assert from "node:assert/strict";
import test from "node:test";

import { EMPTY, begin, canUndo, cancel, clear, extend, isEmpty, undo } from "../../static/js/drawing/strokes.js";

const at = (x, y) => ({ x, y });

test("a pointer leaves a stroke", () => {
  const drawing = extend(begin(EMPTY, 7, at(0, 0)), 7, [at(0.1, 0), at(0.2, 0)]);
  assert.deepEqual(drawing.strokes, [{ pointer: 7, points: [at(0, 0), at(0.1, 0), at(0.2, 0)] }]);
});

test("two fingers draw two strokes at once", () => {
  const drawing = extend(extend(begin(begin(EMPTY, 1, at(0, 0)), 2, at(1, 1)), 1, [at(0.1, 0)]), 2, [at(0.9, 1)]);
  assert.deepEqual(drawing.strokes.map(({ points }) => points), [[at(0, 0), at(0.1, 0)], [at(1, 1), at(0.9, 1)]]);
});

test("the same pointer can draw again", () => {
  const drawing = extend(begin(begin(EMPTY, 1, at(0, 0)), 1, at(0.5, 0.5)), 1, [at(0.6, 0.5)]);
  assert.deepEqual(drawing.strokes.map(({ points }) => points.length), [1, 2]);
});

test("a pointer that rests adds nothing", () => {
  const drawing = begin(EMPTY, 1, at(0.5, 0.5));
  assert.equal(extend(drawing, 1, [at(0.5005, 0.5), at(0.501, 0.5)]), drawing);
});

test("a pointer that is not down adds nothing", () => {
  const drawing = begin(EMPTY, 1, at(0.5, 0.5));
  assert.equal(extend(drawing, 2, [at(0.9, 0.9)]), drawing);
});

test("undo removes the last stroke", () => {
  const drawing = begin(begin(EMPTY, 1, at(0, 0)), 1, at(0.5, 0.5));
  assert.deepEqual(undo(drawing).strokes.map(({ points }) => points[0]), [at(0, 0)]);
  assert.ok(isEmpty(undo(undo(drawing))));
});

test("undo brings back what was cleared", () => {
  const drawing = begin(EMPTY, 1, at(0, 0));
  assert.equal(undo(clear(drawing)), drawing);
  const after = begin(clear(drawing), 1, at(0.5, 0.5));
  assert.equal(undo(undo(after)), drawing);
});

test("an empty pad has nothing to undo", () => {
  assert.deepEqual([canUndo(EMPTY), undo(EMPTY), clear(EMPTY)], [false, EMPTY, EMPTY]);
  assert.ok(canUndo(clear(begin(EMPTY, 1, at(0, 0)))));
});

test("a canceled stroke is no stroke", () => {
  const drawing = begin(EMPTY, 1, at(0, 0));
  assert.deepEqual(cancel(begin(drawing, 2, at(0.5, 0.5)), 2).strokes, drawing.strokes);
  assert.equal(cancel(drawing, 3), drawing);
});
