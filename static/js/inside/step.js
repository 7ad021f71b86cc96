/** The panel "Backprop step by step": one training example on its way through the network and back. */

import { all, h, setText } from "../lib/dom.js";
import { createNumberField } from "../lib/numberfield.js";
import { PLAY, createPlayer } from "../plot/player.js";
import { createPlot } from "../plot/plot.js";
import { parameterIndex } from "../net/protocol.js";
import { whyNothing } from "./look.js";
import { captionOf, chosenUnit, clickedOn, exampleTexts, isOfPresentNetwork, isRevealed, laterText, layoutStep, nearestExample, phasesOf, sceneOf, selectionOf, subjectOf } from "./phases.js";
import { paintExamples, paintNetwork, pointAt } from "./stepPaint.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("../core/types.js").State} State */

/** @type {import("./panels.js").PanelEntry} */
export const panel = {
  name: "step", label: "Backprop", isAboutUnit: true, create: createStep,
  lead: "Follow one training example: the forward pass, the loss, the deltas backward, and the update of every weight.",
};

/** The index of the example that is followed. @param {State} state */
const exampleOf = ({ inside }) => inside.options.step?.example ?? 0;

/** The index of a phase's first line; -1 if it has none. @param {readonly [string, number][]} stages  of all lines @param {import("./phases.js").Phase} phase */
const lineOf = (stages, { kind, layer }) => stages.findIndex((of) => of[0] === kind && of[1] === layer);

/** The panel's controls and texts. */
function createElements() {
  const note = () => h("p", { class: "inside-note" });
  return {
    phase: h("output", { for: "step-stage", class: "stage" }),
    slider: h("input", { type: "range", id: "step-stage", min: "0", step: "1", value: "0", "aria-label": "Phase of the step" }),
    play: h("button", { type: "button", class: "copy" }, PLAY),
    train: h("button", { type: "button", class: "copy" }, "Train one minibatch"),
    example: h("input", { type: "text", id: "step-example", "data-low": "1", "data-step": "1", "data-whole": true, value: "1" }),
    facts: [note(), note()],
    subject: h("p", { class: "inside-label" }),
    choice: h("select", { id: "step-link" }),
    caption: note(),
    formula: h("div", { class: "formula" }),
    later: note(),
  };
}

/** @param {HTMLElement} element @param {ReturnType<typeof createElements>} parts @param {HTMLElement} network @param {HTMLElement} map */
function assemble(element, { phase, slider, play, train, example, facts, subject, choice, caption, formula, later }, network, map) {
  element.append(
    h("div", { class: "step-figure" },
      h("div", { class: "step-head" }, play, h("div", { class: "slider" }, slider), phase),
      network,
      h("div", { class: "step-foot" }, caption, train)),
    h("div", { class: "inside-aside" },
      h("div", { class: "step-example" }, map,
        h("div", {}, h("label", { for: "step-example" }, "Training example"), example, ...facts)),
      h("div", { class: "field" }, h("label", { for: "step-link" }, subject), h("span", { class: "select" }, choice)),
      later, formula));
}

/** Lists what the numbers can be about. @param {HTMLSelectElement} choice @param {HTMLElement} title @param {State} state @param {import("../core/types.js").Schema} schema */
function drawSubject(choice, title, state, schema) {
  const { subject, options } = subjectOf(state, schema);
  const key = options.map(({ value, label }) => `${value} ${label}`).join();
  const parameter = state.inside.options.step?.parameter;
  const value = typeof parameter === "number" ? String(parameter) : "";
  setText(title, subject);
  if (choice.dataset.key !== key) choice.replaceChildren(...options.map((option) => h("option", { value: option.value }, option.label)));
  choice.dataset.key = key;
  if (choice.value !== value) choice.value = options.some((option) => option.value === value) ? value : "";
}

