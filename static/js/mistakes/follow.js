/** The panel "Follow": one picture on its way through the network, and its error on the way back. */

import { inkRamp } from "../digits/pictures.js";
import { h, setText } from "../lib/dom.js";
import { formatLoss, formatShort } from "../lib/format.js";
import { currentPalette } from "../lib/palette.js";
import { createThumbnail } from "../map/thumbnail.js";
import { PLAY, createPlayer } from "../plot/player.js";
import { createPlot } from "../plot/plot.js";
import { chosenUnit, isRevealed, knownAt, laterText, selectionOf } from "../inside/phases.js";
import { whyNothing } from "../inside/look.js";
import { pixelsOf, placeOf } from "../drawing/picture.js";
import { aDigit } from "../drawing/reading.js";
import { boxAt, layoutFollow } from "./followLayout.js";
import { paintFollow } from "./followPaint.js";
import { boxesAt, linesOf, linksOf, phasesFor, picturesOf } from "./followScene.js";

/**
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("../inside/look.js").Look} Look
 * @typedef {import("./followScene.js").Passage} Passage
 * @typedef {import("../inside/phases.js").Phase} Phase
 */

const NO_PICTURE = "Draw a digit, or choose a test picture or a mistake: here you follow it through the network.";
const DIGITS = Array.from({ length: 10 }, (_, digit) => digit);
/** Pictures of a neuron, at most. */
const PICTURES = 3;

/**
 * What a look and the state say of the picture that is followed.
 * @param {Look} look @param {State} state @param {number} features  number of all features, used or not
 * @returns {Passage | null} null: it is of another picture or network
 */
export function passageOf({ values: { sizes, loss, unit }, arrays, frame }, state, features) {
  const [pixels, digits] = [pixelsOf(state), frame.digits];
  if (!pixels || !digits || !arrays.a || pixels.length !== digits.side ** 2) return null;
  const { z, a, weights, delta = null, target = null } = arrays;
  return { sizes, z, a, delta, target, loss, pixels, links: digits.links, weights, unit: chosenUnit([0, ...sizes], unit, features) };
}

/** The sentence beneath the network. @param {Phase} phase @param {Passage} passage @param {number} answer */
function captionOf({ kind, layer }, { loss, sizes, pixels }, answer) {
  if (kind === "forward" && layer === 1 && sizes.length > 1) return `Each neuron adds up ${pixels.length} pixels times its weights. Boxes: activations.`;
  if (kind === "loss") return `It is read as ${answer}. The loss compares the outputs with what is wanted: ${formatLoss(loss)}.`;
  if (kind === "update") return "A step on this picture alone. In training, the gradients of a minibatch are averaged.";
  if (kind === "backward") return "Rounded boxes: deltas, colored relative to the largest. Lines: weight times delta, blue raises it.";
  return layer === sizes.length ? `The largest output is the answer: ${answer}.` : "Boxes: activations. Lines: weight times activation, blue raises the sum.";
}

/** The panel's controls and texts. */
function createElements() {
  const note = () => h("p", { class: "inside-note" });
  return {
    phase: h("output", { for: "follow-phase", class: "stage" }),
    slider: h("input", { type: "range", id: "follow-phase", min: "0", step: "1", value: "0", "aria-label": "Phase" }),
    play: h("button", { type: "button", class: "copy" }, PLAY),
    caption: note(),
    about: h("p", { class: "inside-label" }),
    wanted: h("select", { id: "follow-digit" },
      h("option", { value: "" }, "not known"), ...DIGITS.map((digit) => h("option", { value: String(digit) }, String(digit)))),
    neuron: h("select", { id: "follow-neuron" }),
    formula: h("div", { class: "formula" }),
    later: note(),
    pictures: Array.from({ length: PICTURES }, () => {
      const [picture, name, range] = [createThumbnail(), h("span"), h("span", { class: "follow-range" })];
      return { picture, name, range, figure: h("figure", {}, picture.canvas, h("figcaption", {}, name, range)) };
    }),
  };
}

