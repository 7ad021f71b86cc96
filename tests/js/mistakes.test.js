import assert from "node:assert/strict";
import test from "node:test";

import { createConfusion } from "../../static/js/mistakes/confusion.js";
import { createDue } from "../../static/js/mistakes/due.js";
import { cellAfter, countText, countsOf, frequentKinds, mistakesOf, mostSimilar, nameOf, reasonText } from "../../static/js/mistakes/list.js";
import { createMistakes } from "../../static/js/mistakes/mistakes.js";
import { openPage } from "./fakepage.js";

const LABELS = Uint8Array.of(4, 9, 9, 7, 4);
const READ = { answers: Uint8Array.of(4, 4, 4, 2, 9), certainty: Uint8Array.of(255, 102, 204, 153, 204) };
const indicesOf = (mistakes) => mistakes.map(({ index }) => index);
const list = (order, kind = null) => indicesOf(mistakesOf(LABELS, READ, { order, kind }));

/* ---- The list ---- */

test("the most certain mistakes come first", () => {
  assert.deepEqual(list("certain"), [2, 4, 3, 1]);
  assert.deepEqual(mistakesOf(LABELS, READ, { order: "certain", kind: null })[0], { index: 2, label: 9, answer: 4, certainty: 0.8 });
});

test("mistakes can be sorted by digit", () => {
  assert.deepEqual(list("digit"), [4, 3, 2, 1]);
});

test("one kind of mistake can be chosen", () => {
  assert.deepEqual(list("certain", { label: 9, answer: 4 }), [2, 1]);
});

test("answers are counted by digit", () => {
  const counts = countsOf(LABELS, READ.answers);
  assert.deepEqual([counts[44], counts[94], counts[72], counts[49], counts.reduce((sum, count) => sum + count)], [1, 2, 1, 1, 5]);
});

test("the most frequent mistakes are listed first", () => {
  const kinds = frequentKinds(countsOf(LABELS, READ.answers), 2);
  assert.deepEqual(kinds.map(({ label, answer }) => [label, answer]), [[9, 4], [4, 9]]);
});

test("the most similar picture is another one", () => {
  const pictures = Uint8Array.of(0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0, 5, 0, 0, 9, 9);
  const data = { pictures, labels: LABELS, side: 2 };
  assert.deepEqual([mostSimilar(data, 1, 9), mostSimilar(data, 1, 4), mostSimilar(data, 3, 7), mostSimilar(data, 3, 4)], [2, 4, -1, 0]);
});

test("mistakes are counted in a sentence", () => {
  assert.equal(countText(0, 1000), "All 1,000 test pictures are read right.");
  assert.equal(countText(1, 1000), "1 of 1,000 test pictures is misread.");
  assert.equal(nameOf({ index: 2, label: 9, answer: 4, certainty: 0.8 }, "0.80"), "Test picture 3: a 9 read as 4, output 0.80");
  assert.equal(nameOf({ index: 2, label: 8, answer: 4, certainty: 0.8 }, "0.80"), "Test picture 3: an 8 read as 4, output 0.80");
});

test("outputs say why a picture is misread", () => {
  const outputs = (/** @type {Record<number, number>} */ large) => Array.from({ length: 10 }, (_, digit) => large[digit] ?? 0.01);
  assert.match(reasonText(outputs({ 4: 0.5, 9: 0.4 }), 9, 4), /close call/);
  assert.match(reasonText(outputs({ 4: 0.9, 9: 0.1 }), 9, 4), /confidently wrong/);
  assert.match(reasonText(outputs({ 4: 0.1 }), 9, 4), /No output is large/);
  assert.equal(reasonText(outputs({ 4: 0.9 }), 4, 4), "It is read right.");
});

test("arrow keys go to the next mistake", () => {
  const isChoosable = Array.from({ length: 100 }, (_, cell) => [13, 17, 53].includes(cell));
  assert.deepEqual(["ArrowRight", "ArrowDown", "ArrowLeft", "Enter"].map((key) => cellAfter(isChoosable, 13, key)), [17, 53, 13, null]);
});

/* ---- When it is drawn ---- */

test("what changes quickly is drawn now and then", () => {
  const isDue = createDue(400);
  assert.deepEqual([isDue([1], true, 0), isDue([2], true, 100), isDue([3], true, 400)], [true, false, true]);
});

test("what stands still is drawn once", () => {
  const isDue = createDue(400);
  assert.deepEqual([isDue([1], true, 0), isDue([2], false, 10), isDue([2], false, 900)], [true, true, false]);
});

/* ---- On the page ---- */

