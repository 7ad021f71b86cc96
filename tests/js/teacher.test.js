import assert from "node:assert/strict";
import { test } from "node:test";

import { createMemory } from "../../static/js/lib/storage.js";
import { ADDRESS_ENTRY, classAddress, isLoopback, rootIn, shownRoot, spokenAddress, wifiText } from "../../static/js/teacher/addresses.js";
import { READY, READY_FOR_DIGITS, answeredText, barsOf, readQuestion } from "../../static/js/teacher/questions.js";
import { createNames } from "../../static/js/teacher/names.js";
import { createClassEntry, secretIn } from "../../static/js/teacher/secret.js";
import { pastedTask, readTask, stepsOf } from "../../static/js/teacher/tasks.js";
import { namesIn, ownerOf, presentText, reachedText, spacedCode, taskText } from "../../static/js/teacher/texts.js";
import { storedClass } from "../../static/js/page/classMenu.js";

/* ---- The secret ---- */

test("only a secret is read as a secret", () => {
  assert.deepEqual(secretIn("#0123456789abcdef-_XYZ"), { secret: "0123456789abcdef-_XYZ", code: "" });
  assert.deepEqual(secretIn("#0123456789abcdef-_XYZ.ABC234"), { secret: "0123456789abcdef-_XYZ", code: "ABC234" });
  for (const hash of ["", "#", "#short", "#dataset=xor&noise=10", "#0123456789abcdef=1"]) assert.equal(secretIn(hash), null);
});

const FIRST = { secret: "first-secret", code: "ABC234" };
const SECOND = { secret: "second-secret", code: "XYZ789" };

/** What one tab of a browser knows, where the same storage is found after a reload. */
function openTab(storage = createMemory(), tab = createMemory()) {
  const open = () => createClassEntry(storage, tab);
  return { entry: open(), reload: open, other: () => openTab(storage), storage };
}

/** A tab whose class the server has accepted. */
function openLed() {
  const opened = openTab();
  opened.entry.begin(FIRST);
  opened.entry.accept(FIRST);
  opened.entry.keep({ seats: 3 });
  return opened;
}

test("a reload finds class and kept state", () => {
  const again = openLed().reload();
  assert.deepEqual([again.get(), again.kept()], [FIRST, { seats: 3 }]);
});

test("an accepted secret replaces the class before", () => {
  const { entry, reload, other } = openLed();
  entry.begin(SECOND);
  entry.accept(SECOND);
  for (const again of [entry, reload(), other().entry]) assert.deepEqual([again.get(), again.kept()], [SECOND, null]);
});

test("a secret waits in its tab until accepted", () => {
  const { entry, reload, other } = openLed();
  entry.begin({ ...SECOND, code: "" });
  assert.deepEqual([reload().get(), reload().kept()], [{ ...SECOND, code: "" }, null]);
  entry.change(SECOND);
  assert.deepEqual(reload().get(), SECOND);
  assert.deepEqual([other().entry.get(), other().entry.kept()], [FIRST, { seats: 3 }]);
});

test("a wrong secret leaves the class before", () => {
  const { entry, reload } = openLed();
  entry.begin(SECOND);
  entry.forget();
  for (const again of [entry, reload()]) assert.deepEqual([again.get(), again.kept()], [FIRST, { seats: 3 }]);
});

test("a renewed secret keeps state and address", () => {
  const { entry, reload, storage } = openLed();
  storage().setItem(ADDRESS_ENTRY, "http://10.0.0.2:8000");
  entry.accept(SECOND);
  assert.deepEqual([reload().get(), reload().kept()], [SECOND, { seats: 3 }]);
  assert.equal(storage().getItem(ADDRESS_ENTRY), "http://10.0.0.2:8000");
});

test("nothing is left of an ended class", () => {
  const { entry, storage } = openLed();
  storage().setItem(ADDRESS_ENTRY, "http://10.0.0.2:8000");
  entry.forget();
  assert.deepEqual([entry.get(), entry.kept(), storage().length, storedClass(storage)], [null, null, 0, null]);
});