/** @param {HTMLElement} element @param {ReturnType<typeof createElements>} parts @param {HTMLElement} network */
function assemble(element, parts, network) {
  const choice = (/** @type {HTMLSelectElement} */ select, /** @type {string} */ label) =>
    h("div", { class: "field" }, h("label", { for: select.id }, label), h("span", { class: "select" }, select));
  const digit = choice(parts.wanted, "It should be");
  element.append(
    h("div", { class: "step-figure" },
      h("div", { class: "step-head" }, parts.play, h("div", { class: "slider" }, parts.slider), parts.phase),
      network,
      h("div", { class: "step-foot" }, parts.caption)),
    h("div", { class: "inside-aside" },
      parts.about,
      h("div", { class: "follow-choices" }, digit, choice(parts.neuron, "Numbers of")),
      parts.formula, parts.later,
      h("div", { class: "follow-pictures" }, ...parts.pictures.map(({ figure }) => figure))));
  return digit;
}

/** Lists the neurons. @param {HTMLSelectElement} select @param {readonly number[]} sizes */
function drawNeurons(select, sizes) {
  const key = sizes.join();
  if (select.dataset.key === key) return;
  select.dataset.key = key;
  const nameOf = (/** @type {number} */ layer, /** @type {number} */ row) =>
    (layer === sizes.length ? `Output ${row}` : sizes.length === 2 ? `Neuron ${row + 1}` : `Layer ${layer}, neuron ${row + 1}`);
  select.replaceChildren(...sizes.flatMap((count, index) => Array.from({ length: count }, (_, row) =>
    h("option", { value: `${index + 1} ${row}` }, nameOf(index + 1, row)))));
}

/**
 * @param {HTMLElement} element
 * @param {import("../inside/panels.js").PanelParts} parts
 * @returns {import("../inside/panels.js").Panel}
 */