const outputs = Array.from({ length: 10 }, (_, digit) => (digit === 4 ? 0.8 : 0.05));
const data = { side: 2, trainSize: 80, validationSize: 10, testSize: 5, labels: LABELS, pictures: Uint8Array.from({ length: 20 }, (_, pixel) => pixel) };
const stateOf = (parts = {}) => /** @type {any} */ ({ data, status: { playing: false }, reading: null, followed: null, config: { loss: "squared_error" }, ...parts });
const frameOf = (digits = READ) => /** @type {any} */ ({ digits: { ...digits, activations: null } });

function open() {
  const page = openPage();
  const reads = /** @type {any[]} */ ([]);
  const gallery = createMistakes(/** @type {any} */ (page.body), { actions: { read: (picture) => void reads.push(picture) }, onFollow: () => void reads.push("follow") });
  gallery.draw(frameOf(), stateOf());
  return {
    page, reads, gallery,
    names: () => page.body.querySelectorAll(".mistake").filter(({ hidden }) => !hidden).map((button) => button.getAttribute("aria-label")),
    find: (selector) => page.body.querySelector(selector),
  };
}

test("the gallery shows all mistakes", () => {
  const { names, find } = open();
  assert.equal(names().length, 4);
  assert.equal(names()[0], "Test picture 3: a 9 read as 4, output 0.80");
  assert.equal(find(".mistakes-count").textContent, "4 of 5 test pictures are misread.");
});

test("a click on a mistake follows it", () => {
  const { find, reads } = open();
  find(".mistake").click();
  assert.deepEqual(reads, [{ example: 92 }]);
});

test("the gallery says why", () => {
  const { find, gallery, page, reads } = open();
  assert.equal(find(".mistake-why").hidden, true);
  gallery.draw(frameOf(), stateOf({ followed: { example: 92 }, reading: { answer: 4, example: 92, label: 9, activations: [[0.5], outputs] } }));
  assert.equal(find(".mistake-why").hidden, false);
  assert.equal(find(".why-heading").textContent, "Test picture 3: a 9, read as 4");
  assert.deepEqual(page.body.querySelectorAll(".why-value").map(({ textContent }) => textContent).slice(3, 5), ["0.05", "0.80"]);
  assert.deepEqual(page.body.querySelectorAll(".why-like").map(({ textContent }) => textContent), ["The 4 it resembles most", "The 9 it resembles most"]);
  assert.equal(find(".mistake").getAttribute("aria-pressed"), "true");
  find(".mistake-why").querySelector("button").click();
  assert.deepEqual(reads, ["follow"]);
});

test("the gallery shows one kind of mistake", () => {
  const { names, find, gallery, page } = open();
  gallery.show({ label: 9, answer: 4 });
  assert.deepEqual([names().length, find(".mistakes-count").textContent], [2, "2 pictures of 9 read as 4."]);
  assert.equal(/** @type {any} */ (document.activeElement), find(".mistake"));
  page.body.querySelectorAll("button").find(({ textContent }) => textContent === "Show all").click();
  assert.equal(names().length, 4);
});

test("fewer mistakes leave no buttons behind", () => {
  const { names, gallery } = open();
  gallery.draw(frameOf({ ...READ, answers: LABELS.with(1, 4) }), stateOf());
  assert.equal(names().length, 1);
});

test("cells of the matrix choose mistakes", () => {
  const page = openPage();
  const chosen = /** @type {any[]} */ ([]);
  const view = createConfusion(/** @type {any} */ (page.body), { onChoose: (kind) => chosen.push(kind) });
  view.draw(frameOf(), stateOf());
  const buttons = page.body.querySelectorAll("button");
  assert.deepEqual([buttons[94].textContent, buttons[94].disabled, buttons[44].disabled, buttons[0].disabled], ["2", false, true, true]);
  assert.equal(buttons[94].getAttribute("aria-label"), "2 of digit 9 read as 4");
  buttons[94].click();
  page.body.querySelectorAll("button").find(({ textContent }) => textContent === "7 → 2: 1")?.click();
  assert.deepEqual(chosen.map(({ label, answer }) => [label, answer]), [[9, 4], [7, 2]]);
});

test("the matrix is one stop of Tab", () => {
  const page = openPage();
  createConfusion(/** @type {any} */ (page.body), { onChoose() {} }).draw(frameOf(), stateOf());
  const buttons = page.body.querySelectorAll("button");
  const stops = () => buttons.flatMap(({ tabIndex }, cell) => (tabIndex === 0 ? [cell] : []));
  assert.deepEqual(stops(), [49]);
  buttons[72].focus();
  assert.deepEqual(stops(), [72]);
});
