/** One training example on its way through the network and back, in slow motion. */

import { byteOf } from "../lib/color.js";
import { all, h, setText } from "../lib/dom.js";
import { formatLoss, formatShort, formatValue } from "../lib/format.js";
import { parameterIndex } from "../net/protocol.js";
import { targetColor } from "../lib/palette.js";
import { createNumberField } from "../lib/numberfield.js";
import { unitName } from "../network/names.js";
import { whyNothing } from "./look.js";
import { createPlot, disc, line } from "../lib/plot.js";
import { distanceTo, isTold, knownAt, layoutStep, stagesOf } from "./stages.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("../lib/plot.js").Pen} Pen */
/** @typedef {import("./stages.js").UnitBox} UnitBox */

/** In ms: so long a stage stands when it goes by itself. */
const STAGE_TIME = 1100;
const EXTENT = 6;
const REACH = 7;
/** A number may be so much too wide for its unit, and is made narrower. */
const SQUEEZE = 1.2;
/** The width of a link, for the largest number and for the smallest, in pixels. */
const WIDTH = { least: 0.6, most: 5 };
/** What is seen at each stage. @type {Record<import("./stages.js").Stage["kind"], (values: Record<string, any>) => string>} */
const CAPTIONS = {
  forward: () => "Boxes: the output of each neuron. Lines: weights.",
  loss: ({ loss }) => `The loss of this example is ${formatLoss(loss)}.`,
  backward: () => "Round boxes: deltas, colored relative to the largest. Lines: weights.",
  update: ({ note }) => `Lines: the change of each weight. ${note}`,
};

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @returns {import("./panel.js").Panel}
 */
