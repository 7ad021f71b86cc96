import assert from "node:assert/strict";
import test from "node:test";

import { all, byId, h, setText, styleTokens, svg, themeKey, typeSize } from "../../static/js/lib/dom.js";
import { createNumberField, nameOf, rangeOf } from "../../static/js/lib/numberfield.js";
import { createPopover } from "../../static/js/lib/popover.js";
import { createThumbnail } from "../../static/js/map/thumbnail.js";
import { openPage } from "./fakepage.js";

/* ---- Elements ---- */

test("elements have attributes, listeners and children", () => {
  openPage();
  const done = [];
  const button = h("button", { class: "a", hidden: true, disabled: false, title: null, onclick: () => done.push("click") }, "Go", h("i"));
  button.click();
  assert.deepEqual([button.className ?? button.getAttribute("class"), button.hidden, button.hasAttribute("disabled"), button.hasAttribute("title"), done], ["a", true, false, false, ["click"]]);
  assert.equal(button.childNodes.length, 2);
});

test("SVG elements are made the same way", () => {
  openPage();
  assert.equal(svg("path", { d: "M0 0" }).getAttribute("d"), "M0 0");
});

test("elements are found by id and kind", () => {
  const page = openPage({ field: "input", other: "div" });
  assert.equal(byId("field", HTMLInputElement), page.byId("field"));
  assert.throws(() => byId("other", HTMLInputElement), /other/);
  assert.throws(() => byId("none", HTMLElement), /none/);
});

test("elements are listed by kind", () => {
  const page = openPage({ a: "input", b: "button", c: "input" });
  assert.deepEqual(all(/** @type {any} */ (page.body), "input", HTMLInputElement).map(({ id }) => id), ["a", "c"]);
});

test("the same text is not written again", () => {
  const page = openPage({ a: "p" });
  const element = page.byId("a");
  setText(/** @type {any} */ (element), "x");
  const [text] = element.childNodes;
  setText(/** @type {any} */ (element), "x");
  assert.equal(element.childNodes[0], text);
});

test("tokens and type size come from CSS", () => {
  openPage();
  assert.deepEqual([styleTokens()("neg"), typeSize()], ["#123456", 14]);
});

test("the theme's key names the theme", () => {
  openPage();
  document.documentElement.dataset.theme = "dark";
  assert.match(themeKey(), /^dark /);
});

/* ---- Fields of numbers ---- */

/** A field, and what it handed over. @param {Record<string, string>} range */
function openField(range = {}, parts = {}) {
  const page = openPage({ field: "input" });
  const input = page.byId("field");
  input.setAttribute("aria-label", "Rate");
  for (const [name, value] of Object.entries(range)) input.setAttribute(`data-${name}`, value);
  const done = [];
  const field = createNumberField(/** @type {any} */ (input), { onNumber: (value) => done.push(value), onRefused: (sentence) => done.push(sentence), ...parts });
  const type = (text) => { input.value = text; page.fire(input, "change"); };
  return { page, input, field, done, type, press: (key, props = {}) => page.fire(input, "keydown", { key, ...props }), error: page.body.querySelector(".number-fault") };
}

test("ranges are read from data attributes", () => {
  const { input } = openField({ low: "0", step: "0.1", unit: "%" });
  assert.deepEqual(rangeOf(/** @type {any} */ (input)), { low: 0, high: Infinity, step: 0.1, whole: false, unit: "%" });
  assert.equal(nameOf(/** @type {any} */ (input)), "Rate");
});

test("numbers are passed on", () => {
  const { type, done } = openField();
  for (const text of ["0,5", "", "-3"]) type(text);
  assert.deepEqual(done, [0.5, null, -3]);
});

test("other text stays with an explanation", () => {
  const { type, input, error, done } = openField({ low: "0", high: "1" }, { consequence: "It is unchanged." });
  type("2");
  assert.match(error.textContent, /^Rate: “2” is out of range\. Expected a number from 0 to 1\. It is unchanged\.$/);
  assert.deepEqual([input.getAttribute("aria-invalid"), input.getAttribute("aria-describedby"), done.length], ["true", error.id, 1]);
});

