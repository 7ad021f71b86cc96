import assert from "node:assert/strict";
import test from "node:test";

import { createAmountLegend } from "../../static/js/plot/amountLegend.js";
import { parseColor } from "../../static/js/lib/color.js";
import { contrast, toLab } from "../../static/js/lib/oklab.js";
import { amountColor, amountsOf, layerColor } from "../../static/js/lib/sequential.js";
import { openPage } from "./fakepage.js";
import { EYES, THEMES, colorSeenBy } from "./themes.js";

const distance = (one, other) => Math.hypot(...one.map((part, index) => part - other[index]));
/** Every sixteenth color as OKLab. */
const stepsSeenBy = (eyes) => amountsOf(true).filter((_, step) => step % 15 === 0).map((color) => toLab(colorSeenBy(color, eyes)));

test("lightness rises for every kind of vision", () => {
  for (const eyes of Object.keys(EYES)) {
    const lightness = stepsSeenBy(eyes).map(([light]) => light);
    lightness.slice(1).forEach((light, step) => assert.ok(light - lightness[step] > 0.015, `${eyes}, step ${step}: ${light - lightness[step]}`));
  }
});

test("steps look equally large", () => {
  const steps = stepsSeenBy("all");
  const sizes = steps.slice(1).map((one, step) => distance(one, steps[step]));
  assert.ok(Math.max(...sizes) < 1.2 * Math.min(...sizes), `${Math.min(...sizes)} to ${Math.max(...sizes)}`);
});

test("steps are told apart by every eye", () => {
  for (const eyes of Object.keys(EYES)) {
    const steps = stepsSeenBy(eyes);
    steps.forEach((one, i) => steps.slice(0, i).forEach((other, j) => {
      // OKLab differences of 0.02 are just noticeable
      assert.ok(distance(one, other) > 0.02, `${eyes}: ${i} and ${j}`);
    }));
  }
});

test("more is farther from the background", () => {
  for (const [isDark, { panel }] of [[true, THEMES.dark], [false, THEMES.light]]) {
    const amounts = amountsOf(isDark);
    const far = (share) => contrast(parseColor(amountColor(amounts, share)), parseColor(panel));
    assert.ok(far(1) > 10 && far(0.5) > 3 && far(0) < 2, `${[far(0), far(0.5), far(1)]}`);
    assert.equal(amountColor(amounts, 7), amounts[255]);
    assert.equal(amountColor(amounts, -7), amounts[0]);
  }
});

test("lines of layers stand out from the background", () => {
  for (const [isDark, { panel }] of [[true, THEMES.dark], [false, THEMES.light]]) {
    const colors = Array.from({ length: 8 }, (_, layer) => layerColor(layer, 8, isDark));
    assert.equal(new Set(colors).size, 8);
    for (const color of colors) assert.ok(contrast(parseColor(color), parseColor(panel)) >= 4.5, color);
    colors.slice(1).forEach((color, layer) => assert.ok(distance(toLab(parseColor(color)), toLab(parseColor(colors[layer]))) > 0.03));
    assert.equal(layerColor(0, 1, isDark), layerColor(2, 3, isDark));
  }
});

test("the legend runs from little to much", () => {
  openPage();
  const { element, draw } = createAmountLegend("Loss");
  draw(amountsOf(false), ["0.1", "0.2", "3"]);
  draw(amountsOf(true), ["0.1", "0.2", "4"]);
  const [label, ramp, ends] = element.children;
  assert.deepEqual([label.textContent, ...ends.children.map(({ textContent }) => textContent)], ["Loss", "0.1", "0.2", "4"]);
  const [first, last] = [amountsOf(true)[0], amountsOf(true)[255]];
  assert.ok(ramp.style.background.startsWith(`linear-gradient(90deg, ${first}`) && ramp.style.background.endsWith(`${last})`));
});
