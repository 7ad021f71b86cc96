import assert from "node:assert/strict";
import test from "node:test";

import { createHovercard } from "../../static/js/network/hovercard.js";
import { openPage } from "./fakepage.js";

const SUBJECT = { index: 1, kind: /** @type {const} */ ("Weight"), name: "x₁ → neuron 2, layer 1" };

/** A card, and what it was asked to do. */
function open() {
  const page = openPage();
  const done = [];
  const card = createHovercard(/** @type {any} */ (page.body), {
    setParameter: (index, value) => done.push([index, value]), onLeave: () => done.push("left"), onRefused: (sentence) => done.push(sentence),
  });
  card.draw(Float64Array.of(0, 0.5, -2));
  const element = page.byId("hovercard");
  const input = element.querySelector("input");
  const press = (key) => page.fire(input, "keydown", { key });
  return { page, card, element, input, press, done };
}

test("cards show name and value", () => {
  const { card, element } = open();
  card.show(SUBJECT, { x: 10, y: 10 });
  assert.equal(element.hidden, false);
  assert.match(element.textContent, /^Weightx₁ → neuron 2, layer 10\.500.*Click to edit$/);
});

test("cards follow the training", () => {
  const { card, element } = open();
  card.show(SUBJECT, { x: 10, y: 10 });
  card.draw(Float64Array.of(0, -1, 0));
  assert.equal(element.querySelector("output").textContent, "−1.000");
});

test("cards close when their parameter is gone", () => {
  const { card, element } = open();
  card.show(SUBJECT, { x: 10, y: 10 });
  card.draw(Float64Array.of(0));
  assert.equal(element.hidden, true);
});

test("biases of switching neurons show a threshold", () => {
  const { card, element } = open();
  card.show({ ...SUBJECT, kind: "Bias", index: 2, hasThreshold: true }, { x: 10, y: 10 });
  assert.match(element.querySelector(".threshold").textContent, /2\.000/);
  card.show(SUBJECT, { x: 10, y: 10 });
  assert.equal(element.querySelector(".threshold").hidden, true);
});

test("Enter applies an edit", () => {
  const { card, element, input, press, done } = open();
  card.edit(SUBJECT, { x: 10, y: 10 });
  assert.deepEqual([input.hidden, input.value, card.isEditing], [false, "0.5", true]);
  input.value = "1,25";
  press("Enter");
  assert.deepEqual(done, [[1, 1.25], "left"]);
  assert.deepEqual([element.hidden, card.isEditing], [true, false]);
});

test("Escape cancels an edit", () => {
  const { card, input, press, done } = open();
  card.edit(SUBJECT, { x: 10, y: 10 });
  input.value = "3";
  press("Escape");
  assert.deepEqual(done, ["left"]);
});

test("unchanged values are not sent", () => {
  const { card, press, done } = open();
  card.edit(SUBJECT, { x: 10, y: 10 });
  press("Enter");
  assert.deepEqual(done, ["left"]);
});

test("invalid numbers keep the card open", () => {
  const { card, input, press, done } = open();
  card.edit(SUBJECT, { x: 10, y: 10 });
  input.value = "1x";
  press("Enter");
  assert.deepEqual([done, card.isEditing, input.getAttribute("aria-invalid")], [[], true, "true"]);
});

test("leaving with invalid text shows a message", () => {
  const { card, input, done } = open();
  card.edit(SUBJECT, { x: 10, y: 10 });
  input.value = "1x";
  input.blur();
  assert.match(done[0], /^Weight, x₁ → neuron 2, layer 1: “1x” is not a number.* The value is unchanged\.$/);
});

test("nothing else is shown during an edit", () => {
  const { card, element } = open();
  card.edit(SUBJECT, { x: 10, y: 10 });
  card.show({ ...SUBJECT, name: "other" }, { x: 10, y: 10 });
  assert.doesNotMatch(element.textContent, /other/);
});

test("edits outlast pauses in the frames", () => {
  const { card, input, done } = open();
  card.edit(SUBJECT, { x: 10, y: 10 });
  input.value = "3";
  card.draw(null);
  assert.deepEqual([card.isEditing, input.value, done], [true, "3", []]);
});

test("entries are named when their weight is gone", () => {
  const { card, element, input, done } = open();
  card.edit(SUBJECT, { x: 10, y: 10 });
  input.value = "3";
  card.draw(Float64Array.of(0));
  assert.deepEqual(done, ["Weight, x₁ → neuron 2, layer 1: “3” was not entered, since the network has changed."]);
  assert.deepEqual([element.hidden, card.isEditing], [true, false]);
});
