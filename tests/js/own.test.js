import assert from "node:assert/strict";
import { test } from "node:test";

import {
  carriesExamples, changed, createHistory, foresee, linkForOwn, listOf, MOST_EXAMPLES, pointsBetween, readExamples, redone, rounded, scatter, stepBetween,
  undone, whyNotNames, withoutNear, withoutNearest, withPoints,
} from "../../static/js/data/examples.js";
import { createPainting } from "../../static/js/data/painting.js";
import { createStore } from "../../static/js/core/store.js";

const at = (x1, x2 = 0, target = 0, part = "") => ({ x1, x2, target, part });
const wire = (list, labels = []) => ({
  points: Float64Array.from(list.flatMap(({ x1, x2 }) => [x1, x2])),
  targets: Float64Array.from(list, ({ target }) => target),
  parts: Uint8Array.from(list, ({ part }) => ["", "train", "test", "validation"].indexOf(part)),
  labels,
});
/** Data as the server tells them of a list: the examples in `test` are for the test, all others for training. */
const told = (list, test = [], labels = []) => {
  const order = [...list.keys()].filter((place) => !test.includes(place)).concat(test);
  return {
    trainSize: list.length - test.length, validationSize: 0, classes: 2, dimensions: 2, order: Uint32Array.from(order), examples: "1x",
    points: Float32Array.from(order.flatMap((place) => [list[place].x1, list[place].x2])),
    targets: Float32Array.from(order, (place) => 2 * list[place].target - 1), own: wire(list, labels),
  };
};

test("coordinates are rounded and stay on the map", () => {
  assert.deepEqual([1.23456, -0.001, 7, -9].map(rounded), [1.23, 0, 6, -6]);
});

test("steps remove and add from the server's list", () => {
  const [a, b, c] = [at(1), at(2), at(3, 1, 1, "test")];
  const { edit, next } = stepBetween([a, b], [b, c], 9);
  assert.deepEqual(edit, { remove: [0], add: [[3, 1, 1, "test"]] });
  assert.deepEqual(next, [b, c]);
  assert.equal(stepBetween([a, b], [b, a], 9), null);
});

test("large changes are split into small steps", () => {
  const wanted = [at(1), at(2), at(3)];
  const first = stepBetween([], wanted, 2);
  assert.equal(first.edit.add.length, 2);
  assert.deepEqual(stepBetween(first.next, wanted, 2).edit.add, [[3, 0, 0, ""]]);
});

test("undo and redo restore the same examples", () => {
  const [a, b] = [at(1), at(2)];
  const history = changed(changed(createHistory([]), [a], false), [a, b], false);
  assert.deepEqual(undone(undone(history)).present, []);
  assert.equal(redone(undone(history)).present[1], b);
  assert.equal(undone(createHistory([a])).present[0], a);
});

test("a stroke is undone at once", () => {
  const history = changed(changed(createHistory([]), [at(1)], false), [at(1), at(2)], true);
  assert.deepEqual(undone(history).present, []);
});

test("a new change ends redo", () => {
  const history = changed(undone(changed(createHistory([]), [at(1)], false)), [at(2)], false);
  assert.equal(redone(history), history);
});

test("known examples are kept", () => {
  const known = [at(1), at(2.5, 3, 1, "train")];
  assert.equal(readExamples(wire(known), known), known);
  const read = readExamples(wire([known[0], at(0.1)]), known);
  assert.equal(read[0], known[0]);
  assert.deepEqual(read[1], at(0.1));
});

test("new examples are shown before confirmation", () => {
  const list = [at(1), at(2, 0, 1)];
  const shown = foresee(told(list, [0]), list, [...list, at(3, 0, 1), at(4, 0, 0, "test")]);
  assert.equal(shown.trainSize, 2);
  assert.deepEqual([...shown.points], [2, 0, 3, 0, 1, 0, 4, 0]);
  assert.deepEqual([...shown.targets], [1, 1, -1, -1]);
});

