import assert from "node:assert/strict";
import { test } from "node:test";

import { createActions } from "../../static/js/core/actions.js";
import { h } from "../../static/js/lib/dom.js";
import { opacityOf } from "../../static/js/classroom/drawings.js";
import { createAsk } from "../../static/js/teacher/ask.js";
import { createBar } from "../../static/js/teacher/bar.js";
import { createJoinCard, showAddress } from "../../static/js/teacher/joinCard.js";
import { createPeople } from "../../static/js/teacher/people.js";
import { createShoulder } from "../../static/js/teacher/shoulder.js";
import { choiceAfter } from "../../static/js/teacher/snapshots.js";
import { KEYS } from "../../static/js/teacher/texts.js";
import { openPage } from "./fakepage.js";

const ROOM = {
  type: "class", code: "ABC234", mode: "explore", present: 3, seats: 4, teacher: true, shown: null, task: null, question: null, snapshots: [], side_by_side: [],
  may_take: true, experiment: false, screen: "auto", hands: 0, waiting: 0, screens: 0,
  settings: { names: "given", name_list: [], names_visible: false, names_on_screen: false, waiting_room: false, locked: false, may_try: true },
};

/** Class actions that note what was asked for. */
function recorder() {
  const asked = [];
  return { asked, actions: /** @type {any} */ (new Proxy({}, { get: (_, name) => (...args) => void asked.push([name, ...args]) })) };
}

/* ---- Keys ---- */

test("keys of the class are otherwise free", () => {
  const { list } = createActions({ store: /** @type {any} */ ({ get: () => ({}), set() {} }), send: () => 0 });
  const taken = new Set(list.map(({ key }) => key));
  assert.deepEqual([KEYS.wall, KEYS.join, KEYS.names].filter((key) => taken.has(key)), []);
});

/* ---- The bar ---- */

function openBar() {
  const page = openPage({ header: "header", menu: "nav" });
  const header = page.byId("header");
  const badge = (/** @type {string} */ id) => h("button", { id, hidden: true }, h("b"), h("span"));
  header.append(
    h("button", { class: "class-join", "data-tool": "join" }, h("b", { id: "class-address" }), h("strong", { id: "class-code" })),
    h("p", { id: "class-present" }, h("b"), h("span")), h("p", { id: "class-said" }), badge("class-hands"), badge("class-waiting"),
    ...["explore", "follow", "pause"].map((mode) => h("button", { "data-mode": mode, disabled: true }, h("span"))),
    h("button", { "data-tool": "wall", "aria-pressed": "false" }), h("button", { "data-tool": "end" }),
  );
  const { asked, actions } = recorder();
  const used = [];
  const bar = createBar(/** @type {any} */ (header), { actions, use: (name) => used.push(name) });
  const draw = (room = {}, state = {}) => bar.draw(/** @type {any} */ ({ room: { ...ROOM, ...room }, code: "ABC234" }), /** @type {any} */ ({ panel: null, spoken: "10.0.0.2:8000", ...state }));
  return { page, header, asked, used, draw, bar };
}

test("the bar shows code, address and presence", () => {
  const { page, draw } = openBar();
  draw();
  assert.deepEqual(["class-code", "class-address"].map((id) => page.byId(id).textContent), ["ABC 234", "10.0.0.2:8000"]);
  assert.equal(page.byId("class-present").querySelector("b").textContent, "3");
});

test("modes wait until the class is there", () => {
  const { bar, header, asked, draw } = openBar();
  bar.draw(/** @type {any} */ ({ room: null, code: "ABC234" }), { panel: null, spoken: "" });
  const pause = header.querySelector("[data-mode=pause]");
  assert.equal(pause.disabled, true);
  draw({ mode: "pause" });
  assert.deepEqual([pause.disabled, pause.getAttribute("aria-pressed")], [false, "true"]);
  pause.click();
  assert.deepEqual(asked, [["setMode", "pause"]]);
});

test("badges appear with hands and visitors", () => {
  const { page, draw } = openBar();
  draw({ hands: 2 });
  assert.deepEqual(["class-hands", "class-waiting"].map((id) => page.byId(id).hidden), [false, true]);
  assert.equal(page.byId("class-hands").querySelector("b").textContent, "2");
  draw({ waiting: 1 });
  assert.deepEqual(["class-hands", "class-waiting"].map((id) => page.byId(id).hidden), [true, false]);
});

test("following a student is told from following oneself", () => {
  const { header, draw } = openBar();
  const label = () => header.querySelector("[data-mode=follow]").querySelector("span").textContent;
  draw({ mode: "follow", shown: { seat: null, name: null } });
  assert.equal(label(), "Follow me");
  draw({ mode: "follow", shown: { seat: 4, name: null } });
  assert.equal(label(), "Follow student");
});

