/**
 * Drawing own examples on the large map: with mouse, pen and finger, and with the keyboard, where the probe of the map
 * is the pencil. The tools stand over the map for as long as the data are the user's own.
 */

import { CLASS_COLORS } from "../lib/color.js";
import { all, byId, h, setText } from "../lib/dom.js";
import { formatValue } from "../lib/format.js";
import { createKeyReader, digitOf } from "../core/keys.js";
import {
  countsOf, listOf, MOST_CLASSES, MOST_EXAMPLES, MOST_LABEL, placesBetween, scatter, whyNotNames, withoutNear,
  withoutNearest, withPoints,
} from "./examples.js";
import { classNameOf } from "../map/classes.js";
import { EXTENT } from "../map/picture.js";
import { createPopover } from "../lib/popover.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("./examples.js").Part} Part
 * @typedef {{x1: number, x2: number}} Place
 * @typedef {"point" | "spray" | "erase"} Tool
 */

/** Lengths on the plane: between two points of a line, and how far spray and eraser reach. A finger reaches further. */
const APART = { point: 0.45, spray: 0.3, erase: 0.15 };
const REACH = { point: 0, spray: 1, erase: 0.4 };
const FINGER = 1.7;
/** So often spray brings a point by itself, in ms. */
const PUFF_EVERY = 90;
/** The bit of `buttons` for the other end of a pen. */
const PEN_ERASER = 32;
/** What a key adds to the value. */
const VALUE_STEP = 0.1;
/** How far from the probe a key erases. */
const KEY_REACH = 0.6;

/**
 * @param {HTMLElement} element  in which the map is
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {HTMLElement} parts.map
 * @param {() => Place | null} parts.whereProbed  the place that the keyboard has gone to
 */