test("shown data can start a list", () => {
  const data = { points: Float32Array.from([1.234, 2, -1, 0]), targets: Float32Array.from([-1, 1]), classes: 2 };
  assert.deepEqual(listOf(data), [at(1.23, 2, 0), at(-1, 0, 1)]);
  assert.equal(listOf({ ...data, targets: Float32Array.from([0.5, 1]), classes: 0 })[0].target, 0.5);
});

test("points on a line keep their distance", () => {
  const places = pointsBetween({ x1: 0, x2: 0 }, { x1: 1, x2: 0 }, 0.4);
  assert.deepEqual(places.map(({ x1 }) => rounded(x1)), [0.4, 0.8]);
  assert.deepEqual(pointsBetween({ x1: 1, x2: 1 }, { x1: 1, x2: 1 }, 0.4), []);
});

test("spray stays within its reach", () => {
  const { x1, x2 } = scatter({ x1: 1, x2: 2 }, 0.5, () => 0.999);
  assert.ok(Math.hypot(x1 - 1, x2 - 2) < 0.5);
});

test("points neither repeat nor exceed the limit", () => {
  const list = [at(1)];
  assert.equal(withPoints(list, [{ x1: 1.001, x2: 0 }], { target: 0, part: "" }), list);
  assert.equal(withPoints(list, [{ x1: 1, x2: 0 }], { target: 1, part: "" }).length, 2);
  const full = Array.from({ length: MOST_EXAMPLES }, (_, index) => at(index));
  assert.equal(withPoints(full, [{ x1: 1, x2: 1 }], { target: 0, part: "" }), full);
});

test("erasers remove all nearby points, keys the nearest", () => {
  const list = [at(0), at(0.3), at(3)];
  assert.deepEqual(withoutNear(list, { x1: 0, x2: 0 }, 0.4), [list[2]]);
  assert.deepEqual(withoutNearest(list, { x1: 0.2, x2: 0 }, 0.6), [list[0], list[2]]);
  assert.equal(withoutNearest(list, { x1: 5, x2: 5 }, 0.6), list);
});

test("names of classes must differ", () => {
  assert.equal(whyNotNames(["", "", "cat"]), null);
  assert.match(whyNotNames(["cat", "cat"]), /same name/);
});

/* ---- What is told to the server ---- */

/** A page whose server takes what it is told when `answer` is called. */
function painted(list = []) {
  const store = createStore({ data: null, own: null });
  const sent = [];
  const timers = [];
  let [time, revision, server] = [0, 1, list];
  const painting = createPainting({
    store, send: (message) => sent.push(message), setTimeout: (run) => timers.push(run), now: () => time,
  });
  painting.settle(told(list), 1);
  return {
    painting, sent, store,
    add: (...examples) => painting.change((before) => [...before, ...examples]),
    wait() {
      time += 200;
      timers.splice(0).forEach((run) => run());
    },
    answer() {
      const { remove = [], add = [] } = sent.at(-1);
      server = [...server.filter((_, place) => !remove.includes(place)), ...add.map((example) => at(...example))];
      painting.granted(sent.length, ++revision);
      painting.settle(told(server), revision);
      return server;
    },
    settle: (other) => painting.settle(told(other), ++revision),
    shown: () => store.get().own.list.map(({ x1 }) => x1),
  };
}

test("drawings are shown at once, sent once", () => {
  const page = painted();
  page.add(at(1));
  assert.deepEqual(page.shown(), [1]);
  assert.deepEqual(page.sent, [{ type: "edit_examples", remove: [], add: [[1, 0, 0, ""]] }]);
  page.answer();
  page.wait();
  assert.equal(page.sent.length, 1);
});

test("drawings are collected while one is pending", () => {
  const page = painted();
  page.add(at(1));
  page.add(at(2));
  page.answer();
  page.add(at(3));
  assert.equal(page.sent.length, 1);
  page.wait();
  assert.deepEqual(page.sent[1].add.map(([x1]) => x1), [2, 3]);
  assert.deepEqual(page.answer().map(({ x1 }) => x1), [1, 2, 3]);
});

