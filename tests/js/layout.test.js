import assert from "node:assert/strict";
import test from "node:test";

import { findPart, linkHeight } from "../../static/js/network/curve.js";
import { ONE, layoutNetwork } from "../../static/js/network/layout.js";
import { parameterCount, parameterIndex } from "../../static/js/net/protocol.js";

/**
 * Widths and heights that the page gives the network in windows of 1440, 1024, 390 and 320 pixels; in the first two it
 * ends at the map.
 */
const ROOMS = [
  { width: 840, height: 774, map: { top: 60, bottom: 460 } }, { width: 563, height: 651, map: { top: 300, bottom: 560 } },
  { width: 362, height: 448, map: null }, { width: 280, height: 420, map: null },
];
const FEATURES = 7;

const features = (used = [0, 1]) => Array.from({ length: FEATURES }, (_, index) => ({ index, used: used.includes(index) }));
const layout = (layers, room = ROOMS[0], more = {}) => layoutNetwork({ features: features(), firstUnit: FEATURES, layers, ...room, ...more });

/** All shapes of the page with equal layers, and some with unequal ones. */
function* shapes() {
  for (let layers = 0; layers <= 10; layers++) {
    for (let units = 1; units <= 16; units++) yield Array(layers).fill(units);
  }
  yield* [[16, 1, 16], [1, 16], [3, 12, 7, 1], [8, 2, 8, 2, 8], [16, 15, 14, 13, 12, 11, 10, 9, 8, 7]];
}

function* cases() {
  for (const room of ROOMS) {
    for (const scale of [1, 1.35]) {
      for (const layers of shapes()) {
        yield { room, scale, layers, name: `${layers.join("-") || "no layer"} in ${room.width}×${room.height} at ${scale}` };
      }
    }
  }
}

const box = (x, y, width, height) => ({ left: x, top: y, right: x + width, bottom: y + height });
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** The first two boxes that overlap, from left to right. */
function firstOverlap(all) {
  const sorted = all.toSorted((a, b) => a.left - b.left);
  for (let i = 0; i < sorted.length; i++) {
    for (let j = i + 1; j < sorted.length && sorted[j].left < sorted[i].right; j++) {
      if (overlap(sorted[i], sorted[j])) return [sorted[i], sorted[j]];
    }
  }
  return null;
}

/** Everything with an extent that must stand free, headers included. */
function boxes({ units, biases, headers, callouts, rows, biasName }, scale) {
  return [
    ...units.map(({ x, y, size, height }) => box(x, y, size, height)),
    ...biases.map(({ x, y, size }) => box(x, y, size, size)),
    ...headers.map(({ x, width, height }) => box(x - width / 2, rows.headers, width, height)),
    ...(biasName ? [box(biasName.x, biasName.y, biasName.width, biasName.height)] : []),
    ...callouts.map(({ x, y, width, height }) => box(x, y, width, height)),
    box(0, rows.headings, 60 * scale, 24 * scale),
  ];
}

test("nothing overlaps in any shape or window", () => {
  for (const { room, scale, layers, name } of cases()) {
    assert.equal(firstOverlap(boxes(layout(layers, room, { scale }), scale)), null, name);
  }
});

test("everything is on the board", () => {
  for (const { room, scale, layers, name } of cases()) {
    const made = layout(layers, room, { scale });
    for (const { left, top, right, bottom } of boxes(made, scale)) {
      if (left < 0 || top < 0 || right > made.width || bottom > made.height) assert.fail(`${name}: ${[left, top, right, bottom]}`);
    }
  }
});

test("the board fits, or says it overflows", () => {
  for (const { room, scale, layers, name } of cases()) {
    const { width, overflows, height } = layout(layers, room, { scale });
    assert.ok(overflows ? width > room.width : width === room.width, name);
    assert.ok(height >= room.height, name);
  }
});

test("the largest networks fit laptops and phones", () => {
  const fits = (layers, width, height) => layout(layers, { width, height, map: null });
  const [laptop, phone] = [fits(Array(10).fill(16), 700, 600), fits(Array(6).fill(8), 362, 448)];
  assert.deepEqual([laptop.overflows, laptop.height], [false, 600]);
  assert.deepEqual([phone.overflows, phone.unitSize >= 20], [false, true]);
});