test("another class begins without the address before", () => {
  const { entry, storage } = openLed();
  storage().setItem(ADDRESS_ENTRY, "http://10.0.0.2:8000");
  entry.begin(SECOND);
  entry.accept(SECOND);
  assert.equal(storage().getItem(ADDRESS_ENTRY), null);
});

test("a class lasts without storage", () => {
  const blocked = () => {
    throw new Error("no storage");
  };
  const entry = createClassEntry(blocked, blocked);
  entry.begin(FIRST);
  entry.accept(FIRST);
  entry.keep({ seats: 3 });
  assert.deepEqual([entry.get(), entry.kept()], [FIRST, { seats: 3 }]);
});

test("a damaged entry is no class", () => {
  for (const text of ["", "null", "[]", "{}", '{"secret": 1, "code": "A"}']) {
    assert.equal(storedClass(() => ({ getItem: () => text })), null);
  }
});

/* ---- Names ---- */

const NAMED = /** @type {any} */ ({
  tiles: new Map([[4, { seat: 4, name: "Calm Heron", epoch: 7 }]]), watching: { seat: 4, name: "Calm Heron" },
  room: { code: "ABC234", snapshots: [{ number: 1, seat: 4, name: "Calm Heron" }, { number: 2, seat: null, name: null }] },
  results: { task: null, curves: [], results: [{ seat: 4, name: "Calm Heron", epoch: 7 }] },
  digits: { question: 1, drawn: [{ number: 0, name: "Calm Heron", digit: 7, read: 1 }] },
});

test("hidden names leave every view of a class", () => {
  const names = createNames({ tab: createMemory(), onChange: () => {} });
  assert.equal(names.shown(NAMED), NAMED);
  names.toggle();
  const { tiles, watching, room, results, digits } = names.shown(NAMED);
  const shown = [tiles.get(4), watching, room?.snapshots[0], results?.results[0]];
  assert.deepEqual(shown.map((part) => part?.name), Array(4).fill("Student 4"));
  assert.deepEqual([tiles.get(4)?.epoch, room?.snapshots[1].name, digits?.drawn[0].name, digits?.drawn[0].read], [7, null, "", 1]);
  names.toggle();
  assert.equal(names.shown(NAMED), NAMED);
});

test("hidden names change only with the class", () => {
  const names = createNames({ tab: createMemory(), onChange: () => {} });
  names.toggle();
  const before = names.shown(NAMED);
  const after = names.shown({ ...NAMED, tiles: new Map([...NAMED.tiles, [5, { seat: 5, name: "Max" }]]) });
  assert.deepEqual([after.results, after.room, after.tiles.get(4)].map((part, index) => part === [before.results, before.room, before.tiles.get(4)][index]), [true, true, true]);
  assert.notEqual(after.tiles, before.tiles);
});

test("names stay hidden after a reload", () => {
  const tab = createMemory();
  createNames({ tab, onChange: () => {} }).toggle();
  assert.equal(createNames({ tab, onChange: () => {} }).areHidden, true);
});

/* ---- Addresses ---- */

