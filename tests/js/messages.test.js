import assert from "node:assert/strict";
import { test } from "node:test";

import { createActions } from "../../static/js/core/actions.js";
import { createStore } from "../../static/js/core/store.js";
import { h } from "../../static/js/lib/dom.js";
import { createMessages } from "../../static/js/page/messages.js";
import { MESSAGES, connectionMessage, linkAfter, newLink } from "../../static/js/page/messageTexts.js";
import { openPage, setGlobals } from "./fakepage.js";

const STATE = /** @type {any} */ ({
  status: { diverged: null, stopped: null, run_ended: null }, view: { locked: [] }, data: null, errors: [], warnings: [], storageError: null,
  connection: "open", retryAt: null, reason: "", cause: null, stopSeen: null, endSeen: null,
});
const message = (kind, changes = {}) => MESSAGES[kind]({ ...STATE, ...changes });
const connection = (changes, link = { lostAt: 0, wasOpen: true, problem: "" }, now = 5000) => connectionMessage({ ...STATE, ...changes }, link, now);

test("nothing is reported when all is well", () => {
  for (const kind of Object.keys(MESSAGES)) assert.equal(message(kind), null, kind);
  assert.equal(connection({}), null);
});

const DIVERGED = { epoch: 1007, reason: "the loss became infinite", hint: "lower it", retry: { epoch: 5, learning_rate: 0.03 } };

test("a divergence offers a retry and a rewind", () => {
  const { title, text, choices } = message("divergence", { status: { diverged: DIVERGED } }) ?? {};
  assert.deepEqual([title, text], ["Training diverged at epoch 1,007", "The loss became infinite. Lower it."]);
  assert.deepEqual(choices?.map(({ label, command }) => [label, command]), [["Retry from epoch 5 with learning rate 0.03", "recover"], ["Rewind", "rewind"]]);
});

test("a divergence offers nothing that is locked", () => {
  const commands = (locked, diverged = DIVERGED) => message("divergence", { status: { diverged }, view: { locked } })?.choices?.map(({ command }) => command);
  assert.deepEqual([commands(["learningRate"]), commands(["playButton", "resetButton"])], [["rewind"], []]);
  assert.deepEqual(commands([], /** @type {any} */ ({ ...DIVERGED, retry: null })), ["rewind"]);
});

test("an early stop names the loss it watched", () => {
  const stopped = { epoch: 20, best_epoch: 9 };
  const text = (data) => message("stopped", { status: { stopped }, data })?.text;
  assert.equal(text({ validationSize: 5 }), "Restored the weights from epoch 9, the best validation loss. Press Play to continue.");
  assert.match(text({ validationSize: 0, trainSize: 5, targets: [1, 2, 3, 4, 5, 6] }) ?? "", /best test loss/);
  assert.match(text({ validationSize: 0, trainSize: 5, targets: [1, 2, 3, 4, 5] }) ?? "", /best training loss/);
  assert.equal(message("stopped", { status: { stopped }, stopSeen: { epoch: 20 } }), null);
});

test("only unexpected ends of a run are reported", () => {
  const ended = (cause, endSeen = null) => message("ended", { status: { run_ended: { epoch: 7, cause, reason: "no improvement" } }, endSeen });
  assert.deepEqual([ended("plateau")?.title, ended("plateau")?.text], ["The run ended at epoch 7", "No improvement."]);
  assert.equal(ended("goal"), null);
  assert.equal(ended("plateau", /** @type {any} */ ({ epoch: 7 })), null);
});

test("error lists and server faults are told apart", () => {
  const bad = { code: "bad_value", message: "noise: got 70; expected 0 to 50" };
  const fault = { code: "internal", message: "an internal error" };
  assert.deepEqual([message("errors", { errors: [bad] })?.title, message("errors", { errors: [bad] })?.text], ["Change rejected", bad.message]);
  assert.deepEqual(message("errors", { errors: [bad, bad] })?.items, [bad.message, bad.message]);
  assert.deepEqual([message("errors", { errors: [fault] })?.title, message("errors", { errors: [fault] })?.text], ["Something went wrong", "An internal error."]);
  assert.equal(message("errors", { errors: [fault], connection: "waiting" }), null);
});

