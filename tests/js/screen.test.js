import assert from "node:assert/strict";
import test from "node:test";

import { initialClassState } from "../../static/js/classroom/state.js";
import { isPausedBeside, viewOf } from "../../static/js/screen/choose.js";
import { createScreenEntry, entryIn } from "../../static/js/screen/entry.js";
import { createQuestion } from "../../static/js/screen/question.js";
import { fitOf } from "../../static/js/screen/fit.js";
import { columnsFor } from "../../static/js/screen/snapshots.js";
import { answeredText, hereText, networkTitle, ownerText, reachedText, titleOf, waitingTexts } from "../../static/js/screen/texts.js";
import { createMemory } from "../../static/js/lib/storage.js";
import { openPage } from "./fakepage.js";

const SECRET = "abcdefghijklmnop-_1234";

/** The class as a screen knows it. @param {object} [changes] */
const roomWith = (changes = {}) => /** @type {any} */ ({
  code: "K3F7PQ", mode: "explore", present: 0, screen: "auto", question: null, side_by_side: [], snapshots: [], experiment: false, shown: null, task: null, ...changes,
});
/** @param {object | null} room @param {object} [changes] */
const stateWith = (room, changes = {}) => ({ ...initialClassState("screen", "K3F7PQ"), room: room && roomWith(room), ...changes });
const QUESTION = { number: 1 };

/* ---- What is shown ---- */

test("an empty class shows how to join", () => {
  assert.equal(viewOf(stateWith({})), "join");
  assert.equal(viewOf(stateWith({ present: 1 })), "wall");
});

test("the screen follows what the class does", () => {
  const everything = { present: 9, question: QUESTION, mode: "follow", side_by_side: [1], experiment: true };
  assert.equal(viewOf(stateWith(everything)), "question");
  assert.equal(viewOf(stateWith({ ...everything, question: null })), "network");
  assert.equal(viewOf(stateWith({ ...everything, question: null, mode: "explore" })), "snapshots");
  const experimenting = (task) => viewOf(stateWith({ ...everything, question: null, mode: "explore", side_by_side: [], task }, { experiment: /** @type {any} */ ({ task: 2 }) }));
  assert.equal(experimenting({ number: 2 }), "experiment");
  assert.equal(experimenting({ number: 3 }), "wall", "another task was handed out");
});

test("a pause fills the screen, except over questions", () => {
  assert.equal(viewOf(stateWith({ mode: "pause", present: 9, side_by_side: [1] })), "paused");
  assert.equal(viewOf(stateWith({ mode: "pause", question: QUESTION })), "question");
});

test("the teacher's choice comes first", () => {
  const chosen = stateWith({ mode: "pause", question: QUESTION, screen: "wall" });
  assert.equal(viewOf(chosen), "wall");
  assert.equal(isPausedBeside("wall", chosen.room), true);
  assert.equal(isPausedBeside("paused", chosen.room), false);
  assert.equal(isPausedBeside("wall", roomWith()), false);
});

test("a chosen view without content is passed over", () => {
  for (const screen of ["question", "snapshots", "experiment", "network"]) assert.equal(viewOf(stateWith({ screen, present: 1 })), "wall");
  assert.equal(viewOf(stateWith({ screen: "network" }, { watching: { seat: null, name: null } })), "network");
});

test("without a class the screen says why", () => {
  const refusal = /** @type {any} */ ({ code: "no_such_class", message: "" });
  assert.equal(viewOf(stateWith(null)), "connecting");
  assert.equal(viewOf(stateWith(null, { refusal })), "refused");
  assert.equal(viewOf(stateWith({}, { ended: "ended" })), "over");
  assert.match(waitingTexts({ refusal, code: "K3F7PQ" }, true).text, /K3F7PQ is not open/);
  assert.match(waitingTexts({ refusal: null, code: "" }, false).text, /teacher’s page/);
  assert.match(waitingTexts({ refusal: { ...refusal, code: "wrong_secret" }, code: "" }, true).title, /no longer valid/);
});

/* ---- Secret and code ---- */