export function createFollow(element, { actions, schema: { features } }) {
  /** @type {{look: Look, state: State, passage: Passage} | null} */
  let drawn = null;
  /** @type {Phase[]} */
  let phases = [];
  let at = 0;
  /** The neuron that the numbers are about. */
  let unit = { layer: 1, row: 0 };
  /** @type {ReturnType<typeof layoutFollow> | null} */
  let placed = null;
  const parts = createElements();
  const { slider } = parts;
  const ink = createThumbnail();
  const network = createPlot({ label: "The network with the values of one picture", kind: "pointed follow-network", paint });
  const digitField = assemble(element, parts, network.element);
  const player = createPlayer(parts.play, {
    begin: () => goTo(at === phases.length - 1 ? 0 : at),
    next() {
      const isVisible = element.offsetParent !== null;
      if (isVisible) goTo(at + 1);
      return isVisible && at < phases.length - 1;
    },
  });

  /** @param {import("../plot/plot.js").Pen} pen */
  function paint(pen) {
    if (!drawn || phases.length === 0) return;
    const { passage } = drawn;
    placed = layoutFollow(passage.sizes, pen);
    const { kind, layer } = phases[at];
    const chosen = placed.units[unit.layer - 1]?.[unit.row] ?? null;
    ink.draw(passage.pixels, 0, Math.sqrt(passage.pixels.length), inkRamp(pen.palette));
    paintFollow(pen, {
      placed, picture: ink.canvas, chosen,
      links: linksOf(passage, phases[at], placed.units, chosen),
      boxes: boxesAt(passage, phases, at, placed.units),
      fromPixels: kind === "forward" && layer === 1 ? placed.units[0] : [],
      target: kind === "forward" ? null : passage.target,
    });
  }

  /** @param {number} index */
  function goTo(index) {
    at = Math.max(0, Math.min(phases.length - 1, index));
    slider.value = String(at);
    drawPhase();
    network.paint();
  }

  function drawPhase() {
    if (!drawn) return;
    const { look, passage, state: { config } } = drawn;
    setText(parts.phase, phases[at].label);
    slider.style.setProperty("--fill", `${(100 * at) / Math.max(1, phases.length - 1)}%`);
    setText(parts.caption, captionOf(phases[at], passage, look.values.answer));
    const isPlain = config.optimizer === "sgd" && config.regularizer === "none";
    const lines = linesOf(passage, unit, { loss: config.loss, learningRate: look.frame.learning_rate, isPlain });
    const revealed = lines.map(({ stage }) => isRevealed(phases, at, stage));
    while (parts.formula.childElementCount < lines.length) parts.formula.append(h("p"));
    while (parts.formula.childElementCount > lines.length) parts.formula.lastElementChild?.remove();
    lines.forEach(({ text }, index) => {
      const row = /** @type {HTMLElement} */ (parts.formula.children[index]);
      setText(row, text);
      row.style.visibility = revealed[index] ? "" : "hidden";
    });
    setText(parts.later, laterText(revealed));
    drawPictures();
  }

  /** Of a neuron that looks at pixels: its weights, what they make of the picture, and the gradient. */
  function drawPictures() {
    if (!drawn) return;
    const { isReached, hasDelta } = knownAt(phases, at, 1);
    const { passage } = drawn;
    const isOfUnit = passage.unit.layer === unit.layer && passage.unit.row === unit.row;
    const shown = isOfUnit ? picturesOf(passage, { isForward: isReached, isBack: hasDelta && passage.delta !== null }) : [];
    parts.pictures.forEach(({ figure, picture, name, range }, index) => {
      figure.hidden = shown[index] === undefined;
      if (figure.hidden) return;
      const { bytes, largest } = shown[index];
      picture.draw(bytes, 0, Math.sqrt(bytes.length), currentPalette().ramp);
      setText(name, shown[index].name);
      setText(range, `±${formatShort(largest)}`);
    });
  }

  /** @param {{layer: number, row: number}} next */
  function choose({ layer, row }) {
    unit = { layer, row };
    parts.neuron.value = `${layer} ${row}`;
    drawPhase();
    network.paint();
    if (drawn) actions.setLookOptions("follow", { unit: selectionOf([0, ...drawn.passage.sizes], unit, features.length) });
  }

  slider.addEventListener("input", () => {
    player.stop();
    goTo(Number(slider.value));
  });
  parts.wanted.addEventListener("change", () => actions.setLookOptions("follow", { label: parts.wanted.value === "" ? null : Number(parts.wanted.value) }));
  parts.neuron.addEventListener("change", () => {
    const [layer, row] = parts.neuron.value.split(" ").map(Number);
    choose({ layer, row });
  });
  network.element.addEventListener("click", (event) => {
    const { x, y } = network.at(event);
    const box = placed && boxAt(placed, x, y);
    if (box) choose(box);
  });

  return {
    why: (look, state) => (state.followed ? whyNothing(look && passageOf(look, state, features.length) ? look : null) : NO_PICTURE),
    draw(look, state) {
      const passage = look && passageOf(look, state, features.length);
      if (!look || !passage) return;
      unit = chosenUnit([0, ...passage.sizes], state.inside.options.follow?.unit ?? look.values.unit, features.length);
      drawn = { look, state, passage };
      const before = phases.length;
      phases = phasesFor(passage.sizes, passage.delta !== null);
      slider.max = String(phases.length - 1);
      if (phases.length !== before) at = Math.min(at, phases.length - 1);
      slider.value = String(at);
      drawNeurons(parts.neuron, passage.sizes);
      parts.neuron.value = `${unit.layer} ${unit.row}`;
      const place = placeOf(state);
      digitField.hidden = place >= 0;
      setText(parts.about, place >= 0 ? `Test picture ${place + 1}, ${aDigit(state.data?.labels[place] ?? 0)}` : "Your drawing");
      drawPhase();
      network.paint();
    },
  };
}
