/**
 * Side by side: a card for the network that is trained and one for each rival, with map, losses and the best marked; and
 * a last one where rivals are chosen.
 */

import { byId, h, setText } from "../lib/dom.js";
import { formatCount, formatLoss, formatPercent } from "../lib/format.js";
import { heightFor, likeliest, ticksFor } from "../map/picture.js";
import { withPresets } from "../core/presets.js";
import { MOST_RIVALS, leader, otherValues, parseValue, valueText, variableFields, variantText, whatIfs, whyNoValue } from "./rivals.js";
import { lossRange } from "../chart/series.js";
import { isEqual } from "../core/store.js";
import { paintCurve, paintGrid, paintPoints, paintTargets, partsOf, putPicture } from "../map/paint.js";
import { createPlot, drawAxes, drawLine } from "../lib/plot.js";
import { currentPalette } from "../lib/palette.js";
import { createPopover } from "../lib/popover.js";

/**
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").Variant} Variant
 * @typedef {import("../core/actions.js").PageState} PageState
 */
/**
 * What a card shows of a network.
 * @typedef {object} Standing
 * @property {number | null} epoch  null: it is not there yet
 * @property {number | null} train_loss
 * @property {number | null} test_loss
 * @property {number | null} train_accuracy
 * @property {number | null} test_accuracy
 * @property {import("../core/types.js").Divergence | null} diverged
 * @property {Picture} picture
 * @property {{epochs: number[], train: number[], test: number[]}} losses
 */
/** @typedef {{surface: Uint8Array, size: number, classes: Uint8Array | null, curve: ArrayLike<number> | null}} Picture */

const COLUMNS = [-6, -3, 0, 3, 6];

/**
 * @param {HTMLElement} section
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {import("../chart/series.js").Series} parts.series  losses of the network that is trained
 */
