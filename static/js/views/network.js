/**
 * The network: features, hidden layers and output with their pictures, the links between them, the buttons that change
 * its shape.
 *
 * Units are buttons, one stop of the Tab key for each layer; the arrow keys go on from there: up and down to the other
 * units of the layer, left to the weights and the bias of the unit. Links and biases are painted on one canvas and found
 * by their place.
 *
 * @typedef {import("../types.js").Frame} Frame
 * @typedef {import("../types.js").State} State
 * @typedef {import("../layout.js").UnitPlace} UnitPlace
 * @typedef {import("../layout.js").LinkPlace} LinkPlace
 * @typedef {import("../layout.js").BiasPlace} BiasPlace
 */

import { hiddenActivations } from "../applies.js";
import { h, setText } from "../dom.js";
import { formatValue } from "../format.js";
import { findPart, layoutNetwork, linkHeight } from "../layout.js";
import { LOCKED, layerChanges, locksOf } from "../locks.js";
import { createPace } from "../pace.js";
import { showsNetwork } from "../protocol.js";
import { createHovercard } from "./hovercard.js";
import { createLinks } from "./links.js";
import { currentPalette } from "./palette.js";
import { createThumbnail } from "./thumbnail.js";

/** Pixels of the root's type at scale 1. */
const TYPE_SIZE = 14;
/** Heights of the board: lower there is no room, higher the network only falls apart; and the room below it. */
const LOWEST = 420;
const HIGHEST = 870;
const BELOW = 14;
/** How far from a link a finger may be, and a mouse. */
const REACH = { touch: 14, mouse: 7 };
/** So many links get their full width. */
const IN_FULL = { least: 60, most: 4000, start: 160 };
const SCROLLBAR = 14;
const KEYS_HINT = "network-keys";
const CALLOUTS = {
  unit: "This is what one unit answers. Point at it to see it large.",
  link: "The thicker a line, the larger its weight. Click it to change it.",
  fixedLink: "The thicker a line, the larger its weight.",
};

const stillMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {number} count @param {string} noun */
const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/**
 * One column: a group of the page, with buttons in it.
 * @typedef {object} Column
 * @property {HTMLElement} element
 * @property {HTMLElement | null} header  of a hidden layer
 * @property {HTMLElement} count
 * @property {HTMLButtonElement[]} changers  − and +
 */
/**
 * @typedef {object} UnitView
 * @property {HTMLButtonElement} button
 * @property {import("./thumbnail.js").Thumbnail} thumbnail
 * @property {HTMLElement | null} name  beside a feature, or an output unit of a class
 */

/**
 * What the links are drawn from.
 * @typedef {object} Scene
 * @property {import("../layout.js").Layout} layout
 * @property {Float64Array} params
 * @property {Uint8Array | undefined} dead
 * @property {number} scale
 */

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {import("../types.js").Actions} parts.actions
 * @param {import("../types.js").Schema} parts.schema
 * @returns {import("../types.js").Drawing & {scene: () => Scene | null}}
 */
