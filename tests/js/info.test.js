import assert from "node:assert/strict";
import test from "node:test";

import { DWELL, GRACE, createDwell } from "../../static/js/controls/dwell.js";
import { WOBBLE } from "../../static/js/controls/explained.js";
import { createInfo } from "../../static/js/controls/info.js";
import { LOCKED } from "../../static/js/core/locks.js";
import { h } from "../../static/js/lib/dom.js";
import { openPage } from "./fakepage.js";

const ids = (tag, ...names) => Object.fromEntries(names.map((name) => [name, tag]));

/** Timers that run when a test lets time pass. */
function makeClock() {
  let now = 0;
  /** @type {Map<object, {run: () => void, at: number}>} */
  const timers = new Map();
  return {
    setTimeout(run, delay) {
      const timer = {};
      timers.set(timer, { run, at: now + delay });
      return timer;
    },
    clearTimeout: (timer) => timers.delete(timer),
    pass(time) {
      const end = now + time;
      for (;;) {
        const [next] = [...timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
        if (!next) break;
        timers.delete(next[0]);
        now = next[1].at;
        next[1].run();
      }
      now = end;
    },
  };
}

/* ---- Cards of controls ---- */

function openInfo() {
  const page = openPage({ ...ids("div", "info-card", "info-title", "info-key", "info-what", "info-why", "info-idle"), ...ids("a", "info-link"), ...ids("script", "help-texts") });
  globalThis.KeyboardEvent = /** @type {any} */ (globalThis.Event);
  page.byId("help-texts").text = JSON.stringify({ beta2: { label: "Beta 2", what: "What it does.", why: "Why change it.", term: "adam" }, noise: { label: "Noise", what: "Noise.", why: "", term: "noise" }, play: { label: "Play", what: "Starts.", why: "", term: "epoch" } });
  page.byId("info-link").href = "/glossary";
  page.byId("info-card").append(page.byId("info-link"));
  const [first, second] = ["beta2", "noise"].map((name) => h("span", { class: "has-card", "data-help": name }, name));
  const [field, noise] = [h("select"), h("input", { type: "range" })];
  const button = h("button", { "data-key": "Space" });
  const play = h("span", { class: "with-info", "data-help": "play" }, button);
  page.body.append(h("div", { "data-explained": "beta2" }, h("label", {}, first), field), h("div", { class: "slider", "data-explained": "noise" }, h("label", {}, second), noise), play);
  const fields = [{ name: "beta2", needs: [{ field: "optimizer", values: ["adam"] }] }, { name: "optimizer", needs: [], choices: [{ value: "adam", label: "Adam" }] }];
  const clock = makeClock();
  const info = createInfo({ schema: /** @type {any} */ ({ fields }), ...clock });
  info.draw(null, /** @type {any} */ ({ schema: { fields }, config: { optimizer: "sgd", hidden_layer_sizes: [] }, data: null, lockReason: LOCKED }));
  const card = page.byId("info-card");
  const text = (id) => page.byId(id).textContent;
  const point = (element) => page.fire(element, "pointerover", { pointerType: "mouse" });
  const press = (element, pointerType) => page.fire(element, "pointerdown", { pointerType, clientX: 0, clientY: 0 });
  const click = (element, pointerType) => {
    press(element, pointerType);
    page.fire(element, "pointerup", { pointerType });
    return page.fire(element, "click", { detail: 1, stopImmediatePropagation() { this.isStopped = true; } });
  };
  const key = (element, name, rest = {}) => page.fire(element, "keydown", { key: name, stopImmediatePropagation() { this.isStopped = true; }, ...rest });
  return { page, clock, first, second, field, noise, play, button, card, text, point, press, click, key, isOpen: () => card.matches(":popover-open") };
}

test("resting on a label opens its card", () => {
  const { page, clock, first, text, point, isOpen } = openInfo();
  point(first);
  clock.pass(DWELL.words - 1);
  assert.equal(isOpen(), false);
  clock.pass(1);
  assert.deepEqual([isOpen(), ...["info-title", "info-what", "info-why", "info-idle"].map(text)], [true, "Beta 2", "What it does.", "Why change it.", "No effect right now: only with Adam."]);
  assert.equal(page.byId("info-link").href, "/glossary#adam");
});

test("the pointer can go into the card", () => {
  const { page, clock, first, card, point, isOpen } = openInfo();
  point(first);
  clock.pass(DWELL.words);
  point(page.body);
  clock.pass(GRACE - 1);
  point(card);
  clock.pass(GRACE);
  assert.equal(isOpen(), true);
  point(page.body);
  clock.pass(GRACE);
  assert.equal(isOpen(), false);
});

test("the card of a button shows its key", () => {
  const { clock, button, point, text, isOpen } = openInfo();
  point(button);
  clock.pass(DWELL.words);
  assert.equal(isOpen(), false);
  clock.pass(DWELL.button - DWELL.words);
  assert.deepEqual([isOpen(), text("info-title"), text("info-key")], [true, "Play", "Space"]);
});

test("a pressed button shows no card", () => {
  const { clock, button, point, click, isOpen } = openInfo();
  point(button);
  click(button, "mouse");
  point(button);
  clock.pass(DWELL.button);
  assert.equal(isOpen(), false);
});

test("a button in use stays uncovered", () => {
  const { clock, button, point, isOpen } = openInfo();
  button.setAttribute("aria-expanded", "true");
  point(button);
  clock.pass(DWELL.button);
  assert.equal(isOpen(), false);
});

test("a slider without effect explains itself", () => {
  const { clock, noise, point, text, isOpen } = openInfo();
  point(noise);
  clock.pass(DWELL.words);
  assert.equal(isOpen(), false);
  noise.parentNode.classList.add("idle");
  point(noise);
  clock.pass(DWELL.words);
  assert.deepEqual([isOpen(), text("info-title")], [true, "Noise"]);
});

test("a tap on a label opens and closes", () => {
  const { first, click, isOpen } = openInfo();
  assert.equal(click(first, "touch").defaultPrevented, true);
  assert.equal(isOpen(), true);
  click(first, "touch");
  assert.equal(isOpen(), false);
});

test("a tap elsewhere closes the card", () => {
  const { page, first, click, isOpen } = openInfo();
  click(first, "touch");
  click(page.body, "touch");
  assert.equal(isOpen(), false);
});

test("a mouse click on a label also focuses", () => {
  const { first, click, isOpen } = openInfo();
  assert.equal(click(first, "mouse").defaultPrevented, false);
  assert.equal(isOpen(), true);
});

test("a tap on a checkbox label only toggles", () => {
  const { first, click, isOpen } = openInfo();
  first.parentNode.parentNode.classList.add("check-row");
  assert.equal(click(first, "touch").defaultPrevented, false);
  assert.equal(isOpen(), false);
});

test("holding a button only opens its card", () => {
  const { page, clock, button, press, isOpen } = openInfo();
  press(button, "touch");
  clock.pass(DWELL.hold);
  assert.equal(isOpen(), true);
  page.fire(button, "pointerup");
  const end = page.fire(button, "click", { detail: 1, stopImmediatePropagation() { this.isStopped = true; } });
  assert.deepEqual([end.defaultPrevented, end.isStopped, isOpen()], [true, true, true]);
});

test("a finger that moves or lifts holds nothing", () => {
  const { page, clock, button, press, isOpen } = openInfo();
  press(button, "touch");
  page.fire(button, "pointermove", { clientX: 0, clientY: 2 * WOBBLE });
  clock.pass(DWELL.hold);
  press(button, "touch");
  page.fire(button, "pointerup");
  clock.pass(DWELL.hold);
  assert.equal(isOpen(), false);
});

test("F1 opens the card and Escape keeps focus", () => {
  const { field, key, text, isOpen } = openInfo();
  field.focus();
  assert.equal(key(field, "F1").defaultPrevented, true);
  assert.deepEqual([isOpen(), text("info-title"), globalThis.document.activeElement], [true, "Beta 2", field]);
  const escape = key(field, "Escape");
  assert.deepEqual([isOpen(), escape.isStopped, globalThis.document.activeElement], [false, true, field]);
});

test("Tab leads from control to glossary and back", () => {
  const { page, field, key, isOpen } = openInfo();
  field.focus();
  key(field, "F1");
  key(field, "Tab");
  assert.equal(globalThis.document.activeElement, page.byId("info-link"));
  key(page.byId("info-link"), "Tab");
  assert.deepEqual([globalThis.document.activeElement, isOpen()], [field, false]);
});

test("stopping with Tab opens the card", () => {
  const { page, clock, field, key, isOpen } = openInfo();
  key(page.body, "Tab");
  field.focus();
  clock.pass(DWELL.focus);
  assert.equal(isOpen(), true);
  key(field, "ArrowDown");
  assert.equal(isOpen(), false);
});

test("focus by other ways opens no card", () => {
  const { page, clock, field, press, isOpen } = openInfo();
  press(page.body, "mouse");
  field.focus();
  clock.pass(DWELL.focus);
  assert.equal(isOpen(), false);
});

test("the card of a locked control says so", () => {
  const { second, click, text } = openInfo();
  second.closest("[data-explained]").setAttribute("data-locked", "");
  click(second, "mouse");
  assert.equal(text("info-idle"), `${LOCKED}.`);
});

test("screen readers hear what a control does", () => {
  const { page, field, button } = openInfo();
  assert.deepEqual([field, button].map((control) => page.byId(control.getAttribute("aria-describedby")).textContent), ["What it does.", "Starts."]);
});

/* ---- Dwelling ---- */

function openDwell() {
  const clock = makeClock();
  const calls = [];
  const dwell = createDwell({ open: (subject) => calls.push(subject), close: () => calls.push("close"), ...clock });
  return { clock, calls, dwell };
}

test("passing over opens nothing", () => {
  const { clock, calls, dwell } = openDwell();
  dwell.rest("a", 400);
  clock.pass(399);
  dwell.rest("b", 400);
  clock.pass(399);
  dwell.leave();
  clock.pass(1000);
  assert.deepEqual(calls, []);
});

test("one card follows the other", () => {
  const { clock, calls, dwell } = openDwell();
  dwell.rest("a", 400);
  clock.pass(400);
  dwell.rest("b", 400);
  clock.pass(400);
  assert.deepEqual(calls, ["a", "close", "b"]);
});

test("passing over a subject keeps the card", () => {
  const { clock, calls, dwell } = openDwell();
  dwell.rest("a", 400);
  clock.pass(400);
  dwell.rest("b", 400);
  clock.pass(GRACE - 1);
  dwell.stay();
  clock.pass(1000);
  assert.deepEqual([calls, dwell.shown], [["a"], "a"]);
});

test("a dismissed card returns only after leaving", () => {
  const { clock, calls, dwell } = openDwell();
  dwell.rest("a", 400);
  clock.pass(400);
  dwell.dismiss();
  dwell.rest("a", 400);
  clock.pass(400);
  assert.deepEqual(calls, ["a", "close"]);
  dwell.leave();
  dwell.rest("a", 400);
  clock.pass(400);
  assert.deepEqual(calls, ["a", "close", "a"]);
});

test("a left card opens again", () => {
  const { clock, calls, dwell } = openDwell();
  for (const _ of [1, 2]) {
    dwell.rest("a", 400);
    clock.pass(400);
    dwell.leave();
    clock.pass(GRACE);
  }
  assert.deepEqual(calls, ["a", "close", "a", "close"]);
});

test("a pinned card stays", () => {
  const { clock, calls, dwell } = openDwell();
  dwell.pin("a");
  dwell.leave();
  dwell.rest("b", 400);
  clock.pass(1000);
  assert.deepEqual([calls, dwell.isPinned], [["a"], true]);
});
