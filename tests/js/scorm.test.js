import assert from "node:assert/strict";
import { test } from "node:test";

import { fileNameOf, packageFiles, packageZip } from "../../static/js/scorm/package.js";
import { addressFor, bestIn, findApi, resultOf, createSco, suspendData, timespan } from "../../static/js/scorm/sco.js";
import { crc32, zip } from "../../static/js/scorm/zip.js";

const ADDRESS = "https://play.example/tools/?embed=1#goal=1&seed=0.5";
const PARTS = { title: "A <b>\"Spiral\" & more\u0000", address: ADDRESS, scripts: { "sco.js": "1", "start.js": "2" } };

test("the checksum is that of the standard", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
});

test("the same files make the same archive", () => {
  assert.deepEqual(packageZip(PARTS), packageZip(PARTS));
  assert.deepEqual([...zip({ "ä": "x" }).subarray(0, 4)], [0x50, 0x4b, 3, 4]);
});

test("titles and addresses are escaped", () => {
  const files = packageFiles(PARTS);
  assert.match(files["imsmanifest.xml"], /<title>A &lt;b&gt;&quot;Spiral&quot; &amp; more<\/title>/);
  assert.match(files["index.html"], /data-address="https:\/\/play\.example\/tools\/\?embed=1#goal=1&amp;seed=0\.5"/);
});

test("other packages have other identifiers", () => {
  const identifier = (title) => /identifier="(numpy-playground-[0-9a-f]{8})"/.exec(packageFiles({ ...PARTS, title })["imsmanifest.xml"])?.[1];
  assert.notEqual(identifier("a"), identifier("b"));
});

test("file names are plain", () => {
  assert.deepEqual(["Übung: Spirale!", "", "漢字"].map(fileNameOf), ["u-bung-spirale-scorm.zip", "numpy-playground-scorm.zip", "numpy-playground-scorm.zip"]);
});

test("durations have the form of SCORM", () => {
  assert.deepEqual([0, 61_230, 3_600_000, 1e12, -5].map(timespan), ["00:00:00.00", "00:01:01.23", "01:00:00.00", "9999:46:40.00", "00:00:00.00"]);
});

test("the interface is found around and behind", () => {
  const api = { LMSInitialize() {} };
  const top = /** @type {any} */ ({ API: api });
  top.parent = top;
  const between = { parent: top };
  const secret = /** @type {any} */ ({ get API() { throw new Error("SecurityError"); }, parent: between });
  assert.equal(findApi(/** @type {any} */ ({ parent: secret })), api);
  const alone = /** @type {any} */ ({ opener: { parent: between } });
  alone.parent = alone.top = alone;
  assert.equal(findApi(alone), api);
  const nothing = /** @type {any} */ ({ opener: null });
  nothing.parent = nothing.top = nothing;
  assert.equal(findApi(nothing), null);
});

test("an experiment is found in the same package", () => {
  const data = suspendData({ first: "#goal=1&seed=0.5", link: "#goal=1&seed=0.5&noise=5", reached: 1, total: 2 });
  assert.equal(addressFor(ADDRESS, data), "https://play.example/tools/?embed=1#goal=1&seed=0.5&noise=5");
  assert.equal(addressFor(ADDRESS.replace("goal=1", "goal=2"), data), ADDRESS.replace("goal=1", "goal=2"));
  for (const odd of ["", "x", "null", "{}", '{"link": 7, "first": "#goal=1&seed=0.5"}']) assert.equal(addressFor(ADDRESS, odd), ADDRESS);
  assert.deepEqual(["", "[]", data].map(bestIn), [{ reached: 0, total: 0 }, { reached: 0, total: 0 }, { reached: 1, total: 2 }]);
});

test("a long link is not kept", () => {
  const data = suspendData({ first: "#", link: `#${"x".repeat(5000)}`, reached: 1, total: 2 });
  assert.deepEqual(JSON.parse(data), { version: 1, reached: 1, total: 2 });
});

test("the result follows from the goals", () => {
  assert.deepEqual([resultOf(0, 0), resultOf(1, 3), resultOf(3, 3)], [{ status: "completed", score: "" }, { status: "incomplete", score: "33" }, { status: "passed", score: "100" }]);
});

