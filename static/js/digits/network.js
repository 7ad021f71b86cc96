/**
 * The diagram of a network that reads pictures: the picture, the hidden neurons as the pictures that they look for, and the
 * outputs as bars.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("./links.js").Unit} Unit
 */

import { activationsOf } from "../drawing/reading.js";
import { byteOf } from "../lib/color.js";
import { h, setText, typeSize } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { showEnds } from "../network/arranger.js";
import { createCard } from "./card.js";
import { createInput } from "./input.js";
import { OUTPUTS, layoutDigits } from "./layout.js";
import { createLayers } from "./layers.js";
import { indexOf, largest, outputsOf, shownLinks } from "./links.js";
import { createOutputs } from "./outputs.js";
import { createLinks } from "./paintLinks.js";
import { inkRamp } from "./pictures.js";
import { firstTest, labelOf, shownOf } from "./reading.js";
import { scaleText } from "./texts.js";
import { createUnits } from "./units.js";

/** Pixels of the page's type at scale 1. */
const TYPE_SIZE = 14;
/** Below the board, for the legend. */
const FOOT = 26;
const NOTHING = { sizes: [], links: new Float32Array(0), activations: null };

/**
 * What the network makes of the picture that is read.
 * @param {Frame | null} frame @param {PageState} state @param {readonly number[]} sizes
 * @returns {ArrayLike<number> | null} the activations of all units; null: none of this network
 */