test("the address holds a secret and a code", () => {
  assert.deepEqual(entryIn(`#${SECRET}.k3f7pq`), { secret: SECRET, code: "K3F7PQ" });
  assert.deepEqual(entryIn(`#${SECRET}`), { secret: SECRET, code: "" });
  for (const hash of ["", "#", "#short", `#${SECRET}.K3F`, "#dataset=xor&networkShape=4", `#${SECRET}.K3F7PQ.`]) assert.equal(entryIn(hash), null);
});

test("a reload finds secret and code again", () => {
  const storage = createMemory();
  const knownCode = () => "";
  const first = createScreenEntry({ hash: `#${SECRET}.K3F7PQ`, storage, knownCode });
  first.change({ code: "AAAAAA", secret: undefined });
  assert.deepEqual(createScreenEntry({ hash: "", storage, knownCode }).get(), { secret: SECRET, code: "AAAAAA" });
  first.change({ secret: "another-secret-here" });
  assert.equal(createScreenEntry({ hash: "", storage, knownCode }).get()?.secret, "another-secret-here");
});

test("the code of this browser's class fills in", () => {
  const entry = createScreenEntry({ hash: `#${SECRET}`, storage: createMemory(), knownCode: () => "K3F7PQ" });
  assert.equal(entry.get()?.code, "K3F7PQ");
});

test("a screen works where nothing is stored", () => {
  const storage = () => {
    throw new Error("blocked");
  };
  assert.equal(createScreenEntry({ hash: "", storage, knownCode: () => "" }).get(), null);
  const entry = createScreenEntry({ hash: `#${SECRET}.K3F7PQ`, storage, knownCode: () => "" });
  entry.change({ code: "AAAAAA" });
  assert.equal(entry.get()?.code, "AAAAAA");
});

test("damaged storage counts as empty", () => {
  const storage = createMemory();
  for (const text of ["{", "null", "7", '{"secret": 7, "code": "K3F7PQ"}']) {
    storage().setItem("class-screen", text);
    assert.equal(createScreenEntry({ hash: "", storage, knownCode: () => "" }).get(), null);
  }
});

/* ---- Words ---- */

test("the title says whose network is shown", () => {
  assert.equal(networkTitle(null), "The teacher’s network");
  assert.equal(networkTitle({ seat: 3, name: null }), "A student’s network");
  assert.equal(networkTitle({ seat: 3, name: "Ada" }), "The network of Ada");
  assert.equal(titleOf("network", { room: roomWith({ shown: { seat: null, name: null } }), watching: { seat: 3, name: "Ada" } }), "The network of Ada");
  assert.equal(titleOf("wall", { room: roomWith({ task: { title: "XOR" } }), watching: null }), "XOR");
  assert.equal(titleOf("join", { room: roomWith(), watching: null }), "");
});

test("numbers are counted in words", () => {
  assert.deepEqual([hereText(0), hereText(1), hereText(24)], ["0 students are here", "1 student is here", "24 students are here"]);
  assert.equal(answeredText(3, 24), "3 of 24 have answered");
  assert.equal(answeredText(24, 24), "All 24 have answered");
  assert.equal(answeredText(5, 4), "All 5 have answered");
});

test("a snapshot has an owner and a result", () => {
  assert.deepEqual([ownerText({ seat: null, name: null }), ownerText({ seat: 2, name: null }), ownerText({ seat: 2, name: "Ada" })], ["Teacher", "A student", "Ada"]);
  assert.equal(reachedText({ epoch: 1200, test_loss: 0.1, test_accuracy: 0.972 }), "97.2% · epoch 1,200");
  assert.equal(reachedText({ epoch: 7, test_loss: 0.1, test_accuracy: null }), "Test loss 0.100 · epoch 7");
});

test("snapshots fill one row or two", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6].map(columnsFor), [1, 2, 3, 4, 3, 3]);
});

/* ---- The question ---- */

/** The view of a question on a page, and what it shows of each answer. */
function questionView() {
  const page = openPage({ "screen-question": "section", "screen-question-text": "h2", "screen-answers": "ol", "screen-drawings": "canvas", "screen-digits": "ul", "screen-reader": "p", "screen-answered": "p", "screen-answered-bar": "i" });
  const view = createQuestion();
  const list = page.byId("screen-answers");
  return {
    page, list,
    /** @param {object} question @param {object} [changes] */
    draw: (question, changes = {}) => view.draw(stateWith({ present: 10, question: { number: 1, text: "Why?", answers: ["Yes", "No"], draws: null, answered: 4, revealed: false, counts: null, right: null, ...question } }, changes), /** @type {any} */ ({ data: null, theme: "light" })),
    rows: () => list.children.map((row) => [row.querySelector(".screen-count").textContent, row.querySelector("i").style.width, row.classList.contains("right")]),
  };
}

