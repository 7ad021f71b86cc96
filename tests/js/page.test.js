import assert from "node:assert/strict";
import test from "node:test";

import { LOCKED } from "../../static/js/core/locks.js";
import { h } from "../../static/js/lib/dom.js";
import { createEmbed } from "../../static/js/page/embed.js";
import { createHide } from "../../static/js/page/hide.js";
import { createLocks } from "../../static/js/page/locking.js";
import { openPage, setGlobals } from "./fakepage.js";

/* ---- Hiding ---- */

const tick = (props) => h("input", { type: "checkbox", ...props });

/** The list of what is shown, with a tick for play and for seeds and one for the text. */
function openHide() {
  const page = openPage({ hide: "div" });
  const element = page.byId("hide");
  const ticks = ["playButton", "seeds"].map((name) => tick({ "data-hide": name }));
  const text = tick({ "data-hide-text": true });
  element.append(...ticks, text);
  const changes = [];
  const hide = createHide(element, { actions: /** @type {any} */ ({ setView: (change) => changes.push(change) }) });
  const draw = (view) => hide.draw(null, /** @type {any} */ ({ view: { hidden: [], locked: [], hide_text: false, ...view } }));
  const flip = (box, checked) => { box.checked = checked; page.fire(box, "change"); };
  return { ticks, text, changes, draw, flip };
}

test("checkboxes show what is visible", () => {
  const { ticks, text, draw } = openHide();
  draw({ hidden: ["seeds"], hide_text: true });
  assert.deepEqual([...ticks, text].map(({ checked }) => checked), [true, false, false]);
});

test("unchecking hides a control and keeps unlisted ones", () => {
  const { ticks, changes, draw, flip } = openHide();
  draw({ hidden: ["elsewhere"] });
  flip(ticks[0], false);
  assert.deepEqual(changes, [{ hidden: ["playButton", "elsewhere"] }]);
});

test("the text has its own checkbox", () => {
  const { text, changes, draw, flip } = openHide();
  draw({});
  flip(text, false);
  assert.deepEqual(changes, [{ hide_text: true }]);
});

test("locked controls cannot be hidden", () => {
  const { ticks, draw } = openHide();
  draw({ locked: ["seeds"] });
  assert.deepEqual(ticks.map(({ disabled, title }) => [disabled, title]), [[false, ""], [true, LOCKED]]);
  draw({});
  assert.deepEqual(ticks.map(({ disabled, title }) => [disabled, title]), [[false, ""], [false, ""]]);
});

/* ---- Frames ---- */

test("an embedded page links to the experiment", () => {
  const page = openPage({ "open-page": "a" });
  setGlobals({ location: { pathname: "/play" } });
  globalThis.document.documentElement.dataset.embed = "";
  createEmbed().draw(null, /** @type {any} */ ({ link: "#seed=1" }));
  assert.deepEqual([page.byId("open-page").hidden, page.byId("open-page").getAttribute("href")], [false, "/play#seed=1"]);
});

test("a standalone page does not link to itself", () => {
  const page = openPage({ "open-page": "a" });
  createEmbed().draw(null, /** @type {any} */ ({ link: "#seed=1" }));
  assert.deepEqual([page.byId("open-page").hidden, page.byId("open-page").getAttribute("href")], [true, null]);
});

/* ---- Locks ---- */

const CONTROLS = [{ name: "noise", fields: ["noise"], view: [], commands: [] }, { name: "stepButton", fields: [], view: [], commands: ["advance"] }];

/** A page with a field, a button of an action, and the "i" of the field. */
function openLocked() {
  const page = openPage();
  const noise = h("input", { type: "range", title: "Noise", "data-field": "noise" });
  const info = h("button", { class: "has-card" }, "Noise");
  const step = h("button", { "data-action": "advance" }, "Step");
  page.body.append(h("div", {}, noise, info), step);
  const list = [{ name: "advance", control: "stepButton" }];
  const locks = createLocks(globalThis.document, { actions: /** @type {any} */ ({ list }), schema: /** @type {any} */ ({ controls: CONTROLS }) });
  return { page, noise, info, step, draw: (locked, lockReason = LOCKED) => locks.draw(null, /** @type {any} */ ({ view: { locked }, lockReason })) };
}

test("a lock disables its controls and says why", () => {
  const { noise, info, step, draw } = openLocked();
  draw(["noise"]);
  assert.deepEqual([noise, info, step].map(({ disabled }) => disabled), [true, false, false]);
  assert.deepEqual([noise.title, noise.getAttribute("aria-description")], [LOCKED, LOCKED]);
});

test("a lock says another reason when that changes", () => {
  const { noise, draw } = openLocked();
  const locked = ["noise"];
  draw(locked);
  draw(locked, "You are watching");
  assert.deepEqual([noise.disabled, noise.title], [true, "You are watching"]);
  draw([]);
  assert.deepEqual([noise.disabled, noise.title], [false, "Noise"]);
});

test("unlocking restores a control's previous state", () => {
  const { noise, step, draw } = openLocked();
  step.disabled = true;
  draw(["noise", "stepButton"]);
  draw([]);
  assert.deepEqual([noise.disabled, noise.title, noise.getAttribute("aria-description"), step.disabled], [false, "Noise", null, true]);
});

test("an action's button follows its control's lock", () => {
  const { step, draw } = openLocked();
  draw(["stepButton"]);
  assert.deepEqual([step.disabled, step.hasAttribute("data-locked")], [true, true]);
});

test("controls made after locking are locked, too", () => {
  const { page, draw } = openLocked();
  const locked = ["noise"];
  draw(locked);
  const late = h("select", { "data-field": "noise" });
  page.body.append(late);
  draw(locked);
  assert.equal(late.disabled, true);
});

test("a lock outlasts a view that enables controls", () => {
  const { noise, draw } = openLocked();
  const locked = ["noise"];
  noise.disabled = true;
  draw(locked);
  noise.disabled = false;
  draw(locked);
  assert.equal(noise.disabled, true);
  draw([]);
  assert.equal(noise.disabled, false, "as the view wanted it");
});