test("the last links end at the board's edge", () => {
  for (const { room, scale, layers, name } of cases()) {
    const { links, units, width, isAtMap, height } = layout(layers, room, { scale });
    const port = units[units.length - 1];
    assert.equal(isAtMap, room.map !== null, name);
    assert.equal(port.isPort, true);
    assert.ok(isAtMap ? port.x + port.size === width : width - port.x - port.size < 20 * scale, name);
    const last = links.filter(({ target }) => target === port.index);
    assert.ok(last.length > 0 && last.every(({ x2, y2 }) => x2 === port.x && y2 > port.y && y2 < port.y + port.height), name);
    assert.ok(port.y + port.height <= height, name);
  }
});

test("the port is at the map's middle", () => {
  const middle = (map) => {
    const { y, height } = layout([4, 2], { width: 800, height: 700, map }).units.at(-1);
    return y + height / 2;
  };
  assert.equal(middle({ top: 100, bottom: 500 }), 300);
  assert.equal(middle({ top: 300, bottom: 600 }), 450);
  assert.ok(middle({ top: 600, bottom: 1200 }) < 700, "also if that is beyond the board");
  assert.ok(middle({ top: -900, bottom: 100 }) > 0);
});

test("rows spread around the middle of the map", () => {
  const centerOf = (map) => {
    const { units } = layout([4, 2], { width: 800, height: 760, map });
    const column = units.filter(({ layer }) => layer === 1);
    return (column[0].y + column.at(-1).y + column[0].size) / 2;
  };
  assert.ok(Math.abs(centerOf({ top: 220, bottom: 620 }) - 420) < 2);
  assert.ok(centerOf({ top: 60, bottom: 260 }) > 260, "but stay comfortably far apart");
});

test("units grow where there is room", () => {
  const sizeIn = (width, height) => layout([4, 2], { width, height, map: null }).unitSize;
  assert.deepEqual([sizeIn(1000, 860), sizeIn(362, 448) < 40, sizeIn(280, 420) >= 20], [50, true, true]);
});

test("column headings become smaller, not closer", () => {
  const forms = [2, 4, 10, 18].map((count) => layout(Array(count).fill(32), { width: 700, height: 700, map: null }).headers[0].form);
  assert.deepEqual(forms, ["wide", "stacked", "compact", "compact"]);
  const { headers } = layout(Array(18).fill(32), { width: 362, height: 448, map: null });
  assert.ok(headers.slice(1).every(({ x, width }, before) => x - headers[before].x > width));
});

test("the port's bias is named between links", () => {
  let named = 0;
  for (const { room, layers, name } of cases()) {
    const { biasName, links } = layout(layers, room);
    if (!biasName) continue;
    named += 1;
    const { x, y, width, height } = biasName;
    for (const link of links) {
      for (let at = Math.max(x, link.x1); at <= Math.min(x + width, link.x2); at += 2) {
        const high = linkHeight(link, at);
        if (high > y && high < y + height) assert.fail(`${name}: a link at ${at}, ${high}`);
      }
    }
  }
  assert.ok(named > 100);
});

test("larger networks from links do not overlap", () => {
  const made = layout(Array(32).fill(64), ROOMS[1]);
  assert.ok(made.overflows && made.height > ROOMS[1].height);
  assert.equal(firstOverlap(boxes(made, 1)), null);
});

test("callouts cover no link and point upward", () => {
  let seen = 0;
  for (const { room, scale, layers, name } of cases()) {
    const { callouts, links } = layout(layers, room, { scale });
    for (const { x, y, width, height, from, to } of callouts) {
      seen += 1;
      assert.ok(to.y < from.y && from.y < y && from.x !== to.x, name);
      assert.ok([from, to].every((point) => point.x >= x && point.x <= x + width), name);
      for (const link of links) {
        for (let at = Math.max(x, link.x1); at <= Math.min(x + width, link.x2); at += 15) {
          const high = linkHeight(link, at);
          if (high > y - 3 && high < y + height + 3) assert.fail(`${name}: a link at ${at}, ${high}`);
        }
      }
    }
  }
  assert.ok(seen > 100);
});