test("answers show no counts before they are known", () => {
  const { draw, rows, list, page } = questionView();
  draw({});
  assert.deepEqual(rows(), [["", "0%", false], ["", "0%", false]]);
  assert.equal(list.classList.contains("known"), false);
  assert.equal(page.byId("screen-answered").textContent, "4 of 10 have answered");
  assert.equal(page.byId("screen-answered-bar").style.width, "40%");
});

test("bars grow without telling the right answer", () => {
  const { draw, rows } = questionView();
  draw({ counts: [1, 3], right: 1 });
  assert.deepEqual(rows(), [["1 · 25%", "25%", false], ["3 · 75%", "75%", false]]);
});

test("revealed answers mark the right one", () => {
  const { draw, rows } = questionView();
  draw({});
  draw({ counts: [1, 3], right: 1, revealed: true });
  assert.deepEqual(rows(), [["1 · 25%", "25%", false], ["✓ 3 · 75%", "75%", true]]);
});

test("drawn boundaries lie over one another", () => {
  const { draw, page, list } = questionView();
  const canvas = page.byId("screen-drawings");
  const lines = [0, 1].map((owner) => ({ owner, points: Float32Array.of(-6, 0, 6, 0) }));
  draw({ answers: [], draws: "boundary" }, { drawings: { question: 1, lines } });
  assert.deepEqual([canvas.hidden, list.hidden], [false, true]);
  assert.equal(canvas.calls.filter((/** @type {string} */ name) => name === "stroke").length, 2);
  draw({ answers: [], draws: "boundary" }, { drawings: { question: 0, lines } });
  assert.equal(canvas.calls.filter((/** @type {string} */ name) => name === "stroke").length, 2);
});

test("digits that are read wrongly come first", () => {
  const { draw, page, list } = questionView();
  const one = (/** @type {number} */ number, /** @type {number | null} */ read) => ({ number, name: "", digit: 7, read, certainty: read === null ? null : 0.9 });
  const digits = { question: 1, side: 2, drawn: [one(0, 7), one(1, null), one(2, 1)], pictures: new Map([[0, Uint8Array.of(0, 9, 0, 9)]]), epoch: 12, accuracy: 0.94 };
  draw({ answers: [], draws: "digit", digit: 7, side: 2 }, { digits });
  const shown = page.byId("screen-digits");
  assert.deepEqual([shown.hidden, list.hidden, page.byId("screen-drawings").hidden], [false, true, true]);
  assert.deepEqual(shown.children.map((/** @type {any} */ tile) => [tile.dataset.number, tile.dataset.verdict]), [["2", "wrong"], ["1", "unread"], ["0", "right"]]);
  assert.equal(page.byId("screen-answered").textContent, "1 of 3 read correctly · 4 of 10 have answered");
  assert.match(page.byId("screen-reader").textContent, /epoch 12, .* 94.0%/);
  draw({ answers: [], draws: "digit", digit: 7, side: 2 }, { digits: { ...digits, drawn: [one(2, 7)] } });
  assert.deepEqual(shown.children.map((/** @type {any} */ tile) => [tile.dataset.number, tile.dataset.verdict]), [["2", "right"]]);
});

test("questions are as large as texts allow", () => {
  const long = "word ".repeat(24);
  assert.equal(fitOf({ text: "Will it separate the classes?", answers: ["Yes", "No"] }), 0);
  assert.equal(fitOf({ text: "Which learning rate learns fastest?", answers: ["0.001", "0.03", "0.3", "10"] }), 0);
  assert.ok(fitOf({ text: long, answers: ["Yes", "No", "Only with lucky initial weights", "It depends on the data", "Never"] }) > 0);
  assert.equal(fitOf({ text: long.repeat(2), answers: Array.from({ length: 6 }, () => long) }), 4);
  assert.ok(fitOf({ text: long.repeat(2), answers: [] }) > fitOf({ text: "Where?", answers: [] }));
});
