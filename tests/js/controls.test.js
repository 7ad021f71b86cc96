import assert from "node:assert/strict";
import test from "node:test";

import { createGoals } from "../../static/js/controls/goals.js";
import { createRunUntil } from "../../static/js/controls/runUntil.js";
import { createTransport } from "../../static/js/controls/transport.js";
import { h } from "../../static/js/lib/dom.js";
import { createMemory } from "../../static/js/lib/storage.js";
import { openPage } from "./fakepage.js";

const FRAME = { epoch: 12, epochs_per_second: 30, train_loss: 0.25, test_loss: 0.5, validation_loss: null, train_accuracy: 0.9, test_accuracy: 0.8, learning_rate: 0.01 };
const ids = (tag, ...names) => Object.fromEntries(names.map((name) => [name, tag]));

/* ---- Transport ---- */

function openTransport() {
  const page = openPage({
    ...ids("button", "play-pause-button"), ...ids("div", "transport"), ...ids("select", "speed", "learningRate"), ...ids("output", "iter-number"),
    ...ids("span", "live", "epochs-per-second", "losses", "validation-metric", ...["train", "test", "validation"].flatMap((part) => [`loss-${part}`, `accuracy-${part}`])),
  });
  page.body.append(h("div", { class: "field" }, page.byId("learningRate")));
  page.byId("speed").append(...["epoch", "max"].map((value) => h("option", { value }, value)));
  const speeds = [];
  const transport = createTransport({ actions: /** @type {any} */ ({ setSpeed: (speed) => speeds.push(speed) }) });
  const draw = (frame, { schedule = "constant", ...status } = {}) => transport.draw(frame, /** @type {any} */ ({ status: { playing: false, speed: "epoch", ...status }, config: { schedule } }));
  return { page, speeds, draw, text: (id) => page.byId(id).textContent };
}

test("the play button offers the opposite", () => {
  const { page, draw } = openTransport();
  const play = page.byId("play-pause-button");
  draw(null, { playing: true });
  assert.deepEqual([play.getAttribute("aria-label"), play.classList.contains("playing"), globalThis.document.documentElement.hasAttribute("data-playing")], ["Pause", true, true]);
  draw(null, { playing: false });
  assert.deepEqual([play.getAttribute("aria-label"), play.classList.contains("playing"), globalThis.document.documentElement.hasAttribute("data-playing")], ["Play", false, false]);
});

test("the speed list shows and sets the speed", () => {
  const { page, speeds, draw } = openTransport();
  draw(null, { speed: "max" });
  assert.equal(page.byId("speed").value, "max");
  page.byId("speed").value = "epoch";
  page.fire(page.byId("speed"), "change");
  assert.deepEqual(speeds, ["epoch"]);
});

test("a frame's numbers reach their readouts", () => {
  const { draw, text } = openTransport();
  draw(FRAME, { playing: true });
  assert.deepEqual(["loss-train", "loss-test", "accuracy-train", "accuracy-test"].map(text), ["0.250", "0.500", "90.0% correct", "80.0% correct"]);
  assert.match(text("iter-number"), /12$/);
  assert.match(text("epochs-per-second"), /30/);
});

test("validation is shown only where measured", () => {
  const { page, draw } = openTransport();
  draw(FRAME);
  assert.deepEqual([page.byId("validation-metric").hidden, page.byId("losses").classList.contains("three")], [true, false]);
  draw({ ...FRAME, validation_loss: 0.4 });
  assert.deepEqual([page.byId("validation-metric").hidden, page.byId("losses").classList.contains("three")], [false, true]);
});

test("a scheduled learning rate appears beside its list", () => {
  const { page, draw } = openTransport();
  draw(FRAME);
  assert.equal(page.byId("learning-rate-now").hidden, true);
  draw(FRAME, { schedule: "cosine" });
  assert.deepEqual([page.byId("learning-rate-now").hidden, page.byId("learning-rate-now").textContent], [false, "now 0.01"]);
});

test("starting and pausing are announced", () => {
  const { draw, text } = openTransport();
  draw(FRAME);
  draw(FRAME, { playing: true });
  assert.match(text("live"), /^Playing\. Epoch 12/);
  draw(FRAME, { playing: false });
  assert.match(text("live"), /^Paused\. Epoch 12/);
});