export function createCompare(section, { actions, schema, series }) {
  const button = byId("compare-button", HTMLButtonElement);
  const count = byId("compare-count", HTMLElement);
  const choosing = byId("compare-choosing", HTMLElement);
  const questions = byId("compare-questions", HTMLElement);
  const [field, list] = ["compare-field", "compare-value"].map((id) => byId(id, HTMLSelectElement));
  const typed = byId("compare-typed", HTMLInputElement);
  const fault = byId("compare-fault", HTMLElement);
  const form = byId("compare-form", HTMLFormElement);
  const popover = createPopover(byId("compare-other", HTMLButtonElement), byId("compare-card", HTMLElement), { onOpen: fillFields });
  /** @type {Card[]} */
  let shown = [];
  /** @type {PageState | null} */
  let state = null;
  /** @type {unknown[]} */
  let drawnFrom = [];

  field.addEventListener("change", fillValues);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = schema.fields.find(({ name }) => name === field.value);
    if (!chosen || !state) return;
    const values = otherValues(chosen, state.config);
    const value = values ? values[list.selectedIndex] : parseValue(chosen, typed.value);
    drawFault(values ? null : whyNoValue(chosen, typed.value));
    if (value === null || value === undefined) {
      typed.focus();
      return;
    }
    popover.close();
    add(withPresets(schema, state.config, { [chosen.name]: value }));
  });

  /** @param {string | null} why */
  function drawFault(why) {
    fault.hidden = why === null;
    setText(fault, why ?? "");
    typed.setAttribute("aria-invalid", String(why !== null));
  }

  /** @param {Variant} variant */
  function add(variant) {
    if (state) actions.setView({ compare: [...state.view.compare, variant] });
  }

  /** @param {Variant} variant */
  function remove(variant) {
    if (state) actions.setView({ compare: state.view.compare.filter((other) => !isEqual(other, variant)) });
    button.focus({ preventScroll: true });
  }

  function fillFields() {
    if (!state) return;
    const before = field.value;
    const fields = variableFields(state);
    field.replaceChildren(...fields.map(({ name, label }) => h("option", { value: name }, label)));
    field.value = fields.some(({ name }) => name === before) ? before : "learning_rate";
    fillValues();
  }

  function fillValues() {
    const chosen = schema.fields.find(({ name }) => name === field.value);
    if (!chosen || !state) return;
    const values = otherValues(chosen, state.config);
    list.parentElement?.toggleAttribute("hidden", values === null);
    typed.hidden = values !== null;
    drawFault(null);
    typed.placeholder = chosen.kind === "integers" ? "4, 2" : "";
    list.replaceChildren(...(values ?? []).map((value) => h("option", {}, valueText(chosen, value))));
    const larger = (values ?? []).findIndex((value) => Number(value) > Number(/** @type {any} */ (state?.config)[chosen.name]));
    list.selectedIndex = Math.max(0, larger);
  }

  /** @param {PageState} now */
  function drawChoices(now) {
    const { view: { compare }, config } = now;
    choosing.hidden = compare.length >= MOST_RIVALS;
    const asked = whatIfs(now).filter(({ variant }) => !compare.some((other) => isEqual(other, variant)));
    questions.replaceChildren(...asked.map(({ label, variant }) => {
      const ask = h("button", { type: "button", class: "chip" }, label);
      ask.addEventListener("click", () => add(variant));
      return ask;
    }));
    const names = [null, ...compare];
    while (shown.length > names.length) shown.pop()?.element.remove();
    for (const [place, variant] of names.entries()) {
      if (!shown[place]) {
        shown[place] = createCard();
        choosing.before(shown[place].element);
      }
      shown[place].name(variant === null ? "This network" : variantText(schema, variant), variant, place - 1);
      if (variant === null) shown[place].detail(Object.entries(Object.assign({}, ...compare)).map(([name]) => ownText(name, config)).join(", "));
    }
  }

  /** What the network itself has where a rival has something else. @param {string} name @param {import("../core/types.js").Config} config */
  function ownText(name, config) {
    return variantText(schema, { [name]: /** @type {any} */ (config)[name] });
  }

  function createCard() {
    const title = h("h3");
    const detail = h("p", { class: "detail" });
    const mark = h("span", { class: "best", hidden: true }, "★ Lowest test loss");
    const note = h("p", { class: "note" });
    const map = createMap();
    const numbers = { test: h("dd"), train: h("dd"), right: h("dd") };
    const curve = createPlot({ label: "Losses over the epochs", paint: (pen) => paintLosses(pen) });
    const take = h("button", { type: "button", class: "link", "data-control": "compare" }, "Make this the main one");
    const away = h("button", { type: "button", class: "link", "data-control": "compare" }, "Remove");
    const buttons = h("div", { class: "compare-do" }, take, away);
    /** @type {{losses: Standing["losses"], last: number, range: [number, number]} | null} */
    let drawn = null;
    /** @type {{variant: Variant | null, place: number}} */
    let mine = { variant: null, place: -1 };
    take.addEventListener("click", () => actions.swap(mine.place));
    away.addEventListener("click", () => mine.variant && remove(mine.variant));

    /** @param {import("../lib/plot.js").Pen} pen */
    function paintLosses(pen) {
      if (!drawn) return;
      const { losses, last, range } = drawn;
      const { colors } = pen.palette;
      const scales = drawAxes(pen, { x: 0, y: 0, width: pen.width, height: pen.height }, {
        x: { range: [0, Math.max(1, last)] }, y: { range }, left: 2.6, right: 0.8,
      });
      drawLine(pen, scales, losses.epochs, losses.train, colors.train);
      drawLine(pen, scales, losses.epochs, losses.test, colors.test);
    }

    const figure = (/** @type {string} */ label, /** @type {HTMLElement} */ value, /** @type {string} */ swatch) =>
      h("div", {}, h("dt", {}, swatch ? h("i", { class: `swatch ${swatch}` }) : "", label), value);
    return {
      element: h("li", {},
        h("div", { class: "compare-head" }, title, mark), detail, map.element,
        h("dl", {}, figure("Test loss", numbers.test, "test"), figure("Training loss", numbers.train, "train"), figure("Accuracy", numbers.right, "")),
        h("div", { class: "compare-curve" }, curve.element), note, buttons),
      /** @param {string} text @param {Variant | null} variant @param {number} place */
      name(text, variant, place) {
        mine = { variant, place };
        setText(title, text);
        buttons.hidden = variant === null;
        curve.element.setAttribute("aria-label", `Losses over the epochs: ${text}`);
        map.element.setAttribute("aria-label", `Map: ${text}`);
      },
      /** @param {string} text */
      detail: (text) => setText(detail, text || "as it is set above"),
      /** @param {Standing | null} standing @param {PageState} now @param {{isBest: boolean, last: number, range: [number, number]}} among */
      draw(standing, now, { isBest, last, range }) {
        mark.hidden = !isBest;
        setText(mark, standing && standing.test_loss === null ? "★ Lowest training loss" : "★ Lowest test loss");
        const hasTest = standing?.test_accuracy ?? null;
        setText(numbers.test, formatLoss(standing?.test_loss ?? null));
        setText(numbers.train, formatLoss(standing?.train_loss ?? null));
        setText(numbers.right, formatPercent(hasTest ?? standing?.train_accuracy ?? null));
        setText(note, noteOf(standing, last));
        map.draw(standing?.picture ?? null, now);
        drawn = standing && { losses: standing.losses, last, range };
        curve.paint();
      },
    };
  }

  /** @param {Frame | null} frame @param {PageState} now */
  function drawCards(frame, now) {
    const standings = [frame && standingOfMain(frame, now, series), ...now.view.compare.map((variant) => frame && standingOf(frame, variant))];
    const best = leader(standings);
    const lines = standings.flatMap((standing) => (standing ? [standing.losses.train, standing.losses.test] : []));
    const among = { last: frame?.epoch ?? 0, range: lossRange(lines, false) };
    for (const [place, card] of shown.entries()) card.draw(standings[place], now, { ...among, isBest: place === best });
  }

  return {
    /** @param {Frame | null} frame @param {PageState} now */
    draw(frame, now) {
      state = now;
      const { view, config, data, isCompareOpen } = now;
      const isOpen = (isCompareOpen ?? view.compare.length > 0) && !view.hidden.includes("compare");
      setText(count, String(view.compare.length + 1));
      count.hidden = view.compare.length === 0;
      if (section.hidden === isOpen) {
        section.hidden = !isOpen;
        button.setAttribute("aria-expanded", String(isOpen));
        if (isOpen && isCompareOpen) section.scrollIntoView({ block: "nearest" });
      }
      if (!isOpen) return;
      const from = [view.compare, config, data];
      if (from.some((part, place) => part !== drawnFrom[place])) {
        drawnFrom = from;
        drawChoices(now);
      }
      drawCards(frame, now);
    },
  };
}