test("what was undone is not sent", () => {
  const page = painted([at(9)]);
  page.add(at(1));
  page.add(at(2));
  page.painting.undo();
  page.answer();
  page.wait();
  assert.equal(page.sent.length, 1);
  page.painting.undo();
  assert.deepEqual(page.sent[1].remove, [1]);
});

test("large drawings are split into several messages", () => {
  const page = painted();
  page.add(...Array.from({ length: 450 }, (_, index) => at(index / 100)));
  for (let round = 0; round < 3; round++) {
    page.answer();
    page.wait();
  }
  assert.deepEqual(page.sent.map(({ add }) => add.length), [200, 200, 50]);
});

test("a new split keeps the undo history", () => {
  const page = painted();
  page.add(at(1));
  const server = page.answer();
  page.settle(server);
  assert.equal(page.store.get().own.canUndo, true);
});

test("data from elsewhere start a new history", () => {
  const page = painted();
  page.add(at(1));
  page.answer();
  page.settle([at(5)]);
  assert.deepEqual(page.shown(), [5]);
  assert.equal(page.store.get().own.canUndo, false);
});

test("refused changes are withdrawn", () => {
  const page = painted();
  page.add(at(1));
  page.painting.refused(1);
  assert.deepEqual(page.shown(), []);
  page.wait();
  page.add(at(2));
  assert.equal(page.sent.length, 2);
});

for (const [arrived, messages] of [[false, 2], [true, 1]]) {
  test(`reconnecting loses and repeats nothing (arrived: ${arrived})`, () => {
    const page = painted();
    page.add(at(1));
    page.painting.renew();
    page.settle(arrived ? [at(1)] : []);
    page.wait();
    assert.deepEqual(page.shown(), [1]);
    assert.equal(page.sent.length, messages);
  });
}

test("names are sent with or without examples", () => {
  const page = painted();
  page.painting.rename(["cat", ""]);
  assert.deepEqual(page.sent, [{ type: "edit_examples", labels: ["cat", ""] }]);
});

test("names return with the next example", () => {
  const page = painted([at(1)]);
  page.painting.settle(told([at(1)], [], ["cat", "dog"]), 5);
  page.painting.change(() => []);
  page.answer();
  page.painting.undo();
  page.wait();
  assert.deepEqual(page.sent[1].labels, ["cat", "dog"]);
});

test("only own data can be changed", () => {
  const page = painted();
  page.painting.settle({ ...told([]), own: null }, 7);
  page.add(at(1));
  assert.equal(page.store.get().own, null);
  assert.deepEqual(page.sent, []);
});

/* ---- Links ---- */

/** As the schema has them: without the examples, which are told with the data. */
const FIELDS = [["problem", "problem"], ["dataset", "dataset"], ["regression_dataset", "regDataset"]].map(([name, key]) => ({ name, key }));

for (const [problem, wanted] of [["classification", "dataset=own"], ["regression", "regDataset=reg-own"]]) {
  test(`links for ${problem} drop carried examples`, () => {
    const link = linkForOwn("#batchSize=3&dataset=own&regDataset=reg-own&seed=0.5&problem=classification&ownExamples=1eJx", problem, FIELDS);
    assert.equal(carriesExamples(link), false);
    assert.deepEqual(link.slice(1).split("&").filter((piece) => piece.startsWith("batch") || piece.startsWith("seed")), ["batchSize=3", "seed=0.5"]);
    assert.ok(link.includes(wanted) && link.includes(`problem=${problem}`) && link.match(/problem=/g).length === 1);
  });
}

test("keys missing in the schema are errors", () => {
  assert.throws(() => linkForOwn("#seed=1", "classification", []), /problem/);
});

test("only keys count as carried examples", () => {
  assert.deepEqual(["#ownExamples=1a", "#seed=1&ownExamples=", "#seed=ownExamples=1", ""].map(carriesExamples), [true, true, false, false]);
});