test("callout arrows cross no text", () => {
  let both = 0;
  for (const { room, scale, layers, name } of [...cases(), { room: { width: 640, height: 700 }, scale: 1.25, layers: [6, 4, 2], name: "projector" }]) {
    const { callouts } = layout(layers, room, { scale });
    if (callouts.length < 2) continue;
    both += 1;
    for (const [text, { from, to, y }] of [callouts, callouts.toReversed()]) {
      const passes = Math.max(from.x, to.x) > text.x && Math.min(from.x, to.x) < text.x + text.width && to.y < text.y + text.height && y > text.y;
      assert.ok(!passes, name);
    }
  }
  assert.ok(both > 20);
});

test("the default network has both callouts", () => {
  assert.deepEqual(layout([4, 2]).callouts.map(({ kind }) => kind), ["unit", "link"]);
});

test("units are numbered layer by layer", () => {
  const { units } = layout([4, 2]);
  assert.deepEqual(units.map(({ index }) => index), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  assert.deepEqual(units.map(({ layer }) => layer), [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3]);
});

test("hidden features keep the others' indices", () => {
  const { units, links } = layoutNetwork({ features: features().filter(({ index }) => index !== 2), firstUnit: FEATURES, layers: [1], ...ROOMS[0] });
  assert.deepEqual(units.map(({ index }) => index), [0, 1, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(links.map(({ target }) => target), [7, 7, 8]);
});

test("links and biases know their parameter", () => {
  for (const [used, layers] of [[[0, 1], [4, 2]], [[0, 3, 6], [2, 5, 3]], [[1], []], [[], [2]]]) {
    const { links, biases } = layoutNetwork({ features: features(used), firstUnit: FEATURES, layers, ...ROOMS[0] });
    const sizes = [used.length, ...layers, 1];
    const starts = sizes.map((_, layer) => FEATURES + sizes.slice(1, layer).reduce((sum, count) => sum + count, 0));
    const source = (layer, index) => (layer === 0 ? used.indexOf(index) : index - starts[layer]);
    for (const link of links) {
      assert.equal(link.index, parameterIndex(sizes, link.layer, link.target - starts[link.layer], source(link.layer - 1, link.source)));
    }
    for (const bias of biases) assert.equal(bias.index, parameterIndex(sizes, bias.layer, bias.unit - starts[bias.layer], null));
    const indices = [...links, ...biases].map(({ index }) => index).sort((a, b) => a - b);
    assert.deepEqual(indices, Array.from({ length: parameterCount(sizes) }, (_, i) => i));
  }
});

test("unused features have no links", () => {
  const { links } = layout([3]);
  assert.ok(links.filter(({ layer }) => layer === 1).every(({ source }) => source < 2));
});

test("links join the facing sides of units", () => {
  const { units, links, unitSize } = layout([16, 16]);
  const byIndex = new Map(units.map((unit) => [unit.index, unit]));
  for (const { source, target, x1, y1, x2, y2 } of links) {
    const [from, to] = [byIndex.get(source), byIndex.get(target)];
    assert.equal(x1, from.x + unitSize);
    assert.equal(y1, from.y + unitSize / 2);
    assert.equal(x2, to.x);
    assert.ok(y2 > to.y && y2 < to.y + to.height);
  }
});

test("link heights follow the curve", () => {
  const link = { index: 0, source: 0, target: 1, layer: 1, x1: 10, y1: 20, x2: 110, y2: 220 };
  for (let t = 0; t <= 1; t += 0.05) {
    const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
    const x = a * 10 + (b + c) * 60 + d * 110;
    const y = (a + b) * 20 + (c + d) * 220;
    assert.ok(Math.abs(linkHeight(link, x) - y) < 1e-6, `at ${t}`);
  }
});

test("links are found on their curve only", () => {
  const made = layout([4, 2]);
  for (const link of made.links) {
    const x = link.x1 + 3 + (link.x2 - link.x1) / 9;
    const found = findPart(made, x, linkHeight(link, x));
    assert.equal(found?.kind, "link");
    const away = linkHeight(found.part, x) - linkHeight(link, x);
    assert.ok(Math.abs(away) < 0.5, "another link crosses just there");
  }
  assert.equal(findPart(made, made.links[0].x1 + 5, made.height - 2), null);
  assert.equal(findPart(made, 1, 1), null);
});

test("biases are found before links", () => {
  const made = layout([4, 2]);
  for (const bias of made.biases) {
    const found = findPart(made, bias.x + bias.size / 2, bias.y + bias.size / 2);
    assert.deepEqual([found?.kind, found?.part.index], ["bias", bias.index]);
  }
});

test("fingers may be farther away than mice", () => {
  const made = layout([1], ROOMS[0]);
  const link = made.links.at(-1);
  const x = (link.x1 + link.x2) / 2;
  assert.equal(findPart(made, x, linkHeight(link, x) + 12), null);
  assert.equal(findPart(made, x, linkHeight(link, x) + 12, 14)?.part, link);
});

test("outputs have room for class numbers", () => {
  for (const outputs of [3, 4, 6]) {
    for (const room of ROOMS) {
      for (const layers of [[], [4, 2], [8, 8, 8], Array(10).fill(16)]) {
        const made = layout(layers, room, { outputs });
        const name = `${outputs} outputs after ${layers.join("-")} in ${room.width}`;
        assert.equal(firstOverlap(boxes(made, 1)), null, name);
        const last = made.units.filter(({ layer }) => layer === layers.length + 1);
        assert.equal(last.length, outputs, name);
        assert.ok(last.every(({ x, size }) => x + size + 30 <= made.width), name);
        assert.equal(made.links.length + made.biases.length, parameterCount([2, ...layers, outputs]), name);
      }
    }
  }
});

test("links into several outputs are numbered", () => {
  const { links, biases, units } = layout([4], ROOMS[0], { outputs: 3 });
  const outputs = units.filter(({ layer }) => layer === 2);
  for (const [row, { index }] of outputs.entries()) {
    const into = links.filter(({ target }) => target === index);
    assert.deepEqual(into.map((link) => link.index), [0, 1, 2, 3].map((source) => parameterIndex([2, 4, 3], 2, row, source)));
    assert.equal(biases.find(({ unit }) => unit === index)?.index, parameterIndex([2, 4, 3], 2, row, null));
  }
});

test("class names have more room than numbers", () => {
  const right = (labels) => {
    const { units, width } = layout([4], ROOMS[0], { outputs: 3, labels });
    const { x, size } = units.at(-1);
    return width - x - size;
  };
  assert.ok(right([]) < right(["", "wasp", "a hornet"]));
  assert.ok(right(["x".repeat(12)]) <= right(["x".repeat(40)]) && right(["x".repeat(40)]) < 120);
});

test("biases can be links from bias units", () => {
  for (const [used, layers, outputs] of [[[0, 1], [4, 2], 1], [[0, 3, 6], [2, 5, 3], 3], [[1], [], 1], [[], [2], 1]]) {
    const options = { features: features(used), firstUnit: FEATURES, layers, outputs, ...ROOMS[0] };
    const [plain, other] = [layoutNetwork(options), layoutNetwork({ ...options, biasUnits: true })];
    assert.deepEqual(plain.ones, []);
    assert.deepEqual(other.biases, []);
    assert.deepEqual(other.ones.map(({ layer }) => layer), [0, ...layers.keys()].map((_, place) => place));
    const biases = other.links.filter(({ isBias }) => isBias);
    assert.deepEqual(biases.map(({ index, target, layer }) => [index, target, layer]), plain.biases.map(({ index, unit, layer }) => [index, unit, layer]));
    assert.ok(biases.every(({ source, layer, x1 }) => source === ONE && other.ones[layer - 1].x + other.unitSize === x1));
    const weights = ({ links }) => links.filter(({ isBias }) => !isBias).map(({ index, source, target }) => [index, source, target]);
    assert.deepEqual(weights(other), weights(plain));
    assert.deepEqual(other.units.map(({ index, layer }) => [index, layer]), plain.units.map(({ index, layer }) => [index, layer]));
    for (const one of other.ones) {
      const above = other.units.filter(({ layer }) => layer === one.layer);
      assert.ok(above.every(({ y, size }) => y + size <= one.y), "it stands beneath the others");
      assert.ok(one.y + one.size <= other.height);
    }
  }
});