/** Lines of numbers. Those of later phases are invisible but keep their place, so that nothing moves. @param {HTMLElement} formula */
function createFormula(formula) {
  return {
    /** @param {readonly string[]} lines @param {readonly boolean[]} revealed */
    draw(lines, revealed) {
      while (formula.childElementCount < lines.length) formula.append(h("p"));
      while (formula.childElementCount > lines.length) formula.lastElementChild?.remove();
      all(formula, "p", HTMLElement).forEach((row, index) => {
        setText(row, lines[index]);
        row.style.visibility = revealed[index] ? "" : "hidden";
      });
    },

    /** A line keeps the largest height it has had while the subject is the same: longer numbers move nothing.
     * @param {string} about @returns {boolean} whether the subject is another one */
    holdHeights(about) {
      const key = `${about} ${formula.childElementCount} ${formula.clientWidth}`;
      const isOther = formula.dataset.about !== key;
      const rows = all(formula, "p", HTMLElement);
      if (isOther) for (const row of rows) row.style.minHeight = "";
      formula.dataset.about = key;
      const heights = rows.map((row) => row.getBoundingClientRect().height);
      rows.forEach((row, index) => (row.style.minHeight = `${heights[index]}px`));
      return isOther;
    },

    /** Scrolls to a line where there are more of them than there is room for. @param {number} index */
    follow(index) {
      const [aside, row] = [formula.parentElement, formula.children[index]];
      if (!aside || !(row instanceof HTMLElement)) return;
      const [room, line] = [aside.getBoundingClientRect(), row.getBoundingClientRect()];
      if (line.bottom > room.bottom || line.top < room.top) aside.scrollTop += line.top - room.top;
    },
  };
}

/**
 * Paints the network in a phase, and returns where it is.
 * @param {import("../plot/plot.js").Pen} pen
 * @param {{look: Look, state: State, phases: readonly import("./phases.js").Phase[], at: number}} shown
 */
function paintPhase(pen, { look, state, phases, at }) {
  const { schema: { features }, layers, selected, config, inside } = state;
  const placed = layoutStep(layers, pen);
  const chosen = chosenUnit(layers, selected, features.length);
  const scene = sceneOf({ placed, layers, phases, at, look, chosen, parameter: inside.options.step?.parameter ?? null });
  paintNetwork(pen, scene, placed.units[0], config.features.map((name) => features.find((feature) => feature.name === name)?.label ?? name));
  return placed;
}

/** @typedef {ReturnType<typeof createPlot>} Plot */

/** A click on the map follows the nearest example. @param {Plot} map @param {() => import("../core/types.js").Data | null} data @param {(index: number) => void} follow */
function listenToMap(map, data, follow) {
  map.element.addEventListener("click", (event) => {
    const examples = data();
    if (!examples) return;
    const { x1, x2 } = pointAt(map.at(event), map.canvas.getBoundingClientRect());
    follow(nearestExample(examples, x1, x2));
  });
}

/**
 * A click on the network chooses a weight or selects a neuron.
 * @param {Plot} network
 * @param {() => {placed: ReturnType<typeof layoutStep>, layers: readonly number[]} | null} shown
 * @param {{choose: (parameter: number) => void, select: (layers: readonly number[], unit: import("./phases.js").UnitBox) => void}} parts
 */
function listenToNetwork(network, shown, { choose, select }) {
  network.element.addEventListener("click", (event) => {
    const now = shown();
    if (!now) return;
    const { x, y } = network.at(event);
    const { unit, link } = clickedOn(now.placed, x, y);
    if (link) choose(parameterIndex(now.layers, link.target.layer, link.target.row, link.source.row));
    if (unit) select(now.layers, unit);
  });
}

/**
 * @param {HTMLElement} element
 * @param {import("./panels.js").PanelParts} parts
 * @returns {import("./panels.js").Panel}
 */
