import assert from "node:assert/strict";
import test from "node:test";

import { h } from "../../static/js/lib/dom.js";
import { createPrint, zoomFor } from "../../static/js/page/print.js";
import { openPage } from "./fakepage.js";

test("pictures are scaled to the paper, never enlarged", () => {
  assert.equal(zoomFor({ width: 1000, height: 100 }, { width: 500, height: 500 }), 0.5);
  assert.equal(zoomFor({ width: 100, height: 1000 }, { width: 500, height: 250 }), 0.25);
  assert.equal(zoomFor({ width: 100, height: 100 }, { width: 500, height: Infinity }), 1);
});

test("printing draws in light, then in the theme", () => {
  const page = openPage();
  const root = document.documentElement;
  const map = h("div", { class: "map" }, h("canvas", { class: "surface" }), h("canvas", { class: "points" }));
  page.body.append(map);
  const drawn = [];
  createPrint({ draw: () => drawn.push(root.dataset.theme) });
  for (const theme of ["dark", undefined]) {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    page.fireOnWindow("beforeprint");
    assert.deepEqual([root.dataset.theme, map.querySelectorAll(".print-picture").length], ["light", 1]);
    page.fireOnWindow("afterprint");
    assert.deepEqual([root.dataset.theme, map.querySelectorAll(".print-picture").length], [theme, 0]);
  }
  assert.deepEqual(drawn, ["light", "dark", "light", undefined]);
});
