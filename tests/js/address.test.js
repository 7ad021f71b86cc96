import assert from "node:assert/strict";
import { test } from "node:test";

import { addressWith, linkIn } from "../../static/js/net/address.js";

const KEYS = ["dataset", "noise", "seed", "initZero"];
/** @param {string} search @param {string} hash @param {string} [pathname] */
const at = (search, hash, pathname = "/") => ({ pathname, search, hash });

test("the fragment takes precedence over the query", () => {
  assert.equal(linkIn(at("?noise=5", "#dataset=xor"), KEYS), "#dataset=xor");
  assert.equal(linkIn(at("", "#anything"), KEYS, "#dataset=own"), "#anything");
});

test("a query holds a link under any encoding", () => {
  for (const search of ["?dataset=xor&noise=5", "?utm_source=x&initZero=false", "?noise_hide=true", "?dataset%253Dxor", "?url=https%3A%2F%2Fa.b%2F%2523dataset%253Dxor&x=1", "?%E0&noise%3D5"]) {
    assert.equal(linkIn(at(search, ""), KEYS, "#seed=1"), search);
    assert.equal(linkIn(at(search, "#/"), KEYS, "#seed=1"), search);
  }
});

test("otherwise the page's own link is used", () => {
  for (const search of ["", "?embed=1", "?fbclid=x&utm_source=noise", "?mydataset=1"]) assert.equal(linkIn(at(search, "#"), KEYS, "#seed=1"), "#seed=1");
});

test("an address shows one link", () => {
  assert.equal(addressWith(at("?dataset=xor&embed=1", "", "/lessons/x"), KEYS, "#noise=5"), "/lessons/x?embed=1#noise=5");
  assert.equal(addressWith(at("?dataset=xor", ""), KEYS, "#noise=5"), "/#noise=5");
  assert.equal(addressWith(at("?embed=1&a=b", "#x"), KEYS, "#noise=5"), "/?embed=1&a=b#noise=5");
});
