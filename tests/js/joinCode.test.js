import assert from "node:assert/strict";
import test from "node:test";

import { codeOf, faultOf, shownCode } from "../../static/js/classroom/code.js";
import { codeIn, pathOf } from "../../static/js/classroom/seat.js";

test("typed codes are forgiven case, gaps and look-alikes", () => {
  for (const text of ["k3f7pq", "K3F 7PQ", " k3f-7pq ", "K.3.F.7.P.Q"]) assert.equal(codeOf(text), "K3F7PQ");
  assert.equal(codeOf("oil 00l"), "011001");
  assert.equal(codeOf("K3F7PQR8"), "K3F7PQ");
});

test("a pasted link leads to its class", () => {
  for (const link of ["http://192.168.1.20:8000/class/K3F7PQ", "https://class.example/class/k3f7pq/lessons/xor", "/class/K3F7PQ?a=1#b", "https://school.example/class/tools/class/K3F7PQ"]) {
    assert.equal(codeOf(link), "K3F7PQ");
  }
});

test("the field shows two groups of three", () => {
  assert.deepEqual(["", "k", "k3f", "k3f7", "k3f 7pq"].map((text) => shownCode(text, text.length).text), ["", "K", "K3F", "K3F 7", "K3F 7PQ"]);
});

test("the caret stays where it was", () => {
  // typed in the middle, after a look-alike, at the gap, and before a removed character
  assert.deepEqual(shownCode("ABXC 23", 3), { text: "ABX C23", caret: 3 });
  assert.deepEqual(shownCode("oBC 23", 1), { text: "0BC 23", caret: 1 });
  assert.deepEqual(shownCode("ABC2", 4), { text: "ABC 2", caret: 5 });
  assert.deepEqual(shownCode("A-BC", 2), { text: "ABC", caret: 1 });
});

test("a fault says what a code is like", () => {
  assert.equal(faultOf("K3F7PQ"), "");
  assert.match(faultOf(""), /teacher shows/);
  assert.equal(faultOf("K3F7"), "A code has six letters and digits; this one has 4.");
  assert.match(faultOf("K3U7PQ"), /no U/);
});

test("every accepted code opens a class's page", () => {
  for (const text of ["k3f 7pq", "OIL00L", "ZZZ-ZZZ"]) {
    const code = codeOf(text);
    assert.equal(faultOf(code), "");
    assert.equal(codeIn(pathOf(code, null)), code);
  }
});