test("the explanation disappears once the text is valid", () => {
  const { page, type, input, error } = openField();
  type("x");
  input.value = "1";
  page.fire(input, "input");
  assert.deepEqual([error.hidden, input.getAttribute("aria-invalid"), input.getAttribute("aria-describedby")], [true, null, null]);
});

test("required fields refuse to be empty", () => {
  const { type, error } = openField({}, { isRequired: true });
  type("");
  assert.match(error.textContent, /is empty\. Enter a number\./);
});

test("arrow keys step within the range", () => {
  const { press, input, done } = openField({ low: "0", high: "1", step: "0.1" });
  input.value = "0.9";
  for (const key of ["ArrowUp", "ArrowUp", "PageDown"]) press(key);
  assert.deepEqual(done, [1, 1, 0]);
  assert.equal(press("ArrowUp", { shiftKey: true }).defaultPrevented, false);
});

test("values from elsewhere do not overwrite an error", () => {
  const { field, type, input } = openField();
  field.show(0.5);
  assert.equal(input.value, "0.5");
  type("x");
  field.show(0.7);
  assert.equal(input.value, "x");
});

test("an explanation can be moved elsewhere", () => {
  const { field, type, error } = openField();
  assert.equal(field.take(), null);
  type("x");
  assert.match(field.take() ?? "", /^Rate: “x”/);
  assert.equal(error.hidden, true);
});

test("whole numbers get a numeric keypad", () => {
  assert.deepEqual([openField({ low: "0", whole: "" }), openField({ low: "0" }), openField()].map(({ input }) => input.inputMode), ["numeric", "decimal", "text"]);
});

/* ---- Cards ---- */

/** A button with a card. */
function openCard() {
  const page = openPage({ button: "button", card: "div" });
  const opened = [];
  const [button, card] = [page.byId("button"), page.byId("card")];
  Object.assign(button.box, { left: 900, right: 940, top: 700, bottom: 720 });
  Object.assign(card.box, { width: 300, height: 200 });
  const popover = createPopover(/** @type {any} */ (button), /** @type {any} */ (card), { onOpen: () => opened.push(true) });
  return { page, button, card, popover, opened };
}

test("a button opens and closes its card", () => {
  const { button, popover, opened } = openCard();
  button.click();
  assert.deepEqual([popover.isOpen(), button.getAttribute("aria-expanded"), opened.length], [true, "true", 1]);
  button.click();
  assert.deepEqual([popover.isOpen(), button.getAttribute("aria-expanded")], [false, "false"]);
});

test("cards open where there is room", () => {
  const { button, card } = openCard();
  button.click();
  assert.deepEqual([card.style.left, card.style.top], ["640px", "494px"]);
  Object.assign(button.box, { left: 20, right: 60, top: 20, bottom: 40 });
  button.click();
  button.click();
  assert.deepEqual([card.style.left, card.style.top], ["20px", "46px"]);
});

test("Escape closes the card", () => {
  const { page, button, card, popover } = openCard();
  button.click();
  page.fire(card, "keydown", { key: "Escape" });
  assert.deepEqual([popover.isOpen(), document.activeElement], [false, button]);
});

/* ---- Thumbnails ---- */

test("thumbnails are painted when they change", () => {
  openPage();
  const { canvas, draw } = createThumbnail();
  const ramp = Uint32Array.from({ length: 256 }, (_, byte) => byte);
  const puts = () => /** @type {any} */ (canvas).calls.filter((name) => name === "putImageData").length;
  const pictures = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  draw(pictures, 1, 2, ramp);
  draw(pictures, 1, 2, ramp);
  assert.deepEqual([puts(), canvas.width], [1, 2]);
  draw(pictures, 0, 2, ramp);
  draw(pictures, 0, 2, Uint32Array.from(ramp));
  assert.equal(puts(), 3);
});