export function createStep(element, { actions, schema }) {
  /** @type {Look | null} */
  let look = null;
  /** @type {import("../core/types.js").State | null} */
  let state = null;
  let stages = stagesOf(1);
  let at = 0;
  /** @type {ReturnType<typeof setInterval> | null} */
  let timer = null;
  /** @type {ReturnType<typeof layoutStep> | null} */
  let placed = null;

  const network = createPlot({ label: "The network with the values of one example", kind: "pointed", paint: paintNetwork });
  const map = createPlot({ label: "The training examples; click one to follow it", kind: "pointed map-small", paint: paintMap });
  const stage = h("output", { for: "step-stage", class: "stage" });
  const slider = h("input", { type: "range", id: "step-stage", min: "0", step: "1", value: "0", "aria-label": "Stage of the step" });
  const run = h("button", { type: "button", class: "copy" }, "Play slowly");
  const train = h("button", { type: "button", class: "copy" }, "Train one minibatch");
  const example = h("input", { type: "text", id: "step-example", "data-low": "1", "data-step": "1", "data-whole": true, value: "1" });
  const facts = [h("p", { class: "inside-note" }), h("p", { class: "inside-note" })];
  const subject = h("p", { class: "inside-label" });
  const link = h("select", { id: "step-link" });
  const caption = h("p", { class: "inside-note" });
  const formula = h("div", { class: "formula" });
  const later = h("p", { class: "inside-note" });
  element.append(
    h("div", { class: "step-figure" },
      h("div", { class: "step-head" }, run, h("div", { class: "slider" }, slider), stage),
      network.element,
      h("div", { class: "step-foot" }, caption, train)),
    h("div", { class: "inside-aside" },
      h("div", { class: "step-example" }, map.element,
        h("div", {}, h("label", { for: "step-example" }, "Training example"), example, ...facts)),
      h("div", { class: "field" }, h("label", { for: "step-link" }, subject), h("span", { class: "select" }, link)),
      later, formula));

  /* ---- Controls ---- */

  /** @param {number} place */
  function goTo(place) {
    at = Math.max(0, Math.min(stages.length - 1, place));
    slider.value = String(at);
    drawStage();
    drawLines();
    follow();
    network.paint();
  }

  /** Brings the first number of the present stage into view, where there are more of them than there is room for. */
  function follow() {
    const aside = formula.parentElement;
    const { kind, layer } = stages[at];
    const place = (look?.values.stages ?? []).findIndex((/** @type {[string, number]} */ of) => of[0] === kind && of[1] === layer);
    const row = formula.children[place];
    if (!aside || !(row instanceof HTMLElement)) return;
    const [room, line] = [aside.getBoundingClientRect(), row.getBoundingClientRect()];
    if (line.bottom > room.bottom || line.top < room.top) aside.scrollTop += line.top - room.top;
  }

  function stop() {
    if (timer !== null) clearInterval(timer);
    timer = null;
    setText(run, "Play slowly");
  }

  run.addEventListener("click", () => {
    if (timer !== null) return stop();
    goTo(at === stages.length - 1 ? 0 : at);
    setText(run, "Stop");
    timer = setInterval(() => {
      if (element.offsetParent !== null) goTo(at + 1);
      if (at === stages.length - 1 || element.offsetParent === null) stop();
    }, STAGE_TIME);
  });
  slider.addEventListener("input", () => {
    stop();
    goTo(Number(slider.value));
  });
  train.addEventListener("click", () => actions.run("advance_minibatch"));
  const exampleField = createNumberField(example, { isRequired: true, onNumber: (number) => number !== null && actions.setLookOptions("step", { example: number - 1 }) });
  link.addEventListener("change", () => choose(link.value === "" ? null : Number(link.value)));

  /** Who asks for a weight wants to know how it changes, which is the last stage. @param {number | null} parameter */
  function choose(parameter) {
    actions.setLookOptions("step", { parameter });
    if (parameter === null) return;
    stop();
    goTo(stages.length - 1);
  }

  map.element.addEventListener("click", (event) => {
    if (!state?.data) return;
    const { width, height } = map.canvas.getBoundingClientRect();
    const { x, y } = map.at(event);
    const [x1, x2] = [((2 * x) / width - 1) * EXTENT, (1 - (2 * y) / height) * EXTENT];
    let [best, least] = [0, Infinity];
    for (let i = 0; i < state.data.trainSize; i++) {
      const distance = Math.hypot(state.data.points[2 * i] - x1, state.data.points[2 * i + 1] - x2);
      if (distance < least) [best, least] = [i, distance];
    }
    actions.setLookOptions("step", { example: best });
  });

  network.element.addEventListener("click", (event) => {
    if (!placed || !state) return;
    const { x, y } = network.at(event);
    const { layers, config } = state;
    const unit = placed.units.slice(1).flat().find((box) => Math.abs(x - box.x) <= box.width / 2 && Math.abs(y - box.y) <= box.height / 2 + 3);
    if (unit) {
      actions.setLookOptions("step", { parameter: null });
      const before = config.hidden_layer_sizes.slice(0, unit.layer - 1).reduce((sum, count) => sum + count, 0);
      return actions.select(unit.layer === layers.length - 1 && layers[unit.layer] === 1 ? null : schema.features.length + before + unit.row);
    }
    const near = placed.links.map((one) => ({ one, far: distanceTo(one, x, y) })).sort((a, b) => a.far - b.far)[0];
    if (near && near.far <= REACH) {
      const { source, target } = near.one;
      choose(parameterIndex(layers, target.layer, target.row, source.row));
    }
  });

  /* ---- The network ---- */

  /** The chosen unit: its layer from 1, and its row. @param {import("../core/types.js").State} now */
  function chosenUnit({ layers, selected }) {
    let row = (selected ?? Infinity) - schema.features.length;
    for (let layer = 1; layer < layers.length && row >= 0; layer++) {
      if (row < layers[layer]) return { layer, row };
      row -= layers[layer];
    }
    return { layer: layers.length - 1, row: 0 };
  }

  /** @param {Pen} pen */
  function paintNetwork(pen) {
    if (!look || !state) return;
    const { layers } = state;
    const { activations, deltas, changes, left_out: leftOut } = look.arrays;
    const units = layers.slice(1).reduce((sum, count) => sum + count, 0);
    // a look at the network as it was before a change
    if (activations.length !== units || layers[0] !== state.config.features.length) return;
    const { context, type, width, height, palette: { colors } } = pen;
    placed = layoutStep(layers, { width, height, type });
    const params = look.frame.arrays.params;
    const { kind, layer: present } = stages[at];
    const isUpdate = kind === "update";
    const weights = isUpdate ? changes : params;
    const indexOf = (/** @type {import("./stages.js").LinkLine} */ { source, target }) => parameterIndex(layers, target.layer, target.row, source.row);
    const most = Math.max(1e-12, ...placed.links.map((one) => Math.abs(weights[indexOf(one)])));
    const chosen = state.inside.options.step?.parameter ?? null;
    for (const one of placed.links) {
      const index = indexOf(one);
      const share = Math.abs(weights[index]) / most;
      const isActive = isUpdate || (kind !== "loss" && one.layer === (kind === "forward" ? present : present + 1));
      context.globalAlpha = isActive ? 1 : 0.25;
      context.strokeStyle = index === chosen ? colors.accent : pen.palette.shades[weights[index] < 0 ? 0 : 255];
      context.lineWidth = index === chosen ? Math.max(2.5, share * WIDTH.most) : WIDTH.least + share * (WIDTH.most - WIDTH.least);
      line(context, one.source.x + one.source.width / 2, one.source.y, one.target.x - one.target.width / 2, one.target.y);
    }
    context.globalAlpha = 1;
    const unit = chosenUnit(state);
    const names = state.config.features.map((name) => schema.features.find((feature) => feature.name === name)?.label ?? name);
    context.textAlign = "center";
    placed.units[0].forEach((box, row) => paintBox(pen, box, { text: names[row], fill: colors.panel, edge: colors.edge, ink: colors.ink }));
    const largestDelta = Math.max(1e-300, ...deltas.map(Math.abs));
    let place = 0;
    for (const boxes of placed.units.slice(1)) {
      for (const box of boxes) {
        const { isReached, hasDelta } = knownAt(stages, at, box.layer);
        const value = hasDelta ? deltas[place] : activations[place];
        const byte = byteOf(hasDelta ? value / largestDelta : value);
        const isOut = isReached && leftOut[place] === 1;
        paintBox(pen, box, {
          isOut,
          text: isOut ? "out" : isReached ? formatShort(value) : "",
          fill: isReached && !isOut ? pen.palette.shades[byte] : colors.panel,
          edge: box.layer === unit.layer && box.row === unit.row ? colors.accent : colors.edge,
          ink: isOut ? colors.soft : isReached ? inkOn(byte, pen) : colors.ink,
          isMarked: box.layer === unit.layer && box.row === unit.row,
          isDelta: hasDelta,
        });
        place += 1;
      }
    }
  }

  /** @param {number} byte  of the ramp @param {Pen} pen */
  const inkOn = (byte, { isDark }) => (isDark ? (byte < 90 ? "#10161c" : "#fff") : byte > 190 ? "#fff" : "#1c2733");

  /**
   * @param {Pen} pen @param {UnitBox} box
   * @param {{text: string, fill: string, edge: string, ink: string, isMarked?: boolean, isDelta?: boolean, isOut?: boolean}} style
   */
  function paintBox({ context, type }, { x, y, width, height }, { text, fill, edge, ink, isMarked = false, isDelta = false, isOut = false }) {
    context.beginPath();
    context.roundRect(x - width / 2, y - height / 2, width, height, isDelta ? height / 2 : 4);
    context.fillStyle = fill;
    context.fill();
    context.strokeStyle = edge;
    context.lineWidth = isMarked ? 3 : 1;
    // what dropout leaves out has a broken edge
    context.setLineDash(isOut ? [3, 3] : []);
    context.stroke();
    context.setLineDash([]);
    if (height < 0.9 * type || context.measureText(text).width > SQUEEZE * width) return;
    context.fillStyle = ink;
    context.fillText(text, x, y + 0.5, width - 6);
  }

  /* ---- The examples ---- */

  /** @param {Pen} pen */
  function paintMap(pen) {
    if (!state?.data || !look) return;
    const { context, width, height, palette } = pen;
    const { data } = state;
    const chosen = exampleOf(state);
    const place = (/** @type {number} */ i) => ({
      x: ((data.points[2 * i] + EXTENT) / (2 * EXTENT)) * width,
      y: (1 - (data.points[2 * i + 1] + EXTENT) / (2 * EXTENT)) * height,
    });
    context.fillStyle = palette.colors.panel;
    context.fillRect(0, 0, width, height);
    for (let i = 0; i < data.trainSize; i++) {
      const { x, y } = place(i);
      context.fillStyle = targetColor(palette, data, data.targets[i]);
      disc(context, x, y, 1.8);
    }
    if (chosen >= data.trainSize) return;
    const { x, y } = place(chosen);
    context.strokeStyle = palette.colors.ink;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, 5, 0, 2 * Math.PI);
    context.stroke();
  }

  /** @param {import("../core/types.js").State} now */
  const exampleOf = ({ inside }) => inside.options.step?.example ?? 0;

  /* ---- Words ---- */

  function drawStage() {
    const { kind, label } = stages[at];
    setText(stage, label);
    const dropped = look?.arrays.left_out.some((isOut) => isOut === 1) && kind !== "loss" ? " Dashed: left out by dropout." : "";
    setText(caption, look ? CAPTIONS[kind](look.values) + dropped : "");
    slider.style.setProperty("--fill", `${(100 * at) / (stages.length - 1)}%`);
  }

  /**
   * What a normalized unit learns beside its weights: these stand behind all weights and biases, factors before shifts.
   * @param {readonly number[]} layers @param {number} unit  among the hidden ones
   */
  function normOptions(layers, unit) {
    const links = layers.slice(1).reduce((sum, count, place) => sum + count * (layers[place] + 1), 0);
    const hidden = layers.slice(1, -1).reduce((sum, count) => sum + count, 0);
    return [
      { value: String(links + unit), label: "of the scale γ" },
      { value: String(links + hidden + unit), label: "of the shift β" },
    ];
  }

  /** What can be chosen: the unit, or one of what comes into it. @param {import("../core/types.js").State} now */
  function drawLinks(now) {
    const { layers, config } = now;
    const { layer, row } = chosenUnit(now);
    const before = (/** @type {number} */ upTo) => layers.slice(1, upTo).reduce((sum, count) => sum + count, 0);
    const name = (/** @type {number} */ inLayer, /** @type {number} */ inRow) => (inLayer === 0
      ? schema.features.find((feature) => feature.name === config.features[inRow])?.label ?? ""
      : unitName(schema.features.length + before(inLayer) + inRow, { features: schema.features, layers: config.hidden_layer_sizes }));
    setText(subject, `${name(layer, row)}: the numbers`);
    const options = [
      { value: "", label: "of the unit" },
      ...Array.from({ length: layers[layer - 1] }, (_, source) => ({
        value: String(parameterIndex(layers, layer, row, source)), label: `of the weight from ${name(layer - 1, source)}`,
      })),
      { value: String(parameterIndex(layers, layer, row, null)), label: "of the bias" },
      ...(config.batch_norm && layer < layers.length - 1 ? normOptions(layers, before(layer) + row) : []),
    ];
    const key = options.map(({ value, label }) => `${value} ${label}`).join();
    if (link.dataset.key !== key) link.replaceChildren(...options.map(({ value, label }) => h("option", { value }, label)));
    link.dataset.key = key;
    const chosen = now.inside.options.step?.parameter;
    const value = typeof chosen === "number" ? String(chosen) : "";
    if (link.value !== value) link.value = options.some((option) => option.value === value) ? value : "";
  }

  /** The lines of numbers: what belongs to a later stage keeps its room, unseen. @returns {string[]} all of them */
  function drawLines() {
    if (!look) return [];
    const lines = /** @type {string[]} */ (look.values.formula);
    while (formula.childElementCount < lines.length) formula.append(h("p"));
    while (formula.childElementCount > lines.length) formula.lastElementChild?.remove();
    const told = lines.map((text, place) => {
      const row = /** @type {HTMLElement} */ (formula.children[place]);
      setText(row, text);
      const isNow = isTold(stages, at, look?.values.stages[place]);
      row.style.visibility = isNow ? "" : "hidden";
      return isNow;
    });
    setText(later, told.every(Boolean) ? "" : told.some(Boolean) ? "More numbers appear in later stages." : "These numbers appear in a later stage.");
    return lines;
  }

  /** A line that has once been so high stays so while the same is told: longer numbers move nothing. @param {string} about */
  function holdLines(about) {
    const rows = all(formula, "p", HTMLElement);
    if (formula.dataset.about !== about) for (const row of rows) row.style.minHeight = "";
    formula.dataset.about = about;
    const heights = rows.map((row) => row.getBoundingClientRect().height);
    rows.forEach((row, place) => (row.style.minHeight = `${heights[place]}px`));
  }

  return {
    why: whyNothing,
    draw(newest, now) {
      if (!newest) return;
      look = newest;
      state = now;
      const count = now.layers.length - 1;
      const nowStages = stagesOf(count);
      if (nowStages.length !== stages.length) {
        stages = nowStages;
        slider.max = String(stages.length - 1);
        goTo(0);
      }
      slider.max = String(stages.length - 1);
      drawStage();
      drawLinks(now);
      const { values } = newest;
      example.dataset.high = String(now.data?.trainSize ?? 1);
      if (document.activeElement !== example) exampleField.show(exampleOf(now) + 1);
      const { x1, x2, target } = values.example;
      const isClass = (now.data?.classes ?? 0) > 2;
      setText(facts[0], `x₁ ${formatValue(x1, 2)}, x₂ ${formatValue(x2, 2)}`);
      setText(facts[1], isClass ? `Class ${target}` : `Target ${formatValue(target, 2)}`);
      const lines = drawLines();
      const about = `${now.selected} ${now.inside.options.step?.parameter} ${now.layers} ${lines.length} ${formula.clientWidth}`;
      const isOther = formula.dataset.about !== about;
      holdLines(about);
      if (isOther) follow();
      network.paint();
      map.paint();
    },
  };
}