/** A package in a platform that the test is. @param {Record<string, string>} [kept] */
function launch(kept = {}) {
  /** @type {Record<string, string>} */
  const values = { ...kept };
  const calls = [];
  const listeners = new Map();
  const call = (name) => (calls.push(name), "true");
  const API = {
    LMSInitialize: () => call("LMSInitialize"), LMSFinish: () => call("LMSFinish"), LMSCommit: () => call("LMSCommit"), LMSGetLastError: () => "0",
    LMSGetValue: (name) => values[name] ?? "", LMSSetValue: (name, value) => ((values[name] = value), "true"),
  };
  const asked = [];
  const contentWindow = { postMessage: (message, origin) => asked.push([message, origin]) };
  const frame = { dataset: { address: ADDRESS }, contentWindow, src: "", addEventListener: (type, run) => listeners.set(`frame ${type}`, run) };
  let patience = () => {};
  const window = { API, opener: null, location: { origin: "https://lms.example" }, addEventListener: (type, run) => listeners.set(type, run), setTimeout: (run) => (patience = run) };
  const notes = [];
  let clock = 0;
  createSco(/** @type {any} */ ({ window: Object.assign(window, { parent: window, top: window }), frame, say: (text) => notes.push(text), now: () => clock }));
  return {
    values, calls, frame, asked, notes,
    load: () => listeners.get("frame load")(),
    hear: (data, origin = "https://play.example", source = contentWindow) => listeners.get("message")({ data: { from: "numpy-playground", version: 1, ...data }, origin, source }),
    leave: () => listeners.get("pagehide")(),
    wait: () => patience(),
    pass: (ms) => (clock += ms),
  };
}
const READY = { event: "ready", link: ADDRESS, goals: [{ reached: null }, { reached: null }] };

test("a visit goes from incomplete to passed", () => {
  const { values, calls, frame, asked, hear, load, leave, pass } = launch();
  assert.deepEqual([calls[0], values["cmi.core.lesson_status"], frame.src], ["LMSInitialize", "incomplete", ADDRESS]);
  load();
  assert.deepEqual(asked, [[{ to: "numpy-playground", type: "subscribe", version: 1 }, "https://play.example"]]);
  hear(READY);
  hear({ event: "goal", link: `${ADDRESS}&noise=5`, reached: 1, total: 2 });
  assert.deepEqual([values["cmi.core.lesson_status"], values["cmi.core.score.raw"]], ["incomplete", "50"]);
  hear({ event: "goal", link: ADDRESS, reached: 2, total: 2 });
  assert.deepEqual([values["cmi.core.lesson_status"], values["cmi.core.score.raw"]], ["passed", "100"]);
  pass(65_000);
  leave();
  leave();
  assert.deepEqual([values["cmi.core.session_time"], values["cmi.core.exit"], calls.filter((name) => name === "LMSFinish").length], ["00:01:05.00", "", 1]);
});

test("what is passed stays passed", () => {
  const { values, hear } = launch({ "cmi.core.lesson_status": "passed", "cmi.core.score.raw": "100" });
  hear(READY);
  assert.deepEqual([values["cmi.core.lesson_status"], values["cmi.core.score.raw"]], ["passed", "100"]);
});

test("the score of an earlier visit stays", () => {
  const { values, hear, leave } = launch({ "cmi.core.lesson_status": "incomplete", "cmi.suspend_data": '{"reached": 1, "total": 2}' });
  hear(READY);
  assert.equal(values["cmi.core.score.raw"], "50");
  leave();
  assert.deepEqual([values["cmi.core.exit"], JSON.parse(values["cmi.suspend_data"]).reached], ["suspend", 1]);
});

test("without goals, opening is all there is", () => {
  const { values, hear } = launch();
  hear({ ...READY, goals: [] });
  assert.deepEqual([values["cmi.core.lesson_status"], values["cmi.core.score.raw"]], ["completed", undefined]);
});

test("only the frame's own messages count", () => {
  const { values, hear } = launch();
  hear({ event: "goal", reached: 2, total: 2 }, "https://evil.example");
  hear({ event: "goal", reached: 2, total: 2 }, "https://play.example", /** @type {any} */ ({}));
  hear({ event: "goal", reached: 2, total: 2, version: 2 });
  assert.equal(values["cmi.core.lesson_status"], "incomplete");
});

test("a frame that stays silent is explained", () => {
  const { notes, wait } = launch();
  wait();
  assert.match(notes.at(-1), /PLAYGROUND_FRAME_ANCESTORS must list https:\/\/lms\.example\.$/);
});
