import assert from "node:assert/strict";
import test from "node:test";

import { createMemory, createNames, isThere, scoped, withoutChecksum } from "../../static/js/lib/storage.js";

test("checksums of earlier versions are removed", () => {
  assert.equal(withoutChecksum('0badcafe{"id": 1}'), '{"id": 1}');
  assert.equal(withoutChecksum('0badcafe1 {"id": 1}'), '1 {"id": 1}');
});

test("entries without a checksum stay as they are", () => {
  for (const entry of ['{"id": 1}', '1 {"id": 1}', '12345678 {"id": 1}', "", "0badcafe", "null"]) assert.equal(withoutChecksum(entry), entry);
});

test("memory keeps entries in order", () => {
  const memory = createMemory();
  memory().setItem("a", "1");
  memory().setItem("b", "2");
  assert.deepEqual([memory().length, memory().key(1), memory().getItem("a"), memory().getItem("c")], [2, "b", "1", null]);
  memory().removeItem("a");
  assert.deepEqual([memory().length, memory().key(0), memory().key(1)], [1, "b", null]);
});

test("owners share a storage but no entries", () => {
  const storage = createMemory();
  scoped(storage, "class ABC234")().setItem("experiment", "1");
  const entries = [storage, scoped(storage, "class XYZ789"), scoped(storage, "class ABC234")].map((part) => part().getItem("experiment"));
  assert.deepEqual([...entries, storage().getItem("class ABC234 experiment")], [null, null, "1", "1"]);
  scoped(storage, "class ABC234")().removeItem("experiment");
  assert.equal(storage().length, 0);
});

test("a storage that throws counts as missing", () => {
  assert.equal(isThere(createMemory(), "x"), true);
  assert.equal(isThere(() => { throw new Error("SecurityError"); }, "x"), false);
});

test("names are remembered where they can be", () => {
  const memory = createMemory();
  createNames(memory, "seen").add("a");
  const again = createNames(memory, "seen");
  assert.deepEqual([again.has("a"), again.has("b")], [true, false]);
  const refusing = createNames(() => { throw new Error("no storage"); }, "seen");
  refusing.add("a");
  assert.equal(refusing.has("a"), true);
});

test("damaged entries hold no names", () => {
  for (const entry of ["{", "7", '{"a": 1}', "[1, null]"]) {
    const memory = createMemory();
    memory().setItem("seen", entry);
    assert.equal(createNames(memory, "seen").has("1"), false);
  }
});