/* ---- Run until ---- */

function openRunUntil(storage = createMemory()) {
  const page = openPage({
    ...ids("button", "run-button", "run-cancel"), ...ids("progress", "run-bar"), ...ids("p", "run-live", "run-card", "run-goal"),
    ...ids("form", "run-form"), ...ids("input", "run-epochs", "run-patience"),
  });
  const choices = ["epochs", "plateau", "goal"].map((value) => h("input", { type: "radio", name: "until", value }));
  page.byId("run-form").append(...choices, page.byId("run-epochs"), page.byId("run-patience"));
  Object.assign(page.byId("run-epochs"), { value: "100" }).setAttribute("data-low", "1");
  Object.assign(page.byId("run-patience"), { value: "50" }).setAttribute("data-low", "1");
  const asked = [];
  const run = createRunUntil({ storage: /** @type {any} */ (storage), actions: /** @type {any} */ ({ runUntil: (condition) => asked.push(condition), pause: () => asked.push("pause") }) });
  const draw = (status = {}, { goals = [], frame = null } = {}) => run.draw(/** @type {any} */ (frame), /** @type {any} */ ({ status, goals }));
  const chosen = () => choices.find(({ checked }) => checked)?.value;
  return { page, choices, asked, draw, chosen, submit: () => page.fire(page.byId("run-form"), "submit"), focused: () => globalThis.document.activeElement?.id };
}

test("submitting runs until the chosen condition", () => {
  const { page, asked, submit, focused } = openRunUntil();
  page.byId("run-epochs").value = "300";
  assert.equal(submit().defaultPrevented, true);
  assert.deepEqual(asked, [{ until: "epochs", epochs: 300, patience: 50 }]);
  assert.deepEqual([page.byId("run-cancel").hidden, focused()], [false, "run-cancel"]);
});

test("an invalid number is focused instead of run", () => {
  const { page, asked, submit, focused } = openRunUntil();
  page.byId("run-epochs").value = "many";
  submit();
  assert.deepEqual([asked, focused()], [[], "run-epochs"]);
});

test("the last condition is remembered", () => {
  const storage = createMemory();
  const first = openRunUntil(storage);
  first.page.byId("run-patience").focus();
  assert.equal(first.chosen(), "plateau");
  first.page.byId("run-patience").value = "7";
  first.submit();
  const second = openRunUntil(storage);
  assert.deepEqual([second.chosen(), second.page.byId("run-patience").value], ["plateau", "7"]);
});

test("blocked storage leaves the form usable", () => {
  const { asked, submit } = openRunUntil(() => { throw new Error("SecurityError"); });
  submit();
  assert.equal(asked.length, 1);
});

test("a stored number out of range is ignored", () => {
  const storage = createMemory();
  storage().setItem("errand", '{"until": "epochs", "epochs": -5}');
  assert.equal(openRunUntil(storage).page.byId("run-epochs").value, "100");
});

test("cancel replaces the button while running", () => {
  const { page, draw, asked, focused } = openRunUntil();
  const hidden = () => ["run-button", "run-cancel", "run-bar"].map((id) => page.byId(id).hidden);
  draw({ run_until: { until: "epochs" } }, { frame: { progress: { share: 0.5 } } });
  assert.deepEqual([hidden(), page.byId("run-bar").getAttribute("value")], [[true, false, false], "0.5"]);
  page.byId("run-cancel").click();
  assert.deepEqual([asked, focused()], [["pause"], "run-button"]);
  draw({});
  assert.deepEqual([hidden(), page.byId("run-bar").getAttribute("value")], [[false, true, true], null]);
});

test("the end of a run is announced", () => {
  const { page, draw } = openRunUntil();
  draw({ run_ended: { epoch: 1200, reason: "no improvement" } });
  assert.equal(page.byId("run-live").textContent, "Stopped at epoch 1,200: no improvement.");
  draw({ run_until: {} });
  assert.equal(page.byId("run-live").textContent, "");
});

