import assert from "node:assert/strict";
import test from "node:test";

import { createSmallMap } from "../../static/js/portraits/smallMap.js";
import { boxOf, openPage } from "./fakepage.js";

test("pictures of any size fill the plane", () => {
  const page = openPage();
  const map = createSmallMap();
  const element = /** @type {any} */ (map.element);
  element.box = boxOf(0, 0, 120, 120);
  page.resize();
  const [surface] = element.querySelectorAll("canvas");
  for (const size of [100, 50, 2]) {
    const picture = { surface: new Uint8Array(size * size), size, classes: null, curve: null };
    map.draw(picture, /** @type {any} */ ({ data: null, view: { show_test_data: false, discretize: false } }));
    // half of each outermost pixel is outside on either side
    assert.deepEqual([surface.width, Number(surface.style.scale) * (size - 1)], [size, size]);
  }
});
