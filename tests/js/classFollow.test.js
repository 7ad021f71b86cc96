import assert from "node:assert/strict";
import test from "node:test";

import { isHeld, isPaused, isTaken, maySend, readOnly, selectedIn } from "../../static/js/classroom/follow.js";
import { createElsewhere } from "../../static/js/classroom/elsewhere.js";
import { createMemory } from "../../static/js/lib/storage.js";
import { base64Of } from "../../static/js/net/protocol.js";
import { markedBy, openedBy, pointingOf, readBy, readingBy } from "../../static/js/classroom/pointing.js";

const student = ({ mode = "explore", waiting = false, watching = null, role = "student" } = {}) =>
  /** @type {any} */ ({ role, room: { mode }, joined: { waiting }, watching });
const WATCHING = { seat: null, name: null };

test("only students in the class are paused", () => {
  assert.deepEqual([student({ mode: "pause" }), student({ mode: "pause", waiting: true }), student({ mode: "pause", role: "teacher" }), student()].map(isPaused), [true, false, false, false]);
});

test("a held page sends nothing that trains", () => {
  const sendable = (state) => ["play", "select", "ack", "hello", "answer", "return"].filter((type) => maySend(type, state));
  assert.deepEqual(sendable(student({ watching: WATCHING })), ["ack", "hello", "answer", "return"]);
  assert.deepEqual(sendable(student({ mode: "pause" })), ["ack", "hello", "answer", "return"]);
  assert.equal(sendable(student()).length, 6);
  assert.equal(isHeld(student({ role: "teacher", watching: WATCHING })), true);
});

test("a watched experiment is locked as a whole", () => {
  const message = /** @type {any} */ ({ type: "config", link: "#a", view: { hidden: ["noise"], locked: ["noise"], words: true } });
  const { view, link } = readOnly(message, [{ name: "noise" }, { name: "weights" }, { name: "surface" }, { name: "playButton" }]);
  assert.deepEqual([link, view], ["#a", { hidden: ["noise", "weights"], locked: ["noise", "playButton"], words: true }]);
  assert.deepEqual(message.view.locked, ["noise"], "the message itself stays");
});

test("frames show the output or one unit", () => {
  const frame = (selected, classes) => /** @type {any} */ ({ selected, arrays: { classes }, shapes: { thumbnails: [5, 10, 10] } });
  assert.equal(selectedIn(frame(11), [2, 4, 1], 7), null);
  assert.equal(selectedIn(frame(8), [2, 4, 1], 7), 8);
  assert.equal(selectedIn(frame(9, new Uint8Array(4)), [2, 2, 3], 7), null);
  assert.equal(selectedIn(frame(9), [2, 2, 3], 7), 9);
  assert.equal(selectedIn(/** @type {any} */ ({ selected: -1, arrays: {}, shapes: {}, digits: {} }), [64, 5, 10], 7), null);
});

test("before joining, errors are the class's", () => {
  assert.deepEqual([isTaken({ type: "error" }, true), isTaken({ type: "error" }, false), isTaken({ type: "joined" }, false), isTaken({ type: "frame" }, true)], [true, false, true, false]);
});

const page = ({ marked = null, dock = "none", panel = null, last = "gradients", followed = /** @type {object | null} */ (null) } = {}) =>
  /** @type {any} */ ({ marked, followed, dock, view: { compare: [], hidden: [] }, inside: { panel, last, options: {} } });

test("what is pointed at arrives as it was", () => {
  assert.equal(markedBy(pointingOf(page({ marked: 12 }))), 12);
  assert.equal(markedBy(pointingOf(page())), null);
  assert.equal(markedBy(pointingOf(page({ marked: 0 }))), 0);
  const { dock, inside } = openedBy(pointingOf(page({ dock: "inside", panel: "weights" })), page(), ["weights"]);
  assert.deepEqual([dock, inside?.panel, inside?.last], ["inside", "weights", "weights"]);
  assert.equal(openedBy(pointingOf(page({ dock: "compare" })), page(), []).dock, "compare");
});

test("the picture that is read travels along", () => {
  const pixels = Uint8Array.of(0, 128, 255, 7);
  const { drawing } = pointingOf(page({ followed: { pixels } }));
  assert.deepEqual(readBy({ hovered: null, panel: null, drawing: drawing && base64Of(drawing) }), { pixels });
  assert.deepEqual(readBy(/** @type {any} */ (pointingOf(page({ followed: { example: 0 } })))), { example: 0 });
  assert.deepEqual([readBy(null), readBy({ hovered: null, panel: null }), readBy({ hovered: null, panel: null, drawing: "%" })], [null, null, null]);
});

test("what is read comes from the frames", () => {
  const activations = Float32Array.of(0.5, 0, 0, 0, 0.75, 0, 0, 0, 0, 0, 0.25);
  assert.deepEqual(readingBy({ example: 7 }, activations), { answer: 3, activations: [[...activations]], example: 7, label: null, after: -1 });
  assert.equal(readingBy({ pixels: new Uint8Array(4) }, activations)?.example, null);
  assert.deepEqual([readingBy(null, activations), readingBy({ example: 7 }, null)], [null, null]);
});

test("runs of the teacher are nobody else's", () => {
  assert.deepEqual(pointingOf(page({ dock: "runs" })), { hovered: null, panel: null, example: null, drawing: null });
});

test("only panels that follow are closed", () => {
  assert.equal(openedBy(null, page({ dock: "inside", panel: "weights" }), ["weights"]).dock, "none");
  assert.deepEqual(openedBy(null, page({ dock: "runs" }), []), {});
});

test("damaged pointing marks nothing", () => {
  assert.deepEqual(["part x", "part -1", "part 1.5", "<b>", ""].map((hovered) => markedBy({ hovered, panel: null })), [null, null, null, null, null]);
  assert.deepEqual(openedBy({ hovered: null, panel: "inside nothing" }, page(), ["weights"]), {});
});

/** A teacher's page, and where it goes. */
function teacherAt(tab = createMemory(), ownLink = "#own") {
  /** @type {string[]} */
  const went = [];
  return { went, tab, page: createElsewhere({ tab, go: (path) => went.push(path), ownLink: () => ownLink }) };
}

test("a teacher's experiment opens on its own page", () => {
  const { page, went } = teacherAt();
  page.leave("digits", "#dataset=mnist", null);
  page.refused();
  assert.deepEqual(went, ["teach/digits#dataset=mnist"]);
});

test("a look goes on on the other page", () => {
  const { page, went, tab } = teacherAt();
  page.leave("digits", "#theirs", { seat: 7 });
  assert.deepEqual(went, ["teach/digits#own"]);
  const next = teacherAt(tab);
  assert.equal(next.page.seat, 7);
  next.page.leave("plane", "#own", null);
  assert.deepEqual(next.went, [], "the student's network is on its way");
  next.page.arrived();
  next.page.leave("plane", "#own", null);
  assert.deepEqual(next.went, ["teach#own"]);
  assert.equal(teacherAt(tab).page.seat, null, "only once");
});

test("a look that is refused leads back", () => {
  const { page, tab } = teacherAt();
  page.leave("digits", "#theirs", { seat: 7 });
  const next = teacherAt(tab);
  next.page.leave("plane", "#own", null);
  next.page.refused();
  assert.deepEqual(next.went, ["teach#own"]);
});