export function createPaint(element, { actions, map, whereProbed }) {
  const { painting } = actions;
  const readKey = createKeyReader();
  const bar = byId("paint", HTMLElement);
  const classes = byId("paint-classes", HTMLElement);
  const valueRow = byId("paint-value-row", HTMLElement);
  const value = byId("paint-value", HTMLInputElement);
  const valueShown = byId("paint-value-shown", HTMLElement);
  const tools = all(bar, "[data-tool]", HTMLButtonElement);
  const [undo, redo, more] = ["undo", "redo", "more"].map((name) => byId(`paint-${name}`, HTMLButtonElement));
  const [clear, start] = ["clear", "start"].map((name) => byId(`paint-${name}`, HTMLButtonElement));
  const card = byId("paint-card", HTMLElement);
  const parts = all(card, "input[name=paint-part]", HTMLInputElement);
  const names = byId("paint-names", HTMLElement);
  const count = byId("paint-count", HTMLElement);
  const live = byId("paint-live", HTMLElement);
  const draw = byId("own-draw", HTMLButtonElement);
  const download = byId("own-download", HTMLButtonElement);
  const hintStart = h("button", { type: "button", class: "copy" });
  const hint = h("div", { class: "map-hint", hidden: true }, h("p", {}, "Click or drag on the map to put points."), hintStart);
  const brush = h("span", { class: "brush", hidden: true, "aria-hidden": "true" });
  map.append(brush);
  map.after(hint);
  createPopover(more, card, { onOpen: () => drawn && drawNames(drawn) });

  /** @type {Tool | null} */
  let tool = "point";
  let chosen = 0;
  /** Classes that are offered, though none of their examples is there. */
  let offered = 2;
  /** So many the user has asked for in this session: another table brings its own. */
  let wished = 2;
  /** What was shown before the user's own examples. @type {{data: import("../core/types.js").Data, name: string} | null} */
  let last = null;
  /** @type {PageState | null} */
  let drawn = null;

  const isClasses = () => drawn?.config.problem === "classification";
  const isOn = () => drawn !== null && drawn.own !== null && !isForbidden(drawn);
  const target = () => (isClasses() ? chosen : Number(value.value));
  const part = () => /** @type {Part} */ (parts.find((radio) => radio.checked)?.value ?? "train");
  const kind = () => ({ target: target(), part: part() });
  /** Whether the last data are of the present kind. */
  const canStart = () => last !== null && (last.data.classes > 0) === isClasses();
  const labels = () => drawn?.own?.labels ?? [];

  /** @param {string} text */
  const say = (text) => setText(live, text);

  /* ---- Strokes ---- */

  /** What the pointer is doing. @type {{id: number, tool: Tool, last: Place, here: Place, reach: number, goesOn: boolean, timer: number} | null} */
  let stroke = null;

  /** @param {{clientX: number, clientY: number}} event @returns {Place} */
  function placeOf({ clientX, clientY }) {
    const { left, top, width, height } = map.getBoundingClientRect();
    return { x1: ((clientX - left) / width) * 2 * EXTENT - EXTENT, x2: EXTENT - ((clientY - top) / height) * 2 * EXTENT };
  }

  /** @param {Place[]} places */
  function put(places) {
    if (!stroke) return;
    const { tool: used, reach, goesOn } = stroke;
    const before = painting.list();
    /** @type {Record<Tool, (list: import("./examples.js").List) => import("./examples.js").List>} */
    const changes = {
      point: (list) => withPoints(list, places, kind()),
      spray: (list) => withPoints(list, places.map((place) => scatter(place, reach, Math.random)), kind()),
      erase: (list) => places.reduce((left, place) => withoutNear(left, place, reach), list),
    };
    painting.change(changes[used], { goesOn });
    if (painting.list() !== before) stroke.goesOn = true;
    if (painting.list().length >= MOST_EXAMPLES && used !== "erase") say(`${MOST_EXAMPLES.toLocaleString("en-US")} examples are the most.`);
  }

  /** @param {PointerEvent} event */
  function begin(event) {
    if (!isOn() || tool === null || stroke || !event.isPrimary || (event.button !== 0 && !(event.buttons & PEN_ERASER))) return;
    const here = placeOf(event);
    const used = event.buttons & PEN_ERASER ? "erase" : tool;
    const reach = REACH[used] * (event.pointerType === "touch" ? FINGER : 1);
    stroke = { id: event.pointerId, tool: used, last: here, here, reach, goesOn: false, timer: 0 };
    map.setPointerCapture(event.pointerId);
    put([here]);
    if (used === "spray") stroke.timer = window.setInterval(() => stroke && put([stroke.here]), PUFF_EVERY);
  }

  /** @param {PointerEvent} event */
  function goOn(event) {
    showBrush(event);
    if (!stroke || stroke.id !== event.pointerId) return;
    const way = event.getCoalescedEvents?.() ?? [];
    for (const at of way.length > 0 ? way : [event]) {
      stroke.here = placeOf(at);
      const places = placesBetween(stroke.last, stroke.here, APART[stroke.tool]);
      if (places.length === 0) continue;
      stroke.last = places[places.length - 1];
      put(places);
    }
  }

  /** @param {PointerEvent} event */
  function end(event) {
    if (!stroke || stroke.id !== event.pointerId) return;
    clearInterval(stroke.timer);
    stroke = null;
  }

  /** The circle within which the tool works. @param {PointerEvent} event */
  function showBrush(event) {
    const reach = isOn() && tool !== null && event.pointerType !== "touch" ? REACH[tool] : 0;
    brush.hidden = reach === 0;
    if (reach === 0) return;
    const { x1, x2 } = placeOf(event);
    brush.style.left = `${((x1 + EXTENT) / (2 * EXTENT)) * 100}%`;
    brush.style.top = `${((EXTENT - x2) / (2 * EXTENT)) * 100}%`;
    brush.style.width = `${(reach / EXTENT) * 100}%`;
  }

  map.addEventListener("pointerdown", begin);
  map.addEventListener("pointermove", goOn);
  for (const type of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) map.addEventListener(type, end);
  map.addEventListener("pointerleave", () => (brush.hidden = true));

  /* ---- With the keyboard ---- */

  /** Whether the map was gone to, or over, with keys: then Space does not mean play. */
  let isByKeys = false;
  map.addEventListener("focus", () => (isByKeys = map.matches(":focus-visible")));
  map.addEventListener("pointerdown", () => (isByKeys = false));

  /** @param {"put" | "erase"} what */
  function atProbe(what) {
    const place = whereProbed();
    if (!place) return;
    const before = painting.list();
    painting.change((list) => (what === "put" ? withPoints(list, [place], kind()) : withoutNearest(list, place, KEY_REACH)));
    const list = painting.list();
    const where = `at ${formatValue(place.x1, 2)}, ${formatValue(place.x2, 2)}`;
    const named = isClasses() ? classNameOf(chosen, labels()) : `Value ${formatValue(target(), 2)}`;
    if (list === before) say(what === "put" ? `Nothing put ${where}.` : `Nothing to erase ${where}.`);
    else say(what === "put" ? `${named} ${where}, ${list.length} examples.` : `Erased ${where}, ${list.length} examples.`);
  }

  /** @type {Record<string, () => void>} */
  const MAP_KEYS = { " ": () => atProbe("put"), Enter: () => atProbe("put"), Delete: () => atProbe("erase"), Backspace: () => atProbe("erase") };

  map.addEventListener("keydown", (event) => {
    if (!isOn() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) isByKeys = true;
    const isKey = Object.hasOwn(MAP_KEYS, event.key) && (isByKeys || event.key !== " ");
    const number = isClasses() ? (digitOf(event) ?? 0) - 1 : -1;
    const more = { "+": 1, "-": -1 }[event.key];
    if (isKey) MAP_KEYS[event.key]();
    else if (number >= 0 && number < offered) choose(number);
    else if (more && !isClasses()) setValue(Number(value.value) + more * VALUE_STEP);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  for (const place of [element, card]) place.addEventListener("keydown", undoByKey);
  bar.addEventListener("keydown", undoByKey);

  /** @param {KeyboardEvent} event */
  function undoByKey(event) {
    if (!isOn() || !(event.ctrlKey || event.metaKey) || event.altKey || isText(event.target)) return;
    const key = readKey(event);
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    step(key === "y" || event.shiftKey ? "redo" : "undo");
  }

  /** @param {"undo" | "redo"} which */
  function step(which) {
    const before = painting.list();
    painting[which]();
    const list = painting.list();
    if (list !== before) say(`${which === "undo" ? "Undone" : "Done again"}, ${list.length} examples.`);
  }

  undo.addEventListener("click", () => step("undo"));
  redo.addEventListener("click", () => step("redo"));

  /* ---- The tools ---- */

  /** @param {number} number */
  function choose(number) {
    chosen = number;
    wished = Math.max(wished, number + 1);
    if (tool === "erase" || tool === null) tool = "point";
    say(`${classNameOf(number, labels())} is drawn.`);
    if (drawn) drawTools(drawn);
  }

  /** @param {number} next */
  function setValue(next) {
    value.value = String(next);
    value.style.setProperty("--fill", `${((Number(value.value) + 1) / 2) * 100}%`);
    setText(valueShown, formatValue(Number(value.value), 2));
  }

  value.addEventListener("input", () => setValue(Number(value.value)));
  for (const button of tools) {
    button.addEventListener("click", () => {
      const name = /** @type {Tool} */ (button.dataset.tool);
      tool = tool === name ? null : name;
      if (drawn) drawTools(drawn);
    });
  }
  clear.addEventListener("click", () => painting.change((list) => (list.length > 0 ? [] : list)));
  for (const button of [start, hintStart]) {
    button.addEventListener("click", () => {
      const shown = last?.data;
      if (shown && canStart()) painting.change(() => listOf(shown));
    });
  }
  draw.addEventListener("click", () => {
    actions.drawOwn();
    map.scrollIntoView({ block: "nearest" });
  });
  download.addEventListener("click", actions.downloadData);

  /** The classes that can be drawn: those that there are, and one's choice of more. @param {PageState} state */
  function countOffered({ own, data }) {
    return Math.max(2, data?.classes ?? 2, countsOf(own?.list ?? []).length, Math.min(wished, MOST_CLASSES));
  }

  /** @param {PageState} state */
  function drawClasses(state) {
    offered = countOffered(state);
    chosen = Math.min(chosen, offered - 1);
    const had = all(classes, "button", HTMLButtonElement).indexOf(/** @type {any} */ (document.activeElement));
    classes.replaceChildren(...CLASS_COLORS.slice(0, offered).map((color, number) => {
      const name = classNameOf(number, labels());
      const dot = h("i", { class: "dot" });
      dot.style.background = color;
      const button = h("button", { type: "button", class: "swatch-button", title: `${name} (${number + 1})`, "aria-label": name,
        "aria-pressed": String(number === chosen) }, dot);
      button.addEventListener("click", () => choose(number));
      return button;
    }));
    if (offered < MOST_CLASSES) {
      const add = h("button", { type: "button", class: "swatch-button", title: "One more class", "aria-label": "One more class" }, "+");
      add.addEventListener("click", () => {
        wished = offered += 1;
        choose(offered - 1);
      });
      classes.append(add);
    }
    if (had >= 0) all(classes, "button", HTMLButtonElement)[Math.min(had, offered)]?.focus();
  }

  /** @param {PageState} state */
  function drawTools(state) {
    classes.hidden = !isClasses();
    valueRow.hidden = isClasses();
    if (isClasses()) drawClasses(state);
    for (const button of tools) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    element.classList.toggle("painting", isOn() && tool !== null);
  }

  /** Those of classes; only what the user has typed there stands against what the server says. @param {PageState} state */
  function drawNames({ own }) {
    names.hidden = !isClasses();
    const fields = CLASS_COLORS.slice(0, offered).map((color, number) => {
      const dot = h("i", { class: "dot" });
      dot.style.background = color;
      const input = h("input", { type: "text", maxlength: MOST_LABEL, value: own?.labels[number] ?? "", spellcheck: "false", autocomplete: "off",
        placeholder: classNameOf(number, []), "aria-label": `Name of class ${number + 1}` });
      input.addEventListener("change", () => rename(fields.map((field) => all(field, "input", HTMLInputElement)[0])));
      return h("label", { class: "paint-name" }, dot, input);
    });
    names.replaceChildren(h("legend", {}, "Names of the classes"), ...fields);
  }

  /** @param {HTMLInputElement[]} inputs */
  function rename(inputs) {
    const next = inputs.map((input) => input.value.trim());
    const why = whyNotNames(next);
    inputs.forEach((input) => input.setCustomValidity(why ?? ""));
    if (why) inputs.find((input) => input === document.activeElement || input.value)?.reportValidity();
    else painting.rename(next);
  }

  /** @param {PageState} state */
  function drawCounts({ own, data }) {
    const all = own?.list.length ?? 0;
    const test = data ? data.targets.length - data.trainSize - data.validationSize : 0;
    setText(count, `${all.toLocaleString("en-US")} of at most ${MOST_EXAMPLES.toLocaleString("en-US")} examples; ${data?.trainSize ?? 0} for training, ${test} for the test.`);
    clear.disabled = all === 0;
    start.disabled = !canStart();
    undo.disabled = !own?.canUndo;
    redo.disabled = !own?.canRedo;
  }

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      if (state.own === null && state.data !== null && state.data !== last?.data) last = lastOf(state);
      const before = drawn;
      drawn = state;
      if (state.session !== before?.session) wished = 2;
      const isOwn = state.own !== null;
      draw.setAttribute("aria-pressed", String(isOwn));
      const isShown = isOn();
      if (bar.hidden === isShown) {
        bar.hidden = !isShown;
        document.documentElement.toggleAttribute("data-own", isShown);
      }
      hint.hidden = !isShown || state.own?.list.length !== 0;
      hintStart.hidden = !canStart();
      for (const button of [start, hintStart]) setText(button, `Start from ${last?.name || "the last data"}`);
      const isNews = state.own !== before?.own || state.config !== before?.config || state.data !== before?.data || state.view !== before?.view;
      if (!isNews) return;
      element.classList.toggle("painting", isShown && tool !== null);
      if (!isShown) return;
      drawCounts(state);
      const isOther = state.own?.labels !== before?.own?.labels || state.config.problem !== before?.config.problem || countOffered(state) !== offered;
      if (isOther || classes.childElementCount === 0) drawTools(state);
    },
  };
}

/** Hidden or locked: then the map is only to be looked at. @param {PageState} state */
function isForbidden({ view }) {
  return view.hidden.includes("ownData") || (view.locked ?? []).includes("ownData");
}

/** The data that are shown, for a start, with the name of their data set. @param {PageState} state */
function lastOf({ data, config, schema }) {
  if (!data || data.dimensions !== 2) return null;
  const [field, value] = data.classes > 0 ? ["dataset", config.dataset] : ["regression_dataset", config.regression_dataset];
  const choice = schema.fields.find(({ name }) => name === field)?.choices?.find((other) => other.value === value);
  return { data, name: choice?.label ?? "" };
}

/** @param {EventTarget | null} element */
function isText(element) {
  return element instanceof HTMLInputElement && element.type === "text";
}