/** @typedef {{element: HTMLElement, name: (text: string, variant: Variant | null, place: number) => void, detail: (text: string) => void, draw: (standing: Standing | null, now: PageState, among: {isBest: boolean, last: number, range: [number, number]}) => void}} Card */

/** @param {Standing | null} standing @param {number} last */
function noteOf(standing, last) {
  if (!standing || standing.epoch === null) return "Coming…";
  if (standing.diverged) return `Diverged at epoch ${formatCount(standing.diverged.epoch)}: ${standing.diverged.reason}.`;
  // one epoch is what it takes turns with the others
  return standing.epoch < last - 1 ? `Catching up: epoch ${formatCount(standing.epoch)} of ${formatCount(last)}` : "";
}

/** @param {ArrayLike<number> | undefined} line */
const numbersOf = (line) => Array.from(line ?? []);

/** @param {Frame} frame @param {PageState} state @param {import("../chart/series.js").Series} series @returns {Standing} */
function standingOfMain(frame, { layers, status }, series) {
  const { arrays, shapes, thumbnailSize, selected } = frame;
  const outputs = layers[layers.length - 1];
  const first = shapes.thumbnails[0] - outputs;
  const length = thumbnailSize * thumbnailSize;
  /** @type {Picture} */
  let picture = { surface: arrays.surface, size: shapes.surface[1], classes: arrays.classes ?? null, curve: arrays.curve ?? null };
  if (selected !== first && !arrays.classes) {
    // another unit is shown in the large map: of the output there is the small picture
    const small = outputs > 1 ? likeliest(arrays.thumbnails, first, outputs, thumbnailSize) : null;
    picture = { surface: small?.picture ?? arrays.thumbnails.subarray(first * length, (first + 1) * length), size: thumbnailSize, classes: small?.classes ?? null, curve: null };
  }
  const losses = { epochs: series.epochs, train: series.train, test: series.test };
  return { ...frame, test_accuracy: frame.test_accuracy, diverged: status.diverged, picture, losses };
}

