import assert from "node:assert/strict";
import test from "node:test";

import { OUTPUTS, layoutDigits, placeOf, portsOf } from "../../static/js/digits/layout.js";
import { moved } from "../../static/js/digits/units.js";

/** What the network column is on several screens, with their type size. */
const ROOMS = [
  { width: 690, height: 470, scale: 1 }, { width: 700, height: 640, scale: 1 }, { width: 1100, height: 800, scale: 16 / 14 },
  { width: 560, height: 420, scale: 13 / 14 }, { width: 740, height: 280, scale: 1, isTouched: true }, { width: 362, height: 270, scale: 1, isTouched: true }, { width: 292, height: 270, scale: 1, isTouched: true },
];
const NETWORKS = [[], [1], [30], [30, 30], [30, 30, 30], [100], [100, 100], [7, 100, 2, 41], [100, 100, 100, 100]];

/** Everything that takes room on the board. @param {import("../../static/js/digits/layout.js").Layout} layout @param {readonly number[]} layers */
function boxesOf(layout, layers) {
  const units = layers.flatMap((count, layer) => Array.from({ length: count }, (_, unit) => {
    const { x, y } = placeOf(layout, layer, unit);
    return { name: `unit ${layer} ${unit}`, x, y, width: layout.side, height: layout.step.y - layout.side > 6 ? layout.side + 6 : layout.side };
  }));
  const named = { input: layout.input, controls: layout.controls, outputs: layout.outputs };
  return [...units, ...layout.headers.map((box, layer) => ({ name: `header ${layer}`, ...box })), ...Object.entries(named).map(([name, box]) => ({ name, ...box }))];
}

const overlaps = (one, other) => one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height;

test("nothing in the diagram overlaps", () => {
  for (const room of ROOMS) {
    for (const layers of NETWORKS) {
      const boxes = boxesOf(layoutDigits({ ...room, layers }), layers);
      const pairs = boxes.flatMap((one, index) => boxes.slice(index + 1).filter((other) => overlaps(one, other)).map((other) => `${one.name} over ${other.name}`));
      assert.deepEqual(pairs, [], `${room.width} × ${room.height}, ${layers}`);
    }
  }
});

test("all of the diagram is on its board", () => {
  for (const room of ROOMS) {
    for (const layers of NETWORKS) {
      const layout = layoutDigits({ ...room, layers });
      const outside = boxesOf(layout, layers).filter(({ x, y, width, height }) => x < 0 || y < 0 || x + width > layout.width + 1 || y + height > layout.height + 1);
      assert.deepEqual(outside, [], `${room.width} × ${room.height}, ${layers}`);
      assert.equal(layout.overflows, layout.width > room.width);
    }
  }
});

test("the lecture's networks need no scrolling", () => {
  for (const room of ROOMS.filter(({ width }) => width >= 690)) {
    for (const layers of [[30], [30, 30], [100], [30, 30, 30]]) {
      assert.equal(layoutDigits({ ...room, layers }).overflows, false, `${room.width} × ${room.height}, ${layers}`);
    }
  }
});

test("a narrow diagram is stacked and never overflows", () => {
  for (const layers of NETWORKS) {
    const layout = layoutDigits({ width: 300, height: 200, layers });
    assert.deepEqual([layout.isStacked, layout.overflows, layout.width], [true, false, 300]);
    assert.ok(layout.side >= 24, `${layout.side}`);
  }
});

test("grids are square and full if possible", () => {
  const { grids } = layoutDigits({ width: 1100, height: 700, layers: [30, 100] });
  assert.deepEqual(grids.map(({ columns, rows }) => [columns, rows]), [[5, 6], [10, 10]]);
});

test("links end at the edges of layers", () => {
  const layout = layoutDigits({ width: 900, height: 600, layers: [30, 12] });
  const [first, second] = layout.grids;
  assert.equal(portsOf(layout, 0, 7).from.x, first.x + first.width);
  assert.equal(portsOf(layout, 1, 3).to.x, second.x);
  assert.equal(portsOf(layout, 2, 9).to.x, layout.outputs.x);
  // those of neurons in one row leave apart
  const heights = Array.from({ length: first.columns }, (_, unit) => portsOf(layout, 0, unit).from.y);
  assert.equal(new Set(heights).size, first.columns);
});

test("each output has a row of its own", () => {
  const layout = layoutDigits({ width: 900, height: 600, layers: [30] });
  const rows = Array.from({ length: OUTPUTS }, (_, digit) => portsOf(layout, 1, digit).to.y);
  assert.ok(rows.every((y, digit) => digit === 0 || Math.abs(y - rows[digit - 1] - layout.row) < 1e-9));
});

test("arrow keys move in a grid", () => {
  const grid = { columns: 5, count: 12 };
  assert.deepEqual(["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End"].map((key) => moved(key, 6, grid)), [7, 5, 11, 1, 0, 11]);
  assert.deepEqual([moved("ArrowDown", 8, grid), moved("ArrowUp", 3, grid), moved("ArrowRight", 11, grid), moved("a", 3, grid)], [null, null, null, null]);
});