/* ---- How to join ---- */

test("the join card leads to the class's address", () => {
  openPage();
  const parts = ["address", "code", "present", "locked", "qr", "wifi", "wifi-qr", "wifi-name"].map((name) => h("div", { "data-join": name }));
  const element = h("div", {}, ...parts);
  const part = (/** @type {string} */ name) => /** @type {any} */ (element.querySelector(`[data-join="${name}"]`));
  const card = createJoinCard(/** @type {any} */ (element));
  card.draw({ code: "ABC234", root: "http://10.0.0.2:8000/tools/", present: 3, seats: 3, locked: true, wifi: null });
  assert.deepEqual([part("address").textContent, part("code").textContent, part("locked").hidden, part("wifi").hidden], ["10.0.0.2:8000/tools/join", "ABC 234", false, true]);
  assert.match(part("qr").textContent, /10\.0\.0\.2:8000\/tools\/class\/ABC234/);
  card.draw({ code: "ABC234", root: "http://10.0.0.2:8000/tools/", present: 3, seats: 3, locked: false, wifi: { name: "Room 12", password: "secret" } });
  assert.deepEqual([part("locked").hidden, part("wifi").hidden, part("wifi-name").textContent], [true, false, "Room 12"]);
});

test("an address breaks at its slashes", () => {
  openPage();
  const address = /** @type {any} */ (h("b"));
  showAddress(address, "here/join");
  assert.deepEqual([address.textContent, address.querySelectorAll("wbr").length, address.hasAttribute("data-long")], ["here/join", 2, false]);
  showAddress(address, "https://hub.example:8443/user/x/proxy/8000/join");
  assert.deepEqual([address.textContent.length, address.hasAttribute("data-long")], [47, true]);
  assert.deepEqual(address.childNodes.map(({ textContent }) => textContent).filter(Boolean), ["https://", "hub.example:8443/", "user/", "x/", "proxy/", "8000/", "join"]);
});

/* ---- Over the shoulder ---- */

function openShoulder() {
  const page = openPage({ shoulder: "div", "shoulder-named": "input" });
  const element = page.byId("shoulder");
  element.append(h("strong"), ...["show", "keep", "lower", "rename", "remove", "back"].map((does) => h("button", { "data-shoulder": does })));
  const { asked, actions } = recorder();
  let returns = 0;
  const answers = /** @type {(string | null)[]} */ ([]);
  const shoulder = createShoulder({ actions, back: () => returns++, dialogs: /** @type {any} */ ({ ask: () => Promise.resolve(answers.shift() ?? null) }) });
  const tiles = new Map([[4, { seat: 4, name: "Calm Heron", hand: true }]]);
  const draw = (/** @type {number | null} */ seat, room = {}) => shoulder.draw(/** @type {any} */ ({ watching: seat === null ? null : { seat }, room: { ...ROOM, ...room }, tiles }), false);
  const click = (/** @type {string} */ does) => element.querySelector(`[data-shoulder=${does}]`).click();
  return { page, element, asked, answers, draw, click, returns: () => returns };
}

test("the banner shows while a student is watched", () => {
  const { element, draw } = openShoulder();
  draw(null);
  assert.equal(element.hidden, true);
  draw(4);
  assert.deepEqual([element.hidden, element.querySelector("strong").textContent], [false, "Calm Heron"]);
});

test("a student is shown by name if chosen", () => {
  const { page, asked, draw, click } = openShoulder();
  draw(4);
  click("show");
  page.byId("shoulder-named").checked = true;
  click("show");
  assert.deepEqual(asked, [["setMode", "follow", { seat: 4, withName: false }], ["setMode", "follow", { seat: 4, withName: true }]]);
});

test("a second press ends the showing", () => {
  const { asked, draw, click } = openShoulder();
  draw(4, { mode: "follow", shown: { seat: 4, name: null } });
  click("show");
  assert.deepEqual(asked, [["setMode", "explore"]]);
});

test("a removal is asked about first", async () => {
  const { asked, answers, draw, click, returns } = openShoulder();
  draw(4);
  click("remove");
  await Promise.resolve();
  assert.deepEqual([asked, returns()], [[], 0]);
  answers.push("");
  click("remove");
  await Promise.resolve();
  assert.deepEqual([asked, returns()], [[["remove", 4]], 1]);
});

/* ---- People ---- */

