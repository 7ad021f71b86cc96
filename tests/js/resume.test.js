import assert from "node:assert/strict";
import test from "node:test";

import { STATE_VERSION, createSessionPersistence } from "../../static/js/net/resume.js";

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

const persistenceOf = (storage, version = "1 ") => createSessionPersistence(() => storage, version);

const SAVED = {
  session: "secret", playing: true, speed: "epoch",
  checkpoint: { link: "#seed=ü", epoch: 7, step: 1, batch: 0, carried: 0, arrays: { params: "A".repeat(300) } },
  losses: { epochs: [0, 1, 2], train: [0.5, 0.25, null], test: [null, 0.5, 0.25] },
};

test("saved state is restored", () => {
  const storage = storageOf();
  assert.equal(persistenceOf(storage).save(SAVED), null);
  assert.deepEqual(persistenceOf(storage).load(), { state: SAVED, error: null });
});

test("a new tab resumes nothing without error", () => {
  assert.deepEqual(persistenceOf(storageOf()).load(), { state: {}, error: null });
});

test("truncated text counts as damaged", () => {
  const storage = storageOf();
  persistenceOf(storage).save(SAVED);
  const [[name, whole]] = storage.items;
  for (let length = 2; length < whole.length; length++) {
    storage.items.set(name, whole.slice(0, length));
    assert.deepEqual(persistenceOf(storage).load(), { state: {}, error: "damaged" }, `${length} characters`);
  }
});

test("entries with a checksum are read", () => {
  const storage = storageOf();
  persistenceOf(storage).save(SAVED);
  const [[name, whole]] = storage.items;
  storage.items.set(name, `0badcafe${whole}`);
  assert.deepEqual(persistenceOf(storage).load(), { state: SAVED, error: null });
});

test("entries of the wrong shape are damaged", () => {
  const storage = storageOf();
  persistenceOf(storage).save(SAVED);
  const [name] = storage.items.keys();
  for (const text of ["{", "", '{"losses": {}}', '{"losses": {"epochs": [1], "train": [1], "test": [1, 2]}}',
    '{"losses": {"epochs": ["1"], "train": [1], "test": [1]}}', '{"losses": {"epochs": [1], "train": ["x"], "test": [1]}}']) {
    const whole = `1 ${text}`;
    storage.items.set(name, whole);
    assert.deepEqual(persistenceOf(storage).load(), { state: {}, error: "damaged" }, text);
  }
});

test("one damaged part makes the whole state damaged", () => {
  const storage = storageOf();
  persistenceOf(storage).save({ ...SAVED, run: "r", panel: null, examples: null });
  const [name] = storage.items.keys();
  for (const part of ["session", "playing", "speed", "checkpoint", "losses", "run", "panel", "examples"]) {
    for (const value of [7, ["a"], part === "playing" ? "true" : true, [[]]]) {
      storage.items.set(name, `1 ${JSON.stringify({ ...SAVED, [part]: value })}`);
      assert.deepEqual(persistenceOf(storage).load(), { state: {}, error: "damaged" }, `${part} ${value}`);
    }
  }
  for (const losses of [{ epochs: [1, 1], train: [1, 1], test: [1, 1] }, { epochs: [-1], train: [1], test: [1] }, null]) {
    storage.items.set(name, `1 ${JSON.stringify({ ...SAVED, losses })}`);
    assert.equal(persistenceOf(storage).load().error, "damaged");
  }
  storage.items.set(name, '1 {"other": 1}');
  assert.equal(persistenceOf(storage).load().error, "damaged");
});

test("states saved under protocol version 1 are loaded", () => {
  const storage = storageOf();
  storage.items.set("experiment", `1 ${JSON.stringify(SAVED)}`);
  assert.deepEqual(persistenceOf(storage, `${STATE_VERSION} `).load(), { state: SAVED, error: null });
});

test("state saved by another version is ignored", () => {
  const storage = storageOf();
  persistenceOf(storage, "1 ").save(SAVED);
  assert.deepEqual(persistenceOf(storage, "2 ").load(), { state: {}, error: null });
});

test("low storage drops losses first, the session last", () => {
  const { losses, ...withoutLosses } = SAVED;
  const { checkpoint, ...least } = withoutLosses;
  for (const [room, kept, trouble] of [[522, withoutLosses, null], [92, least, "full"], [10, {}, "full"]]) {
    const storage = storageOf(room);
    assert.equal(persistenceOf(storage).save(SAVED), trouble);
    assert.deepEqual(persistenceOf(storage).load().state, kept);
  }
  assert.ok(losses && checkpoint);
});

test("blocked storage is reported, never thrown", () => {
  const persistence = createSessionPersistence(() => {
    throw new Error("SecurityError");
  }, "1 ");
  assert.deepEqual(persistence.load(), { state: {}, error: "blocked" });
  assert.equal(persistence.save(SAVED), "blocked");
});
