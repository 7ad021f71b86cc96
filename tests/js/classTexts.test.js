import assert from "node:assert/strict";
import test from "node:test";

import { isExperimenting } from "../../static/js/classroom/state.js";
import { aboutSnapshot } from "../../static/js/student/compare.js";
import { drawnLines, withLine, withPoint } from "../../static/js/student/pad.js";
import { barsOf, isAboutName, lineOf, namesLike, pauseOf, presenceOf, refusalOf, watchedText } from "../../static/js/student/texts.js";

const JOINED = { waiting: false, trying: false, seat: 4 };
const ROOM = { mode: "explore", present: 7, teacher: true, settings: { may_try: true }, task: { text: "Find it.", title: "" }, shown: null };
const state = ({ joined = {}, room = {}, ...more } = {}) => /** @type {any} */ ({ role: "student", joined: { ...JOINED, ...joined }, room: { ...ROOM, ...room }, watching: null, refusal: null, ended: null, experiment: null, ...more });
const cell = (index, seat, result = null) => [index, { index, seat, values: {}, share: 0, result }];
const experiment = (task, ...cells) => ({ task, number: 1, epochs: 200, total: 3, canceled: false, cells: new Map(cells) });

test("the line says what matters most", () => {
  const teacher = { seat: null, name: null };
  const said = (now) => [lineOf(now, []).text.split(" ").slice(0, 4).join(" "), lineOf(now, []).button?.command ?? null];
  assert.deepEqual(said(state()), ["Find it.", null]);
  assert.deepEqual(said(state({ watching: teacher, room: { mode: "follow" } })), ["Watching your teacher’s network", "tryIt"]);
  assert.deepEqual(said(state({ watching: teacher, room: { mode: "follow", settings: { may_try: false } } })), ["Watching your teacher’s network", null]);
  assert.deepEqual(said(state({ joined: { trying: true }, room: { mode: "follow" } })), ["This is your own", "goBack"]);
  assert.deepEqual(said(state({ joined: { waiting: true }, watching: teacher })), ["Your teacher will let", null]);
  assert.deepEqual(said(state({ refusal: { code: "no_such_class" } })), ["The class is interrupted.", null]);
  assert.deepEqual(said(state({ room: { mode: "follow", shown: { seat: 4 } } })), ["The class is watching", null]);
  assert.deepEqual(said(state({ room: { task: null } })), ["No task yet: explore", null]);
  assert.deepEqual(said(state({ room: { task: { title: "", text: "" } } })), ["Your teacher has handed", null]);
});

test("an experiment is named until another task", () => {
  const of = (...parts) => lineOf(state({ room: { task: { number: 2, text: "Find it.", title: "" } }, experiment: experiment(...parts) }), []);
  assert.deepEqual(of(2, cell(1, 4)), { text: "You have start 2 of 3. It trains for 200 epochs.", tone: "task", button: { label: "See all runs", command: "seeRuns" } });
  assert.equal(of(2, cell(0, 9)).text, "Your class runs an experiment: 0 of 3 runs done.");
  assert.equal(of(1, cell(1, 4)).text, "Find it.");
  assert.equal(isExperimenting(state({ room: { task: null }, experiment: experiment(0) })), true);
});

test("names appear only if they may be seen", () => {
  assert.deepEqual([{ seat: 2, name: "Ada" }, { seat: 2, name: null }, { seat: null, name: null }].map(watchedText),
    ["Watching Ada’s network", "Watching a classmate’s network", "Watching your teacher’s network"]);
});

test("presence says whether the teacher is away", () => {
  assert.deepEqual([{}, { room: { teacher: false } }, { joined: { waiting: true } }].map((parts) => presenceOf(state(parts))), [{ here: "7 here", away: "" }, { here: "7 here", away: "teacher away" }, { here: "", away: "" }]);
});

test("a pause covers the page until the end", () => {
  assert.equal(pauseOf(state({ room: { mode: "pause" } }))?.title, "Eyes on the teacher");
  assert.equal(pauseOf(state({ room: { mode: "pause" }, ended: "ended" })), null);
  assert.equal(pauseOf(state()), null);
});

test("only final refusals stop the page", () => {
  const isFinal = (code) => refusalOf({ code, message: "Why." }, "ABC234", false).isFinal;
  assert.deepEqual(["no_such_class", "class_locked", "class_full", "rate_limited", "bad_seat"].map(isFinal), [false, false, false, false, true]);
  assert.equal(refusalOf({ code: "other", message: "Why." }, "ABC234", false).text, "Why.");
  assert.deepEqual([isAboutName(/** @type {any} */ ({ code: "name_taken" })), isAboutName(/** @type {any} */ ({ code: "class_full" })), isAboutName(null)], [true, false, false]);
});

test("a closed class is waited for", () => {
  const textFor = (isKnown) => refusalOf({ code: "no_such_class", message: "Why." }, "ABC234", isKnown).text;
  assert.match(textFor(false), /^Check the code .* this page joins as soon as the class is open\.$/);
  assert.match(textFor(true), /^It is interrupted, or has ended\. .* joins again by itself\.$/);
});

test("a search forgives case and accents", () => {
  assert.deepEqual(namesLike(["Zoë", "Émile", "Ada"], " e"), ["Zoë", "Émile"]);
  assert.deepEqual(namesLike(["Zoë", "Ada"], ""), ["Zoë", "Ada"]);
});

test("bars mark the right and the own answer", () => {
  const question = { answers: ["a", "b", "c"], counts: [1, 3, 0], right: 0 };
  assert.deepEqual(barsOf(question, 1).map(({ share, percent, marks }) => [share, percent, marks]), [[0.25, "25%", "Right answer"], [0.75, "75%", "Your answer"], [0, "0%", ""]]);
  assert.deepEqual(barsOf({ answers: ["a"], counts: [0], right: null }, null).map(({ share, marks }) => [share, marks]), [[0, ""]]);
});

test("a snapshot tells the loss that there is", () => {
  const snapshot = (train, test) => /** @type {any} */ ({ epoch: 1200, train_loss: train, test_loss: test });
  assert.deepEqual([aboutSnapshot(snapshot(0.2, 0.1)), aboutSnapshot(snapshot(0.2, null)), aboutSnapshot(snapshot(null, null))],
    ["Epoch 1,200 · test loss 0.100", "Epoch 1,200 · training loss 0.200", "Epoch 1,200"]);
});

test("drawn lines stay within the plane", () => {
  const strokes = withPoint(withLine([], [-9, 0]), [0, 99.123]);
  assert.deepEqual(strokes, [[[-6, 0], [0, 6]]]);
});

test("points that are too near are left out", () => {
  const line = withLine([], [0, 0]);
  assert.equal(withPoint(line, [0.05, 0.05]), line);
  assert.equal(withPoint([], [1, 1]).length, 0);
});

test("drawings end at the most that is taken", () => {
  let strokes = withLine([], [0, 0]);
  for (let i = 1; i < 1500; i++) strokes = withPoint(strokes, [i % 2 ? 1 : -1, 0]);
  assert.equal(strokes[0].length, 1000);
  const full = Array.from({ length: 20 }, () => [[0, 0]]);
  assert.equal(withLine(full, [1, 1]), full);
});

test("dots are not sent", () => {
  assert.deepEqual(drawnLines([[[0, 0]], [[0, 0], [1, 1]]]), [[[0, 0], [1, 1]]]);
});
