import assert from "node:assert/strict";
import test from "node:test";

import { createKeeper } from "../../static/js/net/resume.js";

/** A tab's storage with so much room, in characters. */
function storageOf(room = Infinity) {
  const items = new Map();
  return {
    items,
    getItem: (name) => items.get(name) ?? null,
    setItem(name, text) {
      if (text.length > room) throw new Error("QuotaExceededError");
      items.set(name, text);
    },
    removeItem: (name) => items.delete(name),
  };
}

const keeperOf = (storage, version = "1 ") => createKeeper(() => storage, version);

const KEPT = {
  session: "secret", playing: true, speed: "epoch",
  checkpoint: { link: "#seed=ü", epoch: 7, step: 1, batch: 0, carried: 0, arrays: { params: "A".repeat(300) } },
  losses: { epochs: [0, 1, 2], train: [0.5, 0.25, null], test: [null, 0.5, 0.25] },
};

test("what was kept comes back", () => {
  const storage = storageOf();
  assert.equal(keeperOf(storage).keep(KEPT), null);
  assert.deepEqual(keeperOf(storage).recall(), { kept: KEPT, trouble: null });
});

test("a new tab has kept nothing, and that is no trouble", () => {
  assert.deepEqual(keeperOf(storageOf()).recall(), { kept: {}, trouble: null });
});

test("cut text is damaged", () => {
  const storage = storageOf();
  keeperOf(storage).keep(KEPT);
  const [[name, whole]] = storage.items;
  for (let length = 2; length < whole.length; length++) {
    storage.items.set(name, whole.slice(0, length));
    assert.deepEqual(keeperOf(storage).recall(), { kept: {}, trouble: "damaged" }, `${length} characters`);
  }
});

test("entries with a checksum are read", () => {
  const storage = storageOf();
  keeperOf(storage).keep(KEPT);
  const [[name, whole]] = storage.items;
  storage.items.set(name, `0badcafe${whole}`);
  assert.deepEqual(keeperOf(storage).recall(), { kept: KEPT, trouble: null });
});

test("entries of the wrong shape are damaged", () => {
  const storage = storageOf();
  keeperOf(storage).keep(KEPT);
  const [name] = storage.items.keys();
  for (const text of ["{", "", '{"losses": {}}', '{"losses": {"epochs": [1], "train": [1], "test": [1, 2]}}',
    '{"losses": {"epochs": ["1"], "train": [1], "test": [1]}}', '{"losses": {"epochs": [1], "train": ["x"], "test": [1]}}']) {
    const whole = `1 ${text}`;
    storage.items.set(name, whole);
    assert.deepEqual(keeperOf(storage).recall(), { kept: {}, trouble: "damaged" }, text);
  }
});

test("every part of what was kept is what it should be, or all of it is damaged", () => {
  const storage = storageOf();
  keeperOf(storage).keep({ ...KEPT, run: "r", panel: null, examples: null });
  const [name] = storage.items.keys();
  for (const part of ["session", "playing", "speed", "checkpoint", "losses", "run", "panel", "examples"]) {
    for (const value of [7, ["a"], part === "playing" ? "true" : true, [[]]]) {
      storage.items.set(name, `1 ${JSON.stringify({ ...KEPT, [part]: value })}`);
      assert.deepEqual(keeperOf(storage).recall(), { kept: {}, trouble: "damaged" }, `${part} ${value}`);
    }
  }
  for (const losses of [{ epochs: [1, 1], train: [1, 1], test: [1, 1] }, { epochs: [-1], train: [1], test: [1] }, null]) {
    storage.items.set(name, `1 ${JSON.stringify({ ...KEPT, losses })}`);
    assert.equal(keeperOf(storage).recall().trouble, "damaged");
  }
  storage.items.set(name, '1 {"other": 1}');
  assert.equal(keeperOf(storage).recall().trouble, "damaged");
});

test("what another version has kept is left alone", () => {
  const storage = storageOf();
  keeperOf(storage, "1 ").keep(KEPT);
  assert.deepEqual(keeperOf(storage, "2 ").recall(), { kept: {}, trouble: null });
});

test("where there is little room the losses go first, and the right to the session last", () => {
  const { losses, ...withoutLosses } = KEPT;
  const { checkpoint, ...least } = withoutLosses;
  for (const [room, kept, trouble] of [[522, withoutLosses, null], [92, least, "full"], [10, {}, "full"]]) {
    const storage = storageOf(room);
    assert.equal(keeperOf(storage).keep(KEPT), trouble);
    assert.deepEqual(keeperOf(storage).recall().kept, kept);
  }
  assert.ok(losses && checkpoint);
});

test("a browser that lets nothing be stored is no more than a trouble", () => {
  const keeper = createKeeper(() => {
    throw new Error("SecurityError");
  }, "1 ");
  assert.deepEqual(keeper.recall(), { kept: {}, trouble: "blocked" });
  assert.equal(keeper.keep(KEPT), "blocked");
});