export function createStep(element, { actions, schema }) {
  /** @type {{look: Look, state: State} | null} */
  let drawn = null;
  let phases = phasesOf(1);
  let at = 0;
  /** @type {ReturnType<typeof layoutStep> | null} */
  let placed = null;
  const parts = createElements();
  const { slider } = parts;
  const formula = createFormula(parts.formula);
  const network = createPlot({
    label: "The network with the values of one example", kind: "pointed",
    paint(pen) {
      if (drawn && isOfPresentNetwork(drawn.look, drawn.state)) placed = paintPhase(pen, { ...drawn, phases, at });
    },
  });
  const map = createPlot({
    label: "The training examples; click one to follow it", kind: "pointed map-small",
    paint: (pen) => drawn?.state.data && paintExamples(pen, drawn.state.data, exampleOf(drawn.state)),
  });
  const player = createPlayer(parts.play, {
    begin: () => goTo(at === phases.length - 1 ? 0 : at),
    next() {
      const isVisible = element.offsetParent !== null;
      if (isVisible) goTo(at + 1);
      return isVisible && at < phases.length - 1;
    },
  });
  assemble(element, parts, network.element, map.element);
  parts.train.addEventListener("click", () => actions.run("advance_minibatch"));
  // its message is placed next to it, so it must already be in the document
  const exampleField = createNumberField(parts.example, {
    isRequired: true, onNumber: (number) => number !== null && actions.setLookOptions("step", { example: number - 1 }),
  });

  const firstLine = () => lineOf(drawn?.look.values.stages ?? [], phases[at]);

  /** @param {number} index */
  function goTo(index) {
    at = Math.max(0, Math.min(phases.length - 1, index));
    slider.value = String(at);
    drawPhase();
    formula.follow(firstLine());
    network.paint();
  }

  function drawPhase() {
    setText(parts.phase, phases[at].label);
    slider.style.setProperty("--fill", `${(100 * at) / (phases.length - 1)}%`);
    if (!drawn) return;
    const { values, arrays } = drawn.look;
    const revealed = values.stages.map((/** @type {any} */ of) => isRevealed(phases, at, of));
    setText(parts.caption, captionOf(phases[at], values, arrays.left_out));
    formula.draw(values.formula, revealed);
    setText(parts.later, laterText(revealed));
  }

  /** How a weight changes is seen in the last phase. @param {number | null} parameter */
  function choose(parameter) {
    actions.setLookOptions("step", { parameter });
    if (parameter === null) return;
    player.stop();
    goTo(phases.length - 1);
  }

  slider.addEventListener("input", () => {
    player.stop();
    goTo(Number(slider.value));
  });
  parts.choice.addEventListener("change", () => choose(parts.choice.value === "" ? null : Number(parts.choice.value)));
  listenToMap(map, () => drawn?.state.data ?? null, (index) => actions.setLookOptions("step", { example: index }));
  listenToNetwork(network, () => placed && drawn && { placed, layers: drawn.state.layers }, {
    choose,
    select(layers, unit) {
      actions.setLookOptions("step", { parameter: null });
      actions.select(selectionOf(layers, unit, schema.features.length));
    },
  });

  return {
    why: whyNothing,
    draw(look, state) {
      if (!look) return;
      drawn = { look, state };
      const { layers, data, selected, inside } = state;
      const before = phases.length;
      phases = phasesOf(layers.length - 1);
      slider.max = String(phases.length - 1);
      if (phases.length !== before) goTo(0);
      drawPhase();
      drawSubject(parts.choice, parts.subject, state, schema);
      parts.example.dataset.high = String(data?.trainSize ?? 1);
      if (document.activeElement !== parts.example) exampleField.show(exampleOf(state) + 1);
      exampleTexts(look.values.example, data?.classes ?? 0).forEach((text, index) => setText(parts.facts[index], text));
      if (formula.holdHeights(`${selected} ${inside.options.step?.parameter} ${layers}`)) formula.follow(firstLine());
      network.paint();
      map.paint();
    },
  };
}