test("goals are offered until all are reached", () => {
  const { page, choices, chosen, draw } = openRunUntil();
  const goal = (reached) => ({ goals: [{ label: "Accuracy of 95%", reached }] });
  draw({}, goal(null));
  choices.forEach((choice) => (choice.checked = choice.value === "goal"));
  assert.deepEqual([page.byId("run-goal").textContent, choices[2].disabled], ["Accuracy of 95%", false]);
  draw({}, goal(7));
  assert.deepEqual([choices[2].disabled, chosen()], [true, "epochs"]);
});

/* ---- Goals ---- */

const GOAL = { name: "g", label: "Test loss of 0.1", medal: "gold", reached: null, missed: false, late: null, obstacle: "", lasting: 1, conditions: [{ measure: "test_loss", bound: "at_most", value: 0.1, words: "test loss of 0.1" }] };

function openGoals() {
  const page = openPage({ ...ids("button", "goals-button", "goals-clear"), ...ids("div", "goals-medals", "goals-text", "goals-live", "goals-list", "goals-card", "goals-note") });
  const inputs = ["goal_test_loss", "goal_accuracy", "goal_gap", "goal_epochs"].map((name) => h("input", { type: "text", "data-goal": name, "data-low": "0", "aria-label": name }));
  page.byId("goals-card").append(...inputs);
  const changes = [];
  const goals = createGoals({ actions: /** @type {any} */ ({ setView: (change) => changes.push(change), refuse: (why) => changes.push(why) }) });
  const draw = (list, view = {}) => goals.draw(/** @type {any} */ (FRAME), /** @type {any} */ ({ goals: list, view }));
  const enter = (index, value) => { inputs[index].value = value; page.fire(inputs[index], "change"); };
  return { page, inputs, changes, draw, enter, text: (id) => page.byId(id).textContent };
}

test("the goals button shows the next goal's progress", () => {
  const { page, draw, text } = openGoals();
  draw([]);
  assert.deepEqual([text("goals-text"), page.byId("goals-button").classList.contains("set"), page.byId("goals-list").hidden], ["Set a goal", false, true]);
  draw([GOAL]);
  assert.deepEqual([text("goals-text"), page.byId("goals-button").classList.contains("set"), page.byId("goals-list").hidden], ["Gold: test loss of 0.1 · now 0.500", true, false]);
  assert.match(text("goals-list"), /Gold Test loss of 0\.1now 0\.500$/);
});

test("a newly reached goal announces its medal", () => {
  const { page, draw, text } = openGoals();
  draw([GOAL]);
  draw([{ ...GOAL, reached: 40 }]);
  assert.equal(text("goals-live"), "Gold reached in epoch 40: Test loss of 0.1.");
  assert.equal(page.byId("goals-medals").querySelectorAll(".fresh").length, 1);
});

test("a number in the card sets a goal", () => {
  const { changes, enter } = openGoals();
  enter(1, "95");
  enter(1, "");
  assert.deepEqual(changes, [{ goal_accuracy: 95 }, { goal_accuracy: null }]);
});

test("constraints without a target ask for one", () => {
  const { page, draw, text } = openGoals();
  draw([], {});
  assert.deepEqual([text("goals-note"), page.byId("goals-clear").disabled], ["", true]);
  draw([], { goal_epochs: 100 });
  assert.match(text("goals-note"), /^Set at least one target/);
  draw([], { goal_epochs: 100, goal_gap: 0.1 });
  assert.deepEqual([text("goals-note"), page.byId("goals-clear").disabled], ["", false]);
});

test("clearing removes every part of the goal", () => {
  const { page, changes, inputs } = openGoals();
  page.byId("goals-clear").click();
  assert.deepEqual(changes, [{ goal_test_loss: null, goal_accuracy: null, goal_gap: null, goal_epochs: null }]);
  assert.equal(globalThis.document.activeElement, inputs[0]);
});

test("closing the card refuses an unfinished entry", () => {
  const { page, changes, enter } = openGoals();
  page.byId("goals-card").showPopover();
  enter(0, "soon");
  page.byId("goals-card").hidePopover();
  assert.equal(changes.length, 1);
  assert.match(changes[0], /^goal_test_loss: .*The goal is unchanged\.$/);
});