test("warnings are one sentence or a list", () => {
  const [one, two] = [{ message: "a" }, { message: "b" }];
  assert.deepEqual([message("warnings", { warnings: [one] })?.text, message("warnings", { warnings: [one, two] })?.items], ["a", ["a", "b"]]);
});

test("every storage error has a message", () => {
  for (const storageError of ["blocked", "full", "damaged", "runs_full", "runs_damaged", "runs_dropped"]) {
    const said = message("storageError", { storageError });
    assert.ok(said?.title && said.text.endsWith("."), storageError);
    assert.equal(said?.dismiss, "dismissStorageError");
  }
});

test("a short break needs no message", () => {
  const waiting = { connection: "waiting", retryAt: 7000 };
  assert.equal(connection(waiting, { lostAt: 4800, wasOpen: true, problem: "" }), null);
  assert.equal(connection(waiting, { lostAt: 4200, wasOpen: false, problem: "" }), null);
  assert.equal(connection(waiting)?.title, "Connection lost");
  assert.match(connection(waiting)?.text ?? "", /Trying again in 2\u00a0s\.$/);
  assert.equal(connection(waiting, { lostAt: 0, wasOpen: false, problem: "" })?.title, "No connection");
});

test("a server problem is quoted", () => {
  assert.match(connection({ connection: "waiting" }, { lostAt: 0, wasOpen: true, problem: "it keeps crashing" })?.text ?? "", /^It keeps crashing\. Your experiment is saved\. Trying again\.$/);
});

test("a known cause is explained", () => {
  const waiting = { connection: "waiting" };
  assert.match(connection({ ...waiting, cause: { kind: "foreign" } })?.text ?? "", /sign-in page/);
  assert.match(connection({ ...waiting, cause: { kind: "refused", text: "wrong origin" } })?.text ?? "", /^Wrong origin\./);
});

test("final states offer a way forward", () => {
  const command = (state) => connection({ connection: state })?.choices?.[0].command;
  assert.deepEqual(["full", "moved", "outdated"].map(command), ["retry", "takeOver", "reload"]);
  assert.match(connection({ connection: "full", reason: "" })?.text ?? "", /^All its places are taken\./);
});

test("a connection forgets the previous problem", () => {
  let link = newLink(100);
  link = linkAfter(link, { connection: "waiting", reason: "full" }, 200);
  assert.deepEqual(link, { lostAt: 100, wasOpen: false, problem: "full" });
  link = linkAfter(link, { connection: "connecting", reason: "" }, 300);
  assert.equal(link.problem, "full");
  link = linkAfter(link, { connection: "open", reason: "" }, 400);
  assert.deepEqual(link, { lostAt: Infinity, wasOpen: true, problem: "" });
  assert.equal(linkAfter(link, { connection: "waiting", reason: "" }, 500).lostAt, 500);
});

/* ---- Messages on the page ---- */

const BLOCKED = { kind: "blocked", how: "refused", status: null, isSure: true };
const NEW = { lostAt: 0, wasOpen: false, problem: "" };

test("a suspicion is no statement", () => {
  const { title, text } = connection({ connection: "waiting", cause: { ...BLOCKED, isSure: false } }, NEW) ?? {};
  assert.equal(title, "No live connection yet");
  assert.match(text ?? "", /^The server answers/);
});

test("without a picture, the panel says it all", () => {
  for (const state of ["waiting", "connecting", "joining"]) assert.equal(connection({ connection: state, cause: BLOCKED }, NEW), null);
});

test("a page with a picture offers the panel", () => {
  const { title, text, choices } = connection({ connection: "waiting", retryAt: 7000, cause: BLOCKED }) ?? {};
  assert.deepEqual([title, choices?.map(({ command }) => command)], ["Live connections are blocked", ["explain", "retry"]]);
  assert.match(text ?? "", /Your experiment is saved\. Trying again in 2\u00a0s\.$/);
});

test("cut-off connections are reported even while one works", () => {
  const { title, choices } = connection({ connection: "open", cause: { ...BLOCKED, how: "cut" } }) ?? {};
  assert.deepEqual([title, choices?.map(({ command }) => command)], ["The live connection keeps breaking", ["explain"]]);
});