function presentOf(frame, state, sizes) {
  const activations = state.followed && activationsOf(frame, state);
  return activations?.length === sizes.reduce((sum, size) => sum + size, 0) ? activations : null;
}

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 */
export function createDigitNetwork(element, { actions, schema }) {
  const board = h("div", { class: "board digit-board", hidden: true });
  const scroller = h("div", { class: "network-scroll" }, board);
  const [least, most] = [h("span", { class: "end" }), h("span", { class: "end" })];
  const legendEnds = [least, h("i", { class: "ramp" }), most];
  const legend = h("p", { class: "digit-legend", hidden: true }, h("span", {}, "Ink lowers"), ...legendEnds, h("span", {}, "raises a neuron’s sum"));
  element.append(scroller, legend);
  const room = element.parentElement ?? element;
  scroller.addEventListener("scroll", () => showEnds(scroller), { passive: true });
  const links = createLinks(board);
  const input = createInput(board, { follow });
  const outputs = createOutputs(board, { onPoint: (digit) => point(outputUnit(digit)), onChoose: (digit) => choose(/** @type {Unit} */ (outputUnit(digit))) });
  // the Tab key goes the way of the picture
  const layers = createLayers(board, { actions, schema, next: outputs.element });
  const units = createUnits(board, { onPoint: point, onChoose: choose, next: outputs.element });
  const card = createCard(element);

  /** @type {Unit | null} */
  let hovered = null;
  /** @type {Unit | null} */
  let pinned = null;
  /** @type {import("./layout.js").Layout | null} */
  let layout = null;
  let arranged = { structure: "", room: "" };
  /** What was drawn last. @type {{frame: Frame | null, state: PageState} | null} */
  let last = null;
  /** @type {unknown[]} */
  let drawn = [];

  const sizes = () => [...(last?.state.config.hidden_layer_sizes ?? []), OUTPUTS];
  /** @param {number | null} digit */
  const outputUnit = (digit) => (digit === null ? null : { layer: sizes().length - 1, unit: digit });
  const isSame = (/** @type {Unit | null} */ one, /** @type {Unit | null} */ other) => one?.layer === other?.layer && one?.unit === other?.unit;

  /** @param {Unit | null} unit */
  function point(unit) {
    hovered = unit;
    redraw();
  }

  /** @param {Unit} unit */
  function choose(unit) {
    pinned = isSame(unit, pinned) ? null : unit;
    redraw();
  }

  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || (pinned === null && hovered === null)) return;
    event.stopPropagation();
    pinned = hovered = null;
    redraw();
  });

  /** @param {number} place  of a test picture */
  function follow(place) {
    const data = last?.state.data;
    if (data) actions.read({ example: firstTest(data) + place });
  }

  /** The room there is for the diagram, without what it has taken itself. */
  const measure = () => [room.clientWidth, room.clientHeight, room.parentElement?.clientHeight, innerHeight, typeSize()].join(" ");

  /** Lays everything out, if the network or the room has changed. @param {PageState} state @returns {boolean} whether it did */
  function arrange(state) {
    const { hidden_layer_sizes: hidden } = state.config;
    const structure = JSON.stringify([hidden, state.view.hidden, state.view.locked]);
    if ((structure === arranged.structure && measure() === arranged.room) || matchMedia("print").matches) return false;
    room.style.minHeight = "";
    board.hidden = legend.hidden = false;
    layout = layoutDigits({
      width: element.clientWidth, height: room.clientHeight - FOOT, layers: hidden, scale: typeSize() / TYPE_SIZE,
      isTouched: matchMedia("(pointer: coarse)").matches,
    });
    Object.assign(board.style, { width: `${layout.width}px`, height: `${layout.height}px` });
    const needed = layout.height + FOOT;
    if (needed > room.clientHeight) room.style.minHeight = `${needed}px`;
    arranged = { structure, room: measure() };
    const all = [...hidden, OUTPUTS];
    if (pinned && !(pinned.unit < all[pinned.layer])) pinned = null;
    if (hovered && !(hovered.unit < all[hovered.layer])) hovered = null;
    layers.arrange(layout, state);
    input.arrange(layout);
    units.arrange(layout, all);
    outputs.arrange(layout);
    showEnds(scroller);
    return true;
  }

  function redraw() {
    drawn = [];
    if (last) draw(last.frame, last.state);
  }

  /** The digits of a frame, if it is of the network that is laid out. @param {Frame | null} frame @param {PageState} state */
  function digitsOf(frame, state) {
    const digits = frame?.digits ?? null;
    const count = [...state.config.hidden_layer_sizes, OUTPUTS].reduce((sum, size) => sum + size, 0);
    return digits && digits.pictures.length === count * digits.side ** 2 ? digits : null;
  }

  /** @param {Frame | null} frame @param {PageState} state */
  function draw(frame, state) {
    // before the server has answered, nobody knows which network it will be
    if (state.revision < 0) return;
    last = { frame, state };
    const isNew = arrange(state);
    const palette = currentPalette();
    const from = [frame, state.reading, state.followed, state.data, palette];
    if (!isNew && from.every((part, index) => part === drawn[index])) return;
    drawn = from;
    const digits = digitsOf(frame, state);
    const all = sizes();
    const activations = presentOf(frame, state, all);
    const reader = digits ? { sizes: all, links: digits.links, activations } : { ...NOTHING, sizes: all };
    const answer = activations ? largest(outputsOf(all, activations)) : null;
    const label = labelOf(state);
    const focus = hovered ?? pinned;
    input.draw(state.data?.side ? state.data : null, shownOf(state), label, frame?.digits?.answers ?? null, inkRamp(palette));
    if (digits) {
      units.draw(digits, all, activations, palette.ramp);
      // each layer has a scale of its own
      const scale = scaleText(digits.scales[focus?.layer ?? 0] ?? 0);
      setText(least, `−${scale}`);
      setText(most, scale);
    }
    units.mark(hovered, pinned);
    outputs.draw(digits, all, { activations, answer, label }, palette.ramp);
    const outputOf = (/** @type {Unit | null} */ unit) => (unit?.layer === all.length - 1 ? unit.unit : null);
    outputs.mark(outputOf(hovered), outputOf(pinned));
    const shown = digits ? shownLinks(reader, focus, answer) : [];
    links.paint(layout, shown, palette);
    units.outline(shown, (value) => palette.shades[byteOf(value < 0 ? -1 : 1)]);
    const button = focus && (outputOf(focus) === null ? units.buttonOf(focus) : outputs.buttonOf(focus.unit));
    if (digits) card.draw(focus, { reader, digits, areChanges: Boolean(state.view.show_changes), bias: focus && (digits.biases[indexOf(all, focus)] ?? null), ramp: palette.ramp, at: button?.getBoundingClientRect() ?? null });
    else card.draw(null, /** @type {any} */ ({}));
  }

  return { draw };
}
