import assert from "node:assert/strict";
import test from "node:test";

import { h } from "../../static/js/lib/dom.js";
import { DIGIT_PORTRAITS, runPicture } from "../../static/js/portraits/digits.js";
import { bytesOf } from "../../static/js/runs/run.js";
import { openPage } from "./fakepage.js";

const LABELS = Uint8Array.of(0, 4, 9);
const DATA = { side: 2, pictures: Uint8Array.from({ length: 12 }, (_, pixel) => pixel), labels: LABELS, trainSize: 5, validationSize: 2 };
const start = (index, answers, rest = {}) => ({ index, diverged: null, answers: Uint8Array.from(answers), labels: LABELS, ...rest });
const STARTS = [start(0, [0, 9, 9]), start(1, [0, 9, 7]), start(2, [1, 1, 1], { diverged: 4 })];
const state = /** @type {any} */ ({ data: DATA });
const resultOf = (rest = {}) => /** @type {any} */ ({ id: 1, total: 3, ended: "done", vary: "weights", starts: STARTS, ...rest });

/** What starts say together. */
function together() {
  openPage();
  const [room, text] = [h("div"), h("p")];
  const view = DIGIT_PORTRAITS.createTogether(room, text);
  const named = () => /** @type {any} */ (room).querySelectorAll("figure").map((figure) => figure.getAttribute("aria-label"));
  return { view, text, named };
}

test("hard digits are shown with their mistakes", () => {
  const { view, text, named } = together();
  assert.equal(view.draw(resultOf(), state), true);
  assert.equal(text.textContent, "Of 3 test pictures, all 2 starts read 1 right and 1 wrong. With the other one, luck decides.");
  assert.deepEqual(named(), ["Test picture 2: a 4, misread by 2 of 2 starts, mostly as 9", "Test picture 3: a 9, misread by 1 of 2 starts, mostly as 7"]);
});

test("starts with other data have no hard digits", () => {
  const { view, text, named } = together();
  assert.equal(view.draw(resultOf({ vary: "data" }), state), true);
  assert.deepEqual([text.textContent?.startsWith("Each start is tested with other pictures."), named()], [true, []]);
});

test("digits of earlier data are not shown", () => {
  const { view, text, named } = together();
  assert.equal(view.draw(resultOf(), /** @type {any} */ ({ data: { ...DATA, labels: Uint8Array.of(0, 4, 8) } })), true);
  assert.deepEqual([text.textContent, named()], ["All starts together: 3 of 6 test pictures misread, most often 4 as 9 (twice).", []]);
});

test("starts that diverged say nothing together", () => {
  const { view } = together();
  assert.equal(view.draw(resultOf({ starts: [STARTS[2]] }), state), false);
});

test("a compared network shows accuracy and mistakes", () => {
  openPage();
  const card = DIGIT_PORTRAITS.createCard();
  card.name("Hidden layers: 30, 30");
  card.draw(Uint8Array.of(0, 4, 4), { test_accuracy: 0.952 }, state);
  const [accuracy, misread] = /** @type {any} */ (card.element).querySelectorAll("strong, span");
  assert.deepEqual([accuracy.textContent, misread.textContent], ["95.2%", "1 of 3 misread"]);
  assert.match(/** @type {any} */ (card.element).querySelector(".plot").getAttribute("aria-label"), /^Hidden layers: 30, 30: 1 of 3 test pictures misread, most often 9 as 4/);
});

test("a run keeps its first four neurons", () => {
  const pictures = Uint8Array.from({ length: 5 * 4 }, (_, place) => place);
  const picture = runPicture(/** @type {any} */ ({ digits: { side: 2, pictures } }));
  assert.deepEqual([picture?.size, [...bytesOf(picture?.bytes ?? "")]], [4, [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]]);
  assert.equal(runPicture(/** @type {any} */ ({ digits: null })), null);
});