/** What a frame says of a variant; null if it is a frame of others. @param {Frame} frame @param {Variant} variant @returns {Standing | null} */
function standingOf({ variants = [], arrays, shapes }, variant) {
  const place = variants.findIndex((state) => isEqual(state.variant, variant));
  if (place < 0 || variants[place].epoch === null) return null;
  const array = (/** @type {string} */ name) => arrays[`variant_${place}_${name}`];
  const picture = {
    surface: /** @type {Uint8Array} */ (array("surface")), size: shapes[`variant_${place}_surface`][1],
    classes: /** @type {Uint8Array | undefined} */ (array("classes")) ?? null, curve: array("curve") ?? null,
  };
  const [epochs, train, test] = ["epochs", "train", "test"].map((name) => numbersOf(array(`history_${name}`)));
  return { ...variants[place], picture, losses: { epochs, train, test } };
}

/** A small map with the examples on it, or a curve. */
function createMap() {
  const [surface, over] = [h("canvas", { "aria-hidden": "true" }), h("canvas", { "aria-hidden": "true" })];
  const element = h("div", { class: "compare-map", role: "img" }, surface, over);
  const contexts = [surface, over].map((canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")));
  /** @type {unknown[]} */
  let painted = [];
  /** @type {unknown[]} */
  let pointed = [];
  let side = 0;
  new ResizeObserver(([{ contentRect }]) => (side = contentRect.width)).observe(element);

  /** @param {Picture} picture @param {PageState} now */
  function paintPicture({ surface: values, size, classes }, { data, view }) {
    const palette = currentPalette();
    const of = palette.forClasses(Math.max(2, data?.classes ?? 2));
    const ramps = classes ? (view.discretize ? of.fullRamps : of.bestRamps) : [view.discretize ? palette.discreteMapRamp : palette.mapRamp];
    putPicture(contexts[0], { picture: values, size, classes }, ramps);
  }

  return {
    element,
    /** @param {Picture | null} picture @param {PageState} now */
    draw(picture, now) {
      const { data, view } = now;
      const palette = currentPalette();
      const pixels = Math.round(side * devicePixelRatio);
      if (pixels < 2) return;
      const isCurve = data?.dimensions === 1;
      element.classList.toggle("plotted", isCurve);
      surface.hidden = isCurve || picture === null;
      const points = [data, view.show_test_data, palette, pixels, isCurve ? picture : null];
      if (points.some((part, place) => part !== pointed[place])) {
        pointed = points;
        over.width = over.height = pixels;
        if (data && isCurve) paintLine(contexts[1], picture?.curve ?? null, data, now);
        else if (data) paintPoints(contexts[1], data, partsOf(data, view.show_test_data), palette);
      }
      const from = [picture?.surface, view.discretize, palette, data?.classes];
      if (!picture || isCurve || from.every((part, place) => part === painted[place])) return;
      painted = from;
      paintPicture(picture, now);
    },
  };
}

/** @param {CanvasRenderingContext2D} context @param {ArrayLike<number> | null} curve @param {import("../core/types.js").Data} data @param {PageState} now */
function paintLine(context, curve, data, { view }) {
  const palette = currentPalette();
  const height = heightFor(data.targets);
  if (curve) paintCurve(context, curve, height, palette);
  context.globalCompositeOperation = "destination-over";
  paintTargets(context, data, partsOf(data, view.show_test_data), height, palette);
  paintGrid(context, height, ticksFor(height), COLUMNS, palette);
  context.globalCompositeOperation = "source-over";
}
