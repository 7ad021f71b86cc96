import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore } from "../../static/js/core/store.js";
import { goalEvents, hasGoals, readSubscription } from "../../static/js/embed/events.js";
import { createFrameEvents } from "../../static/js/embed/frame.js";
import { mayFrame } from "../../static/js/embed/origins.js";

const OWN = "https://play.example";
const SUBSCRIBE = { to: "numpy-playground", type: "subscribe", version: 1 };

test("origins match like frame-ancestors of a policy", () => {
  const cases = [
    ["https://school.example", ["https://school.example", "https://school.example:443"], ["http://school.example", "https://school.example:8443", "https://www.school.example", "https://school.example.evil.example"]],
    ["https://*.school.example", ["https://moodle.school.example", "https://a.b.school.example"], ["https://school.example", "https://evilschool.example", "http://moodle.school.example"]],
    ["http://localhost:*", ["http://localhost", "http://localhost:8888", "https://localhost:1"], ["http://localhost.evil.example:80", "http://127.0.0.1:8888"]],
    ["http://school.example", ["http://school.example", "https://school.example"], ["https://school.example:80", "http://school.example:8080"]],
    ["https://school.example:8443", ["https://school.example:8443"], ["https://school.example"]],
    ["file:", ["null", "file://"], ["https://file", "http://null"]],
    ["vscode-webview:", ["vscode-webview://abc"], ["null", "https://vscode-webview"]],
  ];
  for (const [source, right, wrong] of /** @type {[string, string[], string[]][]} */ (cases)) {
    for (const origin of right) assert.equal(mayFrame(origin, OWN, [source]), true, `${source} ${origin}`);
    for (const origin of wrong) assert.equal(mayFrame(origin, OWN, [source]), false, `${source} ${origin}`);
  }
});

test("its own origin may frame it, others not", () => {
  assert.deepEqual([OWN, "https://other.example", "null", ""].map((origin) => mayFrame(origin, OWN, [])), [true, false, false, false]);
});

test("a subscription has a name, type and version", () => {
  assert.deepEqual(readSubscription(SUBSCRIBE), { isOurs: true, fault: "" });
  for (const message of [null, "subscribe", 7, {}, { ...SUBSCRIBE, to: "other" }]) assert.equal(readSubscription(message).isOurs, false);
  assert.deepEqual(readSubscription({ ...SUBSCRIBE, version: 2 }), { isOurs: true, fault: "version: got 2; expected 1" });
  assert.deepEqual(readSubscription({ ...SUBSCRIBE, type: "listen" }), { isOurs: true, fault: 'type: got "listen"; expected "subscribe"' });
});

test("constraints alone are no goal", () => {
  assert.deepEqual([{}, { goal_epochs: 5 }, { goal_gap: 0 }, { goals: [["a", 1]] }].map((view) => hasGoals(/** @type {any} */ (view))), [false, false, true, true]);
});

const goal = (name, reached = null) => /** @type {any} */ ({ name, label: name.toUpperCase(), reached, medal: "own" });

test("each goal is told once, and then all", () => {
  const [none, one, both] = [[goal("a"), goal("b")], [goal("a", 5), goal("b")], [goal("a", 5), goal("b", 9)]];
  assert.deepEqual(goalEvents(none, none, "L"), []);
  assert.deepEqual(goalEvents(none, one, "L").map(({ event }) => event), ["goal"]);
  assert.deepEqual(goalEvents(one, both, "L").map(({ event }) => event), ["goal", "all_goals"]);
  assert.deepEqual(goalEvents(both, both, "L"), []);
});