test("visitors and raised hands are listed apart", () => {
  const page = openPage({ "people-hands": "ul", "people-waiting": "ul", "people-no-hands": "p", "people-no-waiting": "p", "people-lower-all": "button", "people-admit-all": "button" });
  const { asked, actions } = recorder();
  const people = createPeople({ actions, look: () => {} });
  const tiles = new Map([
    [1, { seat: 1, name: "Ada", hand: true, state: "training" }], [2, { seat: 2, name: "Emmy", hand: false, state: "resting" }],
    [3, { seat: 3, name: "Max", hand: false, state: "waiting" }],
  ]);
  people.draw(/** @type {any} */ ({ tiles, room: ROOM }));
  const namesIn = (/** @type {string} */ id) => page.byId(id).children.map((row) => row.querySelector("span").textContent);
  assert.deepEqual([namesIn("people-hands"), namesIn("people-waiting")], [["Ada"], ["Max"]]);
  page.byId("people-waiting").querySelector("button").click();
  assert.deepEqual(asked, [["admit", [3]]]);
});

/* ---- Asking ---- */

function openAsk(drawn = "boundary") {
  const page = openPage({ "ask-form": "form", "ask-ready": "select", "ask-text": "textarea", "ask-answers": "fieldset", "ask-fault": "p", "ask-hint": "p", "ask-digit-room": "p", "ask-digit": "select" });
  const form = page.byId("ask-form");
  form.append(h("input", { name: "kind", value: "choose", checked: true }), h("input", { name: "kind", value: drawn }),
    ...[0, 1, 2, 3, 4, 5].map((index) => h("div", {}, h("input", { "data-right": index }), h("input", { "data-answer": index }))));
  page.byId("ask-digit").append(...["", "3", "8"].map((value) => h("option", { value }, value)));
  const { asked, actions } = recorder();
  createAsk({ actions, onAsked: () => asked.push("asked") });
  const answer = (/** @type {number} */ index) => form.querySelector(`[data-answer="${index}"]`);
  return { page, form, asked, answer };
}

test("one more answer is offered than there are", () => {
  const { page, form, answer } = openAsk();
  const shown = () => [0, 1, 2, 3, 4, 5].filter((index) => !answer(index).parentElement.hidden).length;
  assert.equal(shown(), 2);
  answer(1).value = "B";
  page.fire(form, "input");
  assert.equal(shown(), 3);
});

test("a ready question fills the form", () => {
  const { page, form, asked, answer } = openAsk();
  page.byId("ask-ready").value = "0";
  page.fire(page.byId("ask-ready"), "change");
  assert.equal(answer(0).value, "Yes");
  page.fire(form, "submit");
  assert.deepEqual(asked, [["ask", { text: "Will the test accuracy reach 95%?", answers: ["Yes", "No"], right: null }], "asked"]);
});

test("the text follows the digit until typed", () => {
  const { page, form, asked } = openAsk("digit");
  const [choose, draw] = form.querySelectorAll("[name=kind]");
  const digit = page.byId("ask-digit");
  Object.assign(choose, { checked: false });
  Object.assign(draw, { checked: true });
  page.fire(form, "input");
  assert.deepEqual([page.byId("ask-text").value, page.byId("ask-digit-room").hidden, page.byId("ask-answers").hidden], ["Draw a digit", false, true]);
  digit.value = "8";
  page.fire(form, "input");
  page.fire(form, "submit");
  assert.deepEqual(asked[0], ["ask", { text: "Draw an 8", answers: [], right: null, draws: "digit", digit: 8 }]);
  page.byId("ask-text").value = "Your worst 3";
  digit.value = "3";
  page.fire(form, "input");
  assert.equal(page.byId("ask-text").value, "Your worst 3");
});

test("a question without a text is not asked", () => {
  const { page, form, asked } = openAsk();
  page.fire(form, "submit");
  assert.deepEqual(asked, []);
  assert.match(page.byId("ask-fault").textContent, /question/);
});

/* ---- Snapshots and drawings ---- */

test("up to six snapshots are chosen", () => {
  const existing = [1, 2, 3, 4, 5, 6, 7];
  assert.deepEqual(choiceAfter([1, 2], 3, true, existing), [1, 2, 3]);
  assert.deepEqual(choiceAfter([1, 2, 3], 2, false, existing), [1, 3]);
  assert.deepEqual(choiceAfter([1, 2, 3, 4, 5, 6], 7, true, existing), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(choiceAfter([1, 9], 2, true, existing), [1, 2], "one that is gone is not chosen");
});

test("many drawn lines are fainter than few", () => {
  assert.ok(opacityOf(1) > opacityOf(20));
  assert.ok(opacityOf(20) > opacityOf(100));
  assert.ok(opacityOf(10_000) > 0.1);
});