test("loopback addresses are told from others", () => {
  assert.deepEqual(["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "0.0.0.0"].filter(isLoopback).length, 5);
  assert.deepEqual(["192.168.1.20", "localhost.example.org", "school.example.org", "127.example.org"].filter(isLoopback), []);
});

test("typed addresses need no scheme", () => {
  assert.equal(rootIn(" 192.168.1.20:8000/join "), "http://192.168.1.20:8000/");
  assert.equal(rootIn("https://school.example.org"), "https://school.example.org/");
  for (const text of ["", "  ", "two words", "http://"]) assert.equal(rootIn(text), null);
});

test("a pasted page leads to its server", () => {
  const root = "https://school.example.org/class/tools/";
  for (const page of ["", "join", "teach", "teach#secret", "teach/lessons/xor", "class/ABC234", "class/abc%20234/lessons/xor", "lessons/", "lessons/xor#noise=5", "screen", "?embed=1#noise=5"]) {
    assert.equal(rootIn(root + page), root);
  }
  assert.equal(rootIn(root.slice(0, -1)), root);
});

test("students get an address they can open", () => {
  const offered = ["http://192.168.1.20:8000/", "http://10.0.0.2:8000/"];
  const [here, school] = ["http://localhost:8000/", "https://school.example.org/playground/"];
  assert.equal(shownRoot(here, offered, null), offered[0]);
  assert.equal(shownRoot(here, [], null), here);
  assert.equal(shownRoot(school, offered, null), school);
  assert.equal(shownRoot(here, offered, offered[1]), offered[1]);
  assert.equal(classAddress(offered[0], "ABC234"), "http://192.168.1.20:8000/class/ABC234");
  assert.equal(classAddress(school, "ABC234"), "https://school.example.org/playground/class/ABC234");
});

test("a spoken address has only what is typed", () => {
  const roots = ["http://192.168.1.20:8000/", "https://school.example.org/", "https://school.example.org:8443/", "http://school.example.org/user/x/proxy/8000/"];
  assert.deepEqual(roots.map(spokenAddress), ["192.168.1.20:8000", "school.example.org", "https://school.example.org:8443", "school.example.org/user/x/proxy/8000"]);
});

test("Wi-Fi names and passwords are escaped", () => {
  assert.equal(wifiText("Class 5", "a;b:c,d\\e\"f"), 'WIFI:T:WPA;S:Class 5;P:a\\;b\\:c\\,d\\\\e\\"f;;');
  assert.equal(wifiText("Open;", ""), "WIFI:T:nopass;S:Open\\;;;");
});

/* ---- Tasks ---- */

const LESSONS = [{ name: "xor", steps: ["One", "Two", "Three", "Four"] }];
const FORM = { source: /** @type {"experiment" | "lesson" | "link"} */ ("experiment"), text: " Try it. ", experiment: "#noise=5", pasted: "", lesson: "xor", first: 0, last: /** @type {number | null} */ (null) };

test("a pasted address gives experiment or lesson", () => {
  assert.deepEqual(pastedTask("https://a.org/#dataset=xor&noise=10", ["xor"]), { link: "#dataset=xor&noise=10" });
  assert.deepEqual(pastedTask("https://a.org/?dataset=xor", ["xor"]), { link: "?dataset=xor" });
  assert.deepEqual(pastedTask("https://a.org/lessons/xor#noise=1", ["xor"]), { lesson: "xor" });
  for (const text of ["", "https://a.org/", "https://a.org/lessons/none", "https://a.org/#about"]) assert.equal(pastedTask(text, ["xor"]), null);
});

test("a form gives the task it describes", () => {
  assert.deepEqual(readTask(FORM, LESSONS).task, { text: "Try it.", link: "#noise=5" });
  assert.deepEqual(readTask({ ...FORM, source: "lesson", first: 1, last: 2 }, LESSONS).task, { text: "Try it.", lesson: "xor", first: 1, last: 2 });
  assert.deepEqual(readTask({ ...FORM, source: "link", pasted: "a.org/#noise=9" }, LESSONS).task, { text: "Try it.", link: "#noise=9" });
});

test("a useless link is refused with a reason", () => {
  assert.match(readTask({ ...FORM, source: "link" }, LESSONS).fault ?? "", /^Paste/);
  assert.match(readTask({ ...FORM, source: "link", pasted: "hello" }, LESSONS).fault ?? "", /not the link/);
});

test("open steps stay in order and in range", () => {
  assert.deepEqual(stepsOf(1, 2, LESSONS[0]), { first: 1, last: 2 });
  assert.deepEqual(stepsOf(2, 1, LESSONS[0]), { first: 2, last: 2 });
  assert.deepEqual(stepsOf(0, 3, LESSONS[0]), { first: 0, last: null });
  assert.deepEqual(stepsOf(9, null, LESSONS[0]), { first: 3, last: null });
});

/* ---- Questions ---- */

test("every ready question can be asked", () => {
  for (const { text, answers, right, draws = "choose", digit = null } of [...READY, ...READY_FOR_DIGITS]) {
    const { question, fault } = readQuestion({ text, answers, right, kind: /** @type {import("../../static/js/teacher/questions.js").Kind} */ (draws), digit });
    assert.deepEqual([fault, question?.answers.length === 0], [null, draws !== "choose"]);
  }
});

test("empty answers are left out", () => {
  const { question } = readQuestion({ text: " Why? ", answers: ["", "A", " ", " B "], right: 3, kind: "choose", digit: null });
  assert.deepEqual(question, { text: "Why?", answers: ["A", "B"], right: 1 });
});

test("an empty answer cannot be right", () => {
  assert.equal(readQuestion({ text: "Why?", answers: ["A", "B", ""], right: 2, kind: "choose", digit: null }).question?.right, null);
});

test("a drawn question has no answers", () => {
  const asked = (/** @type {"boundary" | "digit"} */ kind) => readQuestion({ text: "Where?", answers: ["A", "B"], right: 0, kind, digit: 7 }).question;
  assert.deepEqual(asked("boundary"), { text: "Where?", answers: [], right: null, draws: "boundary", digit: null });
  assert.deepEqual(asked("digit"), { text: "Where?", answers: [], right: null, draws: "digit", digit: 7 });
});

test("a faulty question is refused with a reason", () => {
  const ask = (/** @type {Partial<Parameters<typeof readQuestion>[0]>} */ form) => readQuestion({ text: "Why?", answers: ["A", "B"], right: null, kind: "choose", digit: null, ...form }).fault ?? "";
  assert.match(ask({ text: " " }), /question/);
  assert.match(ask({ text: "x".repeat(301) }), /301/);
  assert.match(ask({ answers: ["A", ""] }), /two answers/);
  assert.match(ask({ answers: ["A", "A"] }), /same/);
  assert.match(ask({ answers: ["A", "b".repeat(121)] }), /Answer 2/);
});

test("bars are shares of all answers", () => {
  const bars = barsOf({ answers: ["A", "B"], counts: [1, 3], right: 1 });
  assert.deepEqual(bars.map(({ share, isRight }) => [share, isRight]), [[0.25, false], [0.75, true]]);
  assert.deepEqual(barsOf({ answers: ["A", "B"], counts: null, right: null }).map(({ share }) => share), [0, 0]);
});

test("those who left count as having answered", () => {
  assert.deepEqual([answeredText(3, 10), answeredText(12, 10)], ["3 of 10 answered", "12 of 12 answered"]);
});

/* ---- Texts ---- */

test("codes are shown in two groups", () => {
  assert.deepEqual(["ABC234", "ABC", ""].map(spacedCode), ["ABC 234", "ABC", ""]);
});

test("the bar counts who is here", () => {
  assert.equal(presentText({ present: 1, seats: 1 }), "1 student here");
  assert.equal(presentText({ present: 80, seats: 84 }), "80 of 84 students here");
});

test("a task is named with its steps", () => {
  const task = { number: 1, text: "", link: "", lesson: "xor", title: "XOR", first: 0, last: null, go: null, moves: 0 };
  assert.equal(taskText(null), "Nothing handed out yet");
  assert.equal(taskText(task), "XOR, all steps");
  assert.equal(taskText({ ...task, first: 1 }), "XOR, from step 2");
  assert.equal(taskText({ ...task, first: 1, last: 3 }), "XOR, steps 2 to 4");
  assert.equal(taskText({ ...task, first: 1, last: 1 }), "XOR, step 2");
  assert.equal(taskText({ ...task, lesson: null, text: "Separate them." }), "Separate them.");
});

test("a snapshot says whose and how good", () => {
  assert.deepEqual([ownerOf({ seat: null, name: null }), ownerOf({ seat: 2, name: null }), ownerOf({ seat: 2, name: "Calm Heron" })], ["Your network", "A student", "Calm Heron"]);
  assert.equal(reachedText({ epoch: 1200, test_loss: 0.1, test_accuracy: 0.953 }), "epoch 1,200, test accuracy 95.3%");
  assert.equal(reachedText({ epoch: 7, test_loss: 0.1, test_accuracy: null }), "epoch 7, test loss 0.100");
});

test("a list of names forgives its form", () => {
  assert.deepEqual(namesIn("Ada\n\n  Grace   Hopper \nAlan, Ada"), { names: ["Ada", "Grace Hopper", "Alan"], fault: null });
  assert.match(namesIn("x".repeat(25)).fault ?? "", /24/);
  assert.match(namesIn(Array.from({ length: 501 }, (_, number) => `s${number}`).join("\n")).fault ?? "", /501 names/);
});