/** A playground in a frame, whose parent the test is. */
function framed({ ancestors = ["https://*.school.example"] } = {}) {
  const posted = [];
  const parent = { postMessage: (data, origin) => posted.push([data, origin]) };
  let receive = (/** @type {any} */ _) => {};
  let clock = 5000;
  /** @type {{run: () => void, at: number} | null} */
  let timer = null;
  const window = { parent, location: { origin: OWN }, addEventListener: (_, listener) => (receive = listener) };
  const store = createStore(/** @type {any} */ ({ link: "#a=1", goals: [], status: { playing: false }, view: {} }));
  const events = createFrameEvents(/** @type {any} */ ({
    window, store, ancestors, addressOf: (link) => `${OWN}/${link}`, now: () => clock,
    setTimeout: (run, delay) => ((timer = { run, at: clock + delay }), 1), clearTimeout: () => (timer = null),
  }));
  return {
    posted, store, parent,
    names: () => posted.map(([{ event }]) => event),
    say: (data = SUBSCRIBE, origin = "https://moodle.school.example", source = /** @type {any} */ (parent)) => receive({ data, origin, source }),
    show: (epoch, playing = true) => {
      store.set({ status: { playing } });
      events.draw(/** @type {any} */ ({ epoch, train_loss: 0.5, test_loss: 0.6, surface: [] }));
    },
    pass(ms) {
      clock += ms;
      const due = timer && timer.at <= clock ? timer : null;
      if (due) timer = null;
      due?.run();
    },
  };
}

test("nobody but an allowed parent gets an answer", () => {
  const { say, show, posted, names } = framed();
  show(0);
  say(SUBSCRIBE, "https://evil.example");
  say(SUBSCRIBE, "https://moodle.school.example", { postMessage() {} });
  say({ ...SUBSCRIBE, to: "else" });
  assert.deepEqual(posted, []);
  say();
  assert.deepEqual([names(), posted[0][1]], [["ready"], "https://moodle.school.example"]);
});

test("ready says all there is", () => {
  const { say, show, posted } = framed();
  say();
  assert.deepEqual(posted, []);
  show(3, false);
  assert.deepEqual(posted[0][0], { from: "numpy-playground", version: 1, event: "ready", link: `${OWN}/#a=1`, goals: [], epoch: 3, train_loss: 0.5, test_loss: 0.6, playing: false });
});

test("ready waits for the goals of the link", () => {
  const { say, show, store, names, posted } = framed();
  store.set(/** @type {any} */ ({ view: { goal_gap: 0.1 } }));
  say();
  show(0);
  assert.deepEqual(names(), []);
  store.set({ goals: [goal("a", 1), goal("b")] });
  assert.deepEqual(posted.map(([{ event, goals }]) => [event, goals]), [["ready", [{ name: "a", label: "A", reached: 1 }, { name: "b", label: "B", reached: null }]]]);
  store.set({ goals: [goal("a", 1), goal("b", 4)] });
  assert.deepEqual(names(), ["ready", "goal", "all_goals"]);
  assert.deepEqual([posted[1][0].reached, posted[1][0].total], [2, 2]);
});

test("a reconnection repeats no goal", () => {
  const { say, show, store, names } = framed();
  say();
  show(0);
  store.set({ goals: [goal("a", 4)] });
  store.set({ goals: [] });
  store.set({ goals: [goal("a", 4)] });
  assert.deepEqual(names(), ["ready", "goal", "all_goals"]);
});

test("progress comes once a second and at ends", () => {
  const { say, show, pass, posted } = framed();
  say();
  show(0);
  const epochs = () => posted.filter(([{ event }]) => event === "progress").map(([{ epoch }]) => epoch);
  for (const epoch of [1, 2, 3]) show(epoch);
  assert.deepEqual(epochs(), []);
  pass(1000);
  assert.deepEqual(epochs(), [3]);
  show(4);
  show(5, false);
  assert.deepEqual(epochs(), [3, 5]);
  pass(1000);
  show(5, false);
  assert.deepEqual(epochs(), [3, 5]);
});

test("a wrong subscription is told what is expected", () => {
  const { say, posted } = framed();
  say({ ...SUBSCRIBE, version: 2 });
  assert.deepEqual(posted[0][0], { from: "numpy-playground", version: 1, event: "error", message: "version: got 2; expected 1" });
});

test("a page without an origin is reached", () => {
  const { say, show, posted } = framed({ ancestors: ["file:"] });
  show(0);
  say(SUBSCRIBE, "null");
  assert.equal(posted[0][1], "*");
});