/** The page's messages, at a time that `wait` moves on. */
function open() {
  const page = openPage({ messages: "div", "message-template": "template" });
  setGlobals({ location: { host: "here" } });
  page.byId("message-template").append(h("div", { class: "message" },
    h("strong"), h("p"), h("ul", { hidden: true }), h("div", { class: "message-buttons" }), h("button", { "data-dismiss": true })));
  const done = [];
  const store = createStore(/** @type {any} */ ({ ...STATE, schema: { fields: [] }, config: { learning_rate: 0.3 } }));
  const actions = createActions(/** @type {any} */ ({ store, send: (sent) => done.push(sent), openExperiment() {}, panels: [] }));
  const commands = Object.fromEntries(["retry", "takeOver", "reload", "explain"].map((name) => [name, () => done.push(name)]));
  let time = 0;
  const messages = createMessages(/** @type {any} */ ({ actions, ...commands, now: () => time }));
  const set = (patch) => {
    store.set(patch);
    messages.draw(null, store.get());
  };
  const shown = () => page.byId("messages").children;
  return {
    done, set, shown,
    titles: () => shown().map((element) => element.querySelector("strong").textContent),
    text: () => shown()[0].querySelector("p").textContent,
    button: (label) => shown().flatMap((element) => element.querySelectorAll("button")).find(({ textContent }) => textContent === label),
    close: () => shown()[0].querySelector("[data-dismiss]"),
    wait(ms) {
      time += ms;
      set({});
    },
  };
}

test("a message can be dismissed", () => {
  const { set, shown, titles, close } = open();
  set({ storageError: "full" });
  assert.deepEqual([titles(), close().hidden, shown()[0].classList.contains("calm")], [["Progress is not saved"], false, true]);
  close().click();
  set({});
  assert.deepEqual(titles(), []);
});

test("divergence buttons work", () => {
  const { set, shown, done, button, close } = open();
  set({ status: { ...STATE.status, diverged: DIVERGED } });
  assert.deepEqual([close().hidden, shown()[0].classList.contains("warn")], [true, true]);
  const retry = button("Retry from epoch 5 with learning rate 0.03");
  assert.deepEqual([retry, button("Rewind")].map((one) => one.classList.contains("main")), [true, false]);
  button("Rewind").click();
  retry.click();
  const [first, second, third] = done;
  assert.deepEqual([first.type, second.changes, third.type], ["rewind", { learning_rate: 0.03 }, "play"]);
});

test("connection buttons work", () => {
  const { set, done, button } = open();
  for (const [connection, label] of [["full", "Try now"], ["moved", "Continue here"], ["outdated", "Load it"]]) {
    set({ connection });
    button(label).click();
  }
  assert.deepEqual(done, ["retry", "takeOver", "reload"]);
});

test("a lost connection is reported after a while", () => {
  const { set, wait, titles } = open();
  set({});
  set({ connection: "waiting", retryAt: 5000 });
  assert.deepEqual(titles(), []);
  wait(500);
  assert.deepEqual(titles(), ["Connection lost"]);
  set({ connection: "open" });
  assert.deepEqual(titles(), []);
});

test("a countdown does not replace its button", () => {
  const { set, wait, text, button } = open();
  set({ connection: "waiting", retryAt: 5000 });
  wait(1000);
  const [before, pressed] = [text(), button("Try now")];
  wait(1000);
  assert.deepEqual([before, text()].map((said) => /in (\d)\u00a0s/.exec(said)?.[1]), ["4", "3"]);
  assert.equal(button("Try now"), pressed);
});

test("several errors form one list", () => {
  const { set, shown } = open();
  const list = () => shown()[0].querySelector("ul");
  set({ errors: [{ code: "bad_value", message: "<b>first</b>" }, { code: "bad_value", message: "second" }] });
  assert.deepEqual([list().hidden, list().children.map(({ textContent }) => textContent), list().querySelector("b")], [false, ["<b>first</b>", "second"], null]);
  set({ errors: [{ code: "bad_value", message: "third" }] });
  assert.deepEqual([shown().length, list().hidden, list().children.length], [1, true, 0]);
});

test("messages of different kinds stay separate", () => {
  const { set, shown, titles, close } = open();
  set({ storageError: "blocked" });
  const [first] = shown();
  set({ warnings: [{ message: "unknown setting" }] });
  assert.deepEqual([titles(), shown()[0]], [["Progress is not saved", "About this link"], first]);
  close().click();
  set({});
  assert.deepEqual(titles(), ["About this link"]);
});
