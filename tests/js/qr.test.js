import assert from "node:assert/strict";
import test from "node:test";

import { MAX_VERSION, qrCode, qrModules, qrPath, QUIET } from "../../static/js/qr/modules.js";
import { createQr } from "../../static/js/qr/qr.js";
import { openPage } from "./fakepage.js";

const FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"];
const LINK = "http://192.168.1.20:8000/class/K3F7PQ";

/** @param {boolean[][]} modules @param {number} x @param {number} y */
const corner = (modules, x, y) => modules.slice(y, y + 7).map((row) => row.slice(x, x + 7).map(Number).join(""));

test("three corners hold finders", () => {
  const modules = qrModules(LINK);
  const far = modules.length - 7;
  for (const [x, y] of [[0, 0], [far, 0], [0, far]]) assert.deepEqual(corner(modules, x, y), FINDER);
  assert.notDeepEqual(corner(modules, far, far), FINDER);
});

test("timing patterns alternate between the finders", () => {
  const modules = qrModules(LINK);
  for (let place = 8; place < modules.length - 8; place++) {
    assert.equal(modules[6][place], place % 2 === 0);
    assert.equal(modules[place][6], place % 2 === 0);
  }
});

test("the smallest version that fits is used", () => {
  // capacities in bytes at level M, table 7 of the standard
  for (const [version, most] of [[1, 14], [2, 26], [5, 84], [9, 180], [10, 213], [20, 666]]) {
    assert.equal(qrCode("x".repeat(most)).version, version);
    if (version < MAX_VERSION) assert.equal(qrCode("x".repeat(most + 1)).version, version + 1);
  }
});

test("length counts bytes of UTF-8", () => {
  assert.equal(qrCode("é".repeat(7)).version, 1);
  assert.equal(qrCode("é".repeat(8)).version, 2);
});

test("a text beyond the largest version is refused", () => {
  assert.throws(() => qrModules("x".repeat(667)), RangeError);
});

test("the path covers the dark modules", () => {
  const rows = [[true, true, false], [false, true, false], [false, false, false]];
  assert.equal(qrPath(rows), `M${QUIET} ${QUIET}h2v1h-2zM${QUIET + 1} ${QUIET + 1}h1v1h-1z`);
});

test("a drawing has a title and one path", () => {
  const element = openPage({ code: "div" }).byId("code");
  const qr = createQr(/** @type {any} */ (element));
  qr.draw(LINK, "Link to the class");
  const drawn = element.children[0];
  const size = qrModules(LINK).length + 2 * QUIET;
  assert.equal(drawn.getAttribute("viewBox"), `0 0 ${size} ${size}`);
  assert.equal(element.querySelector("title").textContent, "Link to the class");
  assert.equal(element.querySelectorAll("path").length, 1);
  qr.draw(LINK, "Link to the class");
  assert.equal(element.children[0], drawn);
});

test("a text that is too long is explained", () => {
  const element = openPage({ code: "div" }).byId("code");
  createQr(/** @type {any} */ (element)).draw("x".repeat(667), "Link");
  assert.match(element.textContent, /too long/);
});