export function createNetwork(element, { actions, schema }) {
  const firstUnit = schema.features.length;
  const { page_layers: mostLayers, page_units: mostUnits } = schema.limits;

  const canvas = h("canvas", { class: "links", "aria-hidden": "true" });
  const layerCount = h("span", { id: "num-layers" });
  const layerWord = h("span");
  const removeLayer = changer("−", "Remove a hidden layer", actions.removeLayer, "remove-layers");
  const addLayer = changer("+", "Add a hidden layer", actions.addLayer, "add-layers");
  const layersHeading = h("div", { class: "layers-heading" },
    h("h2", {}, layerCount, " ", layerWord), h("span", { class: "changers" }, removeLayer, addLayer));
  const featuresHeading = h("h2", { class: "caption" }, "Features");
  const outputHeading = h("h2", { class: "caption output" }, "Output");
  const callouts = { unit: h("p", { class: "callout" }, CALLOUTS.unit), link: h("p", { class: "callout" }, CALLOUTS.link) };
  const hint = h("p", { id: KEYS_HINT, class: "visually-hidden" }, "Up and down go to the other units of the layer, left to the weights and the bias.");
  const spoken = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  const board = h("div", { class: "board" }, canvas, layersHeading, featuresHeading, outputHeading, callouts.unit, callouts.link);
  const scroller = h("div", { class: "network-scroll" }, board);
  element.append(scroller, hint, spoken);

  const links = createLinks(canvas);
  const pace = createPace(IN_FULL);
  const card = createHovercard(element, { setParameter: actions.setParameter, onLeave: returnFocus });

  /** @type {Column[]} */
  let columns = [];
  /** By the unit's name, which stays the same when layers come and go. @type {Map<string, UnitView>} */
  const units = new Map();
  /** @type {Map<number, UnitView>} */
  let unitsByIndex = new Map();
  /** @type {Map<number, UnitPlace>} */
  let places = new Map();
  /** @type {import("../layout.js").Layout | null} */
  let layout = null;
  let scale = 1;

  /** @type {State | null} */
  let state = null;
  /** @type {Frame | null} */
  let frame = null;
  let structure = "";
  /** Output units: one, or with more than two classes one of each. */
  let outputs = 1;
  /** The size of the element that is laid out for. */
  let measured = "";
  let isStale = true;
  /** @type {import("./palette.js").Palette | null} */
  let palette = null;
  /** The parameter that is pointed at. @type {LinkPlace | BiasPlace | null} */
  let marked = null;
  /** The unit from which keys went to it: there the focus returns after an edit. @type {number | null} */
  let markedFrom = null;
  let paintedAt = -1;
  let isTicking = false;
  let isPassedOver = false;

  /* ---- Making what there is ---- */

  /** A small round button. @param {string} sign @param {string} label @param {() => void} run @param {string} [id] */
  function changer(sign, label, run, id) {
    const button = h("button", { type: "button", class: "changer", "aria-label": label, title: label, ...(id && { id }) }, sign);
    button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && run());
    return button;
  }

  /** @param {HTMLButtonElement} button @param {boolean} isEnabled  the focus stays where it is @param {boolean} isLocked */
  function enable(button, isEnabled, isLocked) {
    if (isEnabled && !isLocked) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
    button.title = isLocked ? LOCKED : button.getAttribute("aria-label") ?? "";
  }

  /** @param {number} layer  0 holds the features @param {number} last  the output's @returns {Column} */
  function createColumn(layer, last) {
    const name = layer === 0 ? "Features" : layer === last ? "Output" : `Hidden layer ${layer}`;
    const group = h("div", { class: "layer", role: "group", "aria-label": name });
    const count = h("span", { class: "count" });
    if (layer === 0 || layer === last) return { element: group, header: null, count, changers: [] };
    const changers = [
      changer("−", `Remove a unit from layer ${layer}`, () => actions.removeUnit(layer - 1)),
      changer("+", `Add a unit to layer ${layer}`, () => actions.addUnit(layer - 1)),
    ];
    const header = h("div", { class: "layer-header" }, changers[0], count, changers[1]);
    group.append(header);
    return { element: group, header, count, changers };
  }

  /** The output's column is always the last one and stays the same. @param {number} last */
  function fitColumns(last) {
    const output = columns.pop() ?? createColumn(1, 1);
    if (columns.length === 0) columns.push(createColumn(0, last));
    while (columns.length > last) columns.pop()?.element.remove();
    while (columns.length < last) columns.push(createColumn(columns.length, last));
    columns.push(output);
    if (!output.element.isConnected) board.insertBefore(output.element, callouts.unit);
    for (const { element: group } of columns) if (!group.isConnected) board.insertBefore(group, output.element);
  }

  /** @param {UnitPlace} place @returns {UnitView} */
  function createUnit({ index, layer, row }) {
    const thumbnail = createThumbnail();
    const button = h("button", { type: "button", class: "unit", tabindex: "-1", "aria-describedby": KEYS_HINT }, thumbnail.canvas);
    if (outputs > 1 && layer === columns.length - 1) {
      return { button, thumbnail, name: h("span", { class: "class-name", "aria-hidden": "true" }, h("i"), String(row)) };
    }
    if (layer > 0) return { button, thumbnail, name: null };
    const { label } = schema.features[index];
    return { button, thumbnail, name: h("span", { class: "feature-name", "aria-hidden": "true" }, label) };
  }

  /** @param {UnitPlace} place @param {number} last */
  const unitKey = ({ index, layer, row }, last) => (layer === 0 ? `feature ${index}` : layer === last ? `output ${row} of ${Math.min(outputs, 2)}` : `${layer} ${row}`);

  /** @param {number} index */
  function unitName(index) {
    const place = places.get(index);
    if (!place || place.layer === 0) return schema.features[index]?.label ?? "";
    if (place.layer < columns.length - 1) return `unit ${place.row + 1}`;
    return outputs > 1 ? `class ${place.row}` : "output";
  }

  /** @param {UnitPlace} place  of a feature */
  const isFeatureLocked = ({ index }) => state?.view.locked.includes(schema.features[index].name) ?? false;

  /** What the card of a link or bias says, if its value may be changed, and if not. @param {"look" | "keys"} by */
  function hintOf(by) {
    if (state?.view.locked.includes("weights")) return "locked";
    return state?.view.hidden.includes("weights") ? "hidden" : by;
  }

  const canEdit = () => hintOf("look") === "look";

  /** @param {UnitPlace} place */
  function unitLabel(place) {
    if (place.layer === 0 && isFeatureLocked(place)) {
      return `${schema.features[place.index].label}, ${place.used ? "in use" : "not in use"}: ${LOCKED.toLowerCase()}`;
    }
    if (place.layer === 0) {
      const use = place.used ? "in use: Enter takes it out of the network" : "not in use: Enter puts it into the network";
      return `${schema.features[place.index].label}, ${use}`;
    }
    if (outputs > 1 && place.layer === columns.length - 1) {
      return `Output, class ${place.row}: Enter keeps its probability on the large map, once more shows all classes`;
    }
    const name = place.layer === columns.length - 1 ? "Output" : `Layer ${place.layer}, unit ${place.row + 1}`;
    return `${name}: Enter keeps its picture on the large map`;
  }

  /* ---- Laying out ---- */

  /** What the shape of the network depends on. @param {State} now */
  const structureOf = ({ config, view, presentation, layers }) =>
    JSON.stringify([config.features, config.hidden_layer_sizes, layers[layers.length - 1] ?? 1, view.hidden, view.locked, presentation, innerHeight]);

  const measure = () => `${element.clientWidth} ${element.clientHeight}`;

  /** The height to use: as the element is high, but where it begins in the first window, not beyond its end. */
  function roomBelow() {
    const inWindow = innerHeight - (element.getBoundingClientRect().top + scrollY) - BELOW * scale;
    const most = inWindow > LOWEST * scale ? inWindow : HIGHEST * scale;
    return Math.min(element.clientHeight, most, HIGHEST * scale);
  }

  /** @param {State} now */
  function arrange(now) {
    const { config, view } = now;
    outputs = now.layers[now.layers.length - 1] ?? 1;
    const hidden = new Set(view.hidden);
    const features = schema.features.map(({ name }, index) => ({ name, index, used: config.features.includes(name) }))
      .filter(({ name, used }) => used || !hidden.has(name));
    const layers = config.hidden_layer_sizes;
    element.style.minHeight = "";
    scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / TYPE_SIZE;
    const room = { width: scroller.clientWidth, height: roomBelow() };
    layout = layoutNetwork({ features, firstUnit, layers, outputs, ...room, scale });
    if (layout.overflows) layout = layoutNetwork({ features, firstUnit, layers, outputs, ...room, height: room.height - SCROLLBAR, scale });
    const high = layout.height + (layout.overflows ? SCROLLBAR : 0);
    if (high > element.clientHeight) element.style.minHeight = `${high}px`;

    const last = layers.length + 1;
    fitColumns(last);
    places = new Map(layout.units.map((place) => [place.index, place]));
    arrangeUnits(layout.units, last);
    arrangeHeadings(layout, layers, hidden, locksOf(schema.controls, view.locked));
    isStale = true;
    point(null);
    measured = measure();
  }

  new ResizeObserver(() => {
    if (!state || measured === "" || measure() === measured) return;
    arrange(state);
    drawUnits();
    paint();
  }).observe(element);

  /** @param {readonly UnitPlace[]} all @param {number} last */
  function arrangeUnits(all, last) {
    unitsByIndex = new Map();
    const present = new Set();
    for (const place of all) {
      const key = unitKey(place, last);
      const unit = units.get(key) ?? createUnit(place);
      units.set(key, unit);
      unitsByIndex.set(place.index, unit);
      present.add(key);
      const { button, name } = unit;
      const group = columns[place.layer].element;
      if (button.parentNode !== group) group.append(...(name ? [name] : []), button);
      button.dataset.unit = String(place.index);
      Object.assign(button.style, { left: `${place.x}px`, top: `${place.y}px`, width: `${place.size}px`, height: `${place.size}px` });
      if (name) placeName(name, place);
      button.classList.toggle("unused", !place.used);
      button.setAttribute("aria-label", unitLabel(place));
      if (place.layer === 0) {
        button.setAttribute("aria-pressed", String(place.used));
        button.toggleAttribute("aria-disabled", isFeatureLocked(place));
        button.title = isFeatureLocked(place) ? LOCKED : "";
        name?.classList.toggle("locked", isFeatureLocked(place));
      }
      name?.classList.toggle("unused", !place.used);
    }
    for (const [key, { button, name }] of units) {
      if (present.has(key)) continue;
      button.remove();
      name?.remove();
      units.delete(key);
    }
    columns.forEach((_, layer) => rove(layer, null));
  }

  /** Left of a feature, right of an output unit. @param {HTMLElement} name @param {UnitPlace} place */
  function placeName(name, { x, y, size, layer }) {
    const side = layer === 0 ? { width: `${x - 10 * scale}px` } : { left: `${x + size + 9 * scale}px` };
    Object.assign(name.style, { top: `${y + size / 2}px`, ...side });
  }

  /** @param {import("../layout.js").Layout} placed @param {readonly number[]} layers @param {Set<string>} hidden @param {import("../locks.js").Locks} locks */
  function arrangeHeadings(placed, layers, hidden, locks) {
    Object.assign(board.style, { width: `${placed.width}px`, height: `${placed.height}px` });
    board.classList.toggle("narrow", placed.isNarrow);
    scroller.classList.toggle("overflows", placed.overflows);
    setText(layerCount, String(layers.length));
    setText(layerWord, layers.length === 1 ? "hidden layer" : "hidden layers");
    layersHeading.style.left = placed.isNarrow ? "0" : `${placed.middle}px`;
    featuresHeading.style.top = `${placed.rows.features}px`;
    const { canAdd, canRemove } = layerChanges(layers.length, locks);
    enable(removeLayer, layers.length > 0, !canRemove);
    enable(addLayer, layers.length < mostLayers, !canAdd);
    layersHeading.toggleAttribute("data-locked", !canAdd && !canRemove);
    for (const button of [removeLayer, addLayer]) button.hidden = hidden.has("numHiddenLayers");

    placed.headers.forEach(({ x, width, isStacked }, place) => {
      const { header, count, changers } = columns[place + 1];
      if (!header) return;
      header.classList.toggle("stacked", isStacked);
      Object.assign(header.style, { left: `${x - width / 2}px`, top: `${placed.rows.headers}px`, width: `${width}px` });
      setText(count, counted(layers[place], "unit"));
      for (const button of changers) button.hidden = hidden.has(`numNodes${place + 1}`);
      const isLocked = locks.controls.has(`numNodes${place + 1}`);
      enable(changers[0], layers[place] > 1, isLocked);
      enable(changers[1], layers[place] < mostUnits, isLocked);
      header.toggleAttribute("data-locked", isLocked);
    });

    for (const kind of /** @type {const} */ (["unit", "link"])) {
      const place = placed.callouts.find((callout) => callout.kind === kind);
      callouts[kind].hidden = !place;
      setText(callouts.link, canEdit() ? CALLOUTS.link : CALLOUTS.fixedLink);
      if (place) Object.assign(callouts[kind].style, { left: `${place.x}px`, top: `${place.y}px`, width: `${place.width}px` });
    }
  }

  /** Makes one unit of the layer the stop of the Tab key. @param {number} layer @param {number | null} index */
  function rove(layer, index) {
    const here = (layout?.units ?? []).filter((place) => place.layer === layer);
    const buttons = here.map((place) => /** @type {UnitView} */ (unitsByIndex.get(place.index)).button);
    const chosen = index === null ? buttons.find((button) => button.tabIndex === 0) ?? buttons[0] : unitsByIndex.get(index)?.button;
    for (const button of buttons) button.tabIndex = button === chosen ? 0 : -1;
  }

  /* ---- Drawing ---- */

  function drawUnits() {
    if (!state || !palette) return;
    const ramp = state.view.discretize ? palette.discreteRamp : palette.ramp;
    const last = places.size && layout ? layout.units[layout.units.length - 1].index : -1;
    const pinned = state.selected ?? (outputs === 1 ? last : null);
    const classes = outputs > 1 ? palette.forClasses(outputs) : null;
    for (const [index, { button, thumbnail }] of unitsByIndex) {
      const number = index - (last - outputs + 1);
      const own = classes && number >= 0 ? (state.view.discretize ? classes.discreteRamps : classes.ramps)[number] : ramp;
      if (frame) thumbnail.draw(frame.arrays.thumbnails, index, frame.thumbnailSize, own);
      if (classes && number >= 0) paintName(unitsByIndex.get(index)?.name ?? null, classes.colors[number]);
      if (index >= firstUnit) {
        const isPinned = String(index === pinned);
        if (button.getAttribute("aria-pressed") !== isPinned) button.setAttribute("aria-pressed", isPinned);
      }
      button.classList.toggle("pinned", index === pinned);
      button.classList.toggle("hovered", index === state.hovered);
    }
  }

  /** @param {HTMLElement | null} name @param {string} color */
  function paintName(name, color) {
    const dot = name?.querySelector("i");
    if (dot && dot.dataset.color !== color) dot.style.background = dot.dataset.color = color;
  }

  function paint() {
    if (!layout || !palette || !state) return;
    const isHoveredUnit = state.hovered !== null && (places.get(state.hovered)?.used ?? false);
    links.paint({
      layout,
      palette,
      params: frame?.arrays.params ?? null,
      dead: frame?.arrays.dead,
      scale: Math.max(1, scale),
      time: isMoving() ? performance.now() : 0,
      unit: isHoveredUnit ? state.hovered : null,
      marked: marked?.index ?? null,
      inFull: pace.amount,
    });
    isStale = false;
    paintedAt = Number(document.timeline.currentTime);
  }

  /** While it moves: where the machine cannot keep up, the links are painted at every other frame only. */
  function paintMoving() {
    pace.frame(performance.now());
    isPassedOver = pace.amount === IN_FULL.least && !isPassedOver;
    if (isPassedOver) paintedAt = Number(document.timeline.currentTime);
    else paint();
  }

  const isMoving = () => Boolean(state?.status.playing) && !stillMotion.matches;

  /** Moves the dashes also when no new frame comes. */
  function tick() {
    isTicking = isMoving();
    if (!isTicking) return;
    if (paintedAt !== Number(document.timeline.currentTime)) paintMoving();
    requestAnimationFrame(tick);
  }

  /** @param {Frame | null} newest @param {State} now @returns {Frame | null} the frame, if it is of this network */
  function fitting(newest, now) {
    if (!newest || !layout) return null;
    const sizes = [layout.units.filter(({ layer, used }) => layer === 0 && used).length, ...now.config.hidden_layer_sizes, outputs];
    return showsNetwork(newest, sizes, schema.features.length) ? newest : null;
  }

  /* ---- Pointing at links and biases ---- */

  /** @param {LinkPlace | BiasPlace} part @returns {import("./hovercard.js").Subject} */
  function subjectOf(part) {
    const isLink = "source" in part;
    const target = unitName(isLink ? part.target : part.unit);
    const activation = state && hiddenActivations(state.config)[part.layer - 1];
    const piece = activation && schema.paired.includes(activation) ? ", first piece" : "";
    const layer = part.layer === columns.length - 1 ? "" : `, layer ${part.layer}${piece}`;
    const place = isLink ? `${unitName(part.source)} → ${target}${layer}` : `${target}${layer}`;
    return { index: part.index, kind: isLink ? "Weight" : "Bias", place };
  }

  /** Where in the window. @param {LinkPlace | BiasPlace} part */
  function whereIs(part) {
    const { left, top } = board.getBoundingClientRect();
    if (!("source" in part)) return { x: left + part.x + part.size, y: top + part.y };
    const x = (part.x1 + part.x2) / 2;
    return { x: left + x, y: top + linkHeight(part, x) };
  }

  /** @param {LinkPlace | BiasPlace | null} part */
  function point(part) {
    if (part?.index !== marked?.index) isStale = true;
    marked = part;
    board.classList.toggle("pointing", part !== null);
    if (part === null) card.hide();
  }

  /** @param {PointerEvent | MouseEvent} event */
  function partUnder(event) {
    if (!layout || !frame || (event.target !== board && event.target !== canvas)) return null;
    const { left, top } = board.getBoundingClientRect();
    const isTouch = event instanceof PointerEvent && event.pointerType === "touch";
    return findPart(layout, event.clientX - left, event.clientY - top, isTouch ? REACH.touch : REACH.mouse)?.part ?? null;
  }

  board.addEventListener("pointermove", (event) => {
    if (card.isEditing || event.pointerType === "touch") return;
    const part = partUnder(event);
    point(part);
    if (part) card.show(subjectOf(part), { x: event.clientX, y: event.clientY }, hintOf("look"));
    if (isStale && !isTicking) paint();
  });
  board.addEventListener("pointerleave", () => {
    if (card.isEditing) return;
    point(null);
    if (isStale && !isTicking) paint();
  });
  board.addEventListener("click", (event) => {
    const part = partUnder(event);
    if (!part) return;
    markedFrom = null;
    point(part);
    if (canEdit()) card.edit(subjectOf(part), { x: event.clientX, y: event.clientY });
    paint();
  });
  element.addEventListener("focusout", () => queueMicrotask(() => {
    const from = markedFrom === null ? undefined : unitsByIndex.get(markedFrom);
    if (!marked || card.isEditing || from?.button === document.activeElement) return;
    leaveParts();
  }));

  /* ---- Units under the pointer and the focus ---- */

  /** @param {EventTarget | null} target @returns {UnitPlace | undefined} */
  function unitOf(target) {
    const button = target instanceof Element ? target.closest(".unit") : null;
    return button instanceof HTMLElement ? places.get(Number(button.dataset.unit)) : undefined;
  }

  board.addEventListener("pointerover", (event) => {
    const place = unitOf(event.target);
    if (place && event.pointerType !== "touch") actions.hover(place.index);
  });
  board.addEventListener("pointerout", (event) => {
    if (unitOf(event.target) && !unitOf(event.relatedTarget)) actions.hover(null);
  });
  board.addEventListener("focusin", (event) => {
    const place = unitOf(event.target);
    if (!place) return;
    rove(place.layer, place.index);
    if (event.target instanceof Element && event.target.matches(":focus-visible")) actions.hover(place.index);
  });
  board.addEventListener("focusout", (event) => {
    if (unitOf(event.target) && !unitOf(event.relatedTarget)) actions.hover(null);
  });
  board.addEventListener("click", (event) => {
    const place = unitOf(event.target);
    if (!place || !state) return;
    if (place.layer === 0) {
      if (!isFeatureLocked(place)) actions.toggleFeature(schema.features[place.index].name);
    } else actions.select(isWholeOutput(place) ? null : place.index);
  });

  /** Whether choosing this unit shows the whole output: it is all there is of it, or is chosen already. @param {UnitPlace} place */
  function isWholeOutput({ layer, index }) {
    return layer === columns.length - 1 && (outputs === 1 || state?.selected === index);
  }

  /* ---- Keys ---- */

  /** What comes into a unit, from the top: its links, then the bias. @param {number} unit */
  function incoming(unit) {
    if (!layout) return [];
    return [...layout.links.filter(({ target }) => target === unit), ...layout.biases.filter((bias) => bias.unit === unit)];
  }

  /** @param {UnitPlace} place @param {1 | -1} step */
  function goToUnit({ layer, row }, step) {
    const next = layout?.units.find((place) => place.layer === layer && place.row === row + step);
    if (next) unitsByIndex.get(next.index)?.button.focus();
  }

  /** @param {(LinkPlace | BiasPlace)[]} parts @param {number} at */
  function goToPart(parts, at) {
    const part = parts[Math.max(0, Math.min(parts.length - 1, at))];
    if (part && frame) pointByKeys(part);
  }

  /** @param {LinkPlace | BiasPlace} part */
  function pointByKeys(part) {
    point(part);
    markedFrom = "source" in part ? part.target : part.unit;
    const subject = subjectOf(part);
    card.show(subject, whereIs(part), hintOf("keys"));
    setText(spoken, `${subject.kind} ${subject.place}: ${formatValue(frame?.arrays.params[part.index])}`);
    paint();
  }

  function leaveParts() {
    point(null);
    paint();
  }

  function returnFocus() {
    const unit = markedFrom === null ? undefined : unitsByIndex.get(markedFrom);
    const part = marked;
    unit?.button.focus();
    if (unit && part) pointByKeys(part);
    else leaveParts();
  }

  /** What a key does on a unit. @type {Record<string, (place: UnitPlace) => void>} */
  const UNIT_KEYS = {
    ArrowUp: (place) => goToUnit(place, -1),
    ArrowDown: (place) => goToUnit(place, 1),
    ArrowLeft: ({ index }) => goToPart(incoming(index), 0),
  };
  /** And what on one of the weights or the bias that come into it. @type {Record<string, (place: UnitPlace, parts: (LinkPlace | BiasPlace)[], at: number) => void>} */
  const PART_KEYS = {
    ArrowUp: (_, parts, at) => goToPart(parts, at - 1),
    ArrowDown: (_, parts, at) => goToPart(parts, at + 1),
    ArrowLeft: () => {},
    ArrowRight: leaveParts,
    Escape: leaveParts,
    Enter: (_, parts, at) => editByKeys(parts[at]),
  };

  /** @param {LinkPlace | BiasPlace} part */
  function editByKeys(part) {
    if (canEdit()) card.edit(subjectOf(part), whereIs(part));
  }

  board.addEventListener("keydown", (event) => {
    const place = unitOf(event.target);
    if (!place || event.ctrlKey || event.metaKey || event.altKey) return;
    const parts = incoming(place.index);
    const at = parts.findIndex(({ index }) => index === marked?.index);
    const run = at < 0 ? UNIT_KEYS[event.key] : PART_KEYS[event.key];
    if (!run) return;
    run(place, parts, at);
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    scene: () => layout && frame && { layout, params: frame.arrays.params, dead: frame.arrays.dead, scale: Math.max(1, scale) },
    draw(newest, now) {
      const isNewState = now !== state;
      state = now;
      const nowStructure = structureOf(now);
      if (nowStructure !== structure) {
        structure = nowStructure;
        arrange(now);
      }
      const fit = fitting(newest, now);
      const isNew = fit !== frame || palette !== currentPalette() || isStale;
      frame = fit;
      palette = currentPalette();
      if (isNew || isNewState) {
        drawUnits();
        card.draw(frame?.arrays.params ?? null);
        if (isMoving() && !isNewState && !isStale) paintMoving();
        else paint();
      }
      if (isMoving() && !isTicking) {
        isTicking = true;
        requestAnimationFrame(tick);
      }
    },
  };
}
