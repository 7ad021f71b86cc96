import assert from "node:assert/strict";
import test from "node:test";

import { buttonText, createStarts, measuredText, tallyOf } from "../../static/js/course/starts.js";
import { LOCKED } from "../../static/js/core/locks.js";
import { h } from "../../static/js/lib/dom.js";
import { openPage } from "./fakepage.js";

const GOAL = "goalAccuracy=95";
const FOUR = { link: `#dataset=xor&networkShape=4&seed=0.5&${GOAL}`, view: { goal_accuracy: 95 }, epochs: 200, count: 20, vary: /** @type {const} */ ("both"), reached: 155, measured: 200 };
const EIGHT = { ...FOUR, link: `#dataset=xor&networkShape=8&seed=0.5&${GOAL}`, reached: 200 };

/** Starts of which some have reached the goal. @returns {any} */
const startsOf = (reached, missed, changes = {}) => ({
  id: 1, epochs: 200, vary: "both", ended: "done", axes: [],
  starts: [...Array(reached).fill({ reached: 7 }), ...Array(missed).fill({ reached: null })], ...changes,
});

/** A step with a button for each outcome, twice for the first. */
function open(changes = {}) {
  const page = openPage({ lesson: "section", "lesson-starts": "script", "lesson-note": "p", "luck-measured": "p" });
  page.byId("lesson-starts").textContent = JSON.stringify({ four: FOUR, eight: EIGHT });
  const buttons = ["four", "eight", "four"].map((name) => h("button", { "data-starts": name }, "Try 20"));
  page.byId("lesson").append(...buttons);
  /** @type {any} */
  const state = { link: "#dataset=xor&networkShape=&seed=0.5", view: { locked: [], hidden: [] }, lockReason: LOCKED, errors: [], starts: null, ...changes };
  /** @type {unknown[]} */
  const asked = [];
  const view = createStarts(/** @type {any} */ (page.byId("lesson")), {
    actions: { openStarts: (wanted) => void asked.push(wanted), setView: (goal) => void asked.push(goal) },
    store: /** @type {any} */ ({ get: () => state }),
    openExperiment: (link) => void asked.push(link),
  });
  return {
    page, asked, state, buttons, view,
    /** Something arrives. */
    take(news) {
      Object.assign(state, news);
      view.draw(state);
    },
  };
}

const WANTED = { count: 20, vary: "both", epochs: 200 };

test("a button opens its experiment and trains starts", () => {
  const { buttons, asked, take } = open();
  buttons[0].click();
  assert.deepEqual(asked, [FOUR.link]);
  take({});
  assert.equal(asked.length, 1, "not before the experiment has come");
  take({ link: FOUR.link });
  take({});
  assert.deepEqual(asked, [FOUR.link, WANTED]);
});

test("one's own run survives a new goal", () => {
  const { buttons, asked, take } = open({ link: "#networkShape=4&seed=0.7&dataset=xor&goalAccuracy=95&goalUnits=3" });
  buttons[0].click();
  take({ link: FOUR.link });
  assert.deepEqual(asked, [FOUR.view, WANTED]);
});

test("a present experiment trains starts at once", () => {
  const { buttons, asked } = open({ link: FOUR.link.replace("0.5", "0.7") });
  buttons[0].click();
  assert.deepEqual(asked, [WANTED]);
});

test("locks and goals of courses are left behind", () => {
  const link = "#dataset=xor&networkShape=4";
  for (const view of [{ locked: ["playButton"], hidden: [] }, { locked: [], hidden: ["luck"] }, { locked: [], hidden: [], goals: [["goalTestLossMinThresholdFirst", 0.1]] }]) {
    const { buttons, asked, take } = open({ link, view });
    buttons[0].click();
    assert.deepEqual(asked, [FOUR.link]);
    take({ link: FOUR.link, view: { locked: [], hidden: [] } });
    assert.deepEqual(asked, [FOUR.link, WANTED]);
  }
});

test("a page that shows another network says so", () => {
  const { page, buttons, asked, take } = open({ lockReason: "You are watching another network" });
  buttons[0].click();
  take({});
  assert.deepEqual([asked, page.byId("lesson-note").textContent, page.byId("lesson-note").hidden], [[], "You are watching another network.", false]);
  take({ lockReason: LOCKED });
  assert.equal(page.byId("lesson-note").hidden, true, "until it shows its own again");
});

test("a refused experiment trains no starts", () => {
  const { buttons, asked, take } = open();
  buttons[0].click();
  take({ errors: [{ message: "The server refused." }] });
  take({ link: FOUR.link });
  assert.deepEqual(asked, [FOUR.link]);
});

test("the next step forgets what was asked for", () => {
  const { buttons, asked, take, view } = open();
  buttons[0].click();
  view.begin();
  take({ link: FOUR.link });
  assert.deepEqual(asked, [FOUR.link]);
});

test("buttons say how many starts reached their outcome", () => {
  const { page, buttons, take } = open({ link: FOUR.link });
  const labels = () => buttons.map(({ textContent }) => textContent);
  take({ starts: startsOf(0, 0, { ended: null }) });
  assert.deepEqual(labels(), ["Starting…", "Try 20", "Starting…"]);
  take({ starts: startsOf(2, 1, { ended: null }) });
  assert.deepEqual(labels(), ["2 of 3 so far", "Try 20", "2 of 3 so far"]);
  take({ starts: startsOf(17, 3) });
  assert.deepEqual([labels()[0], page.byId("luck-measured").textContent], ["Here: 17 of 20", "Measured for this lesson: 155 of 200 runs (78%)."]);
  take({ link: EIGHT.link, starts: startsOf(20, 0, { id: 2 }) });
  assert.deepEqual([labels(), page.byId("luck-measured").textContent], [["Here: 17 of 20", "Here: 20 of 20", "Here: 17 of 20"], measuredText(EIGHT)]);
  take({ link: "#dataset=xor&networkShape=4", starts: startsOf(5, 15, { id: 3 }) });
  assert.deepEqual([labels()[0], page.byId("luck-measured").hidden], ["Here: 17 of 20", true], "without the goal, it is another question");
});

test("the button and what came out are shown", () => {
  const { page, buttons, take } = open({ link: FOUR.link });
  /** @type {string[]} */
  const shown = [];
  for (const part of [...buttons, page.byId("luck-measured")]) part.scrollIntoView = () => void shown.push(part.textContent);
  buttons[2].click();
  for (const [count, ended] of [[0, null], [1, null], [2, "done"], [3, "done"]]) take({ starts: startsOf(Number(count), 0, { ended }) });
  assert.deepEqual(shown, ["Starting…", "Here: 2 of 2", measuredText(FOUR)]);
});

test("starts of something else are not counted", () => {
  const other = [{ epochs: 100 }, { vary: "weights" }, { axes: [{}] }].map((changes) => tallyOf(startsOf(1, 1, changes), FOUR.link, FOUR));
  assert.deepEqual([...other, tallyOf(startsOf(1, 1), EIGHT.link, FOUR), tallyOf(startsOf(1, 1), FOUR.link.replace("=95", "=90"), FOUR)], [null, null, null, null, null]);
  assert.deepEqual(tallyOf(startsOf(1, 1), FOUR.link, FOUR), { reached: 1, count: 2, isRunning: false });
});

test("starts that were canceled at once change nothing", () => {
  assert.equal(buttonText({ reached: 0, count: 0, isRunning: false }, "Try 20"), "Try 20");
});
