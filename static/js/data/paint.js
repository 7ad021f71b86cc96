/**
 * Drawing the user's own data on the map: with mouse, pen and finger, and with the keyboard, where the map's probe is the
 * pencil. The tools are above the map while the data are the user's own.
 */

import { all, byId, h, setText } from "../lib/dom.js";
import { formatValue } from "../lib/format.js";
import { createKeyReader, digitOf } from "../lib/keys.js";
import { createPopover } from "../lib/popover.js";
import { classNameOf } from "../map/classes.js";
import { pointAt } from "../map/readout.js";
import { FULL, brushBox, keyChange, keyMeaning, keySentence, pointsOfStroke, reachOf, strokeChange, undoSentence } from "./brush.js";
import { MOST_CLASSES, MOST_EXAMPLES, MOST_LABEL, listOf, whyNotNames } from "./examples.js";
import { canDraw, canStartFrom, classButtons, countText, hasClasses, nameFields, newsOf, offeredClasses, ownLabels, startOf, startText } from "./tools.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("./painting.js").Painting} Painting
 * @typedef {import("./brush.js").Tool} Tool
 * @typedef {import("../map/readout.js").Point} Point
 */

/** In ms: how often spray adds a point by itself. */
const PUFF_EVERY = 90;
/** The bit of `buttons` for the other end of a pen. */
const PEN_ERASER = 32;

/**
 * What is chosen for drawing, which the parts below share.
 * @typedef {object} Easel
 * @property {Tool | null} tool
 * @property {number} chosen  class to draw
 * @property {number} offered  classes, even if there are no examples of them
 * @property {number} requested  classes that the user has asked for in this session: another table brings its own
 * @property {PageState | null} state
 */

/**
 * Drawing on the map.
 * @param {HTMLElement} element  in which the map is
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {HTMLElement} parts.map
 * @param {() => Point | null} parts.whereProbed  the point that the keyboard has gone to
 */
export function createPaint(element, { actions, map, whereProbed }) {
  const { painting } = actions;
  const bar = byId("paint", HTMLElement);
  const card = byId("paint-card", HTMLElement);
  const live = byId("paint-live", HTMLElement);
  const draw = byId("own-draw", HTMLButtonElement);
  const row = byId("own-row", HTMLDetailsElement);
  const say = (/** @type {string} */ text) => setText(live, text);
  /** @type {Easel} */
  const easel = { tool: "point", chosen: 0, offered: 2, requested: 2, state: null };
  const isOn = () => canDraw(easel.state);

  const value = createValue();
  const choices = createChoices(easel, { element, bar, value, say });
  const parts = all(card, "input[name=paint-part]", HTMLInputElement);
  const kind = () => ({
    target: hasClasses(easel.state) ? easel.chosen : value.get(),
    part: /** @type {import("./examples.js").Part} */ (parts.find((radio) => radio.checked)?.value ?? "train"),
  });
  const shared = { painting, map, isOn, kind, say };
  createStrokes(easel, shared);
  createMapKeys(easel, { ...shared, whereProbed, value, choose: choices.choose });
  const undo = createUndo([element, card, bar], { painting, isOn, say });
  const start = createStart(easel, { painting, map });
  const names = createNames(easel, painting);
  const count = byId("paint-count", HTMLElement);
  const clear = byId("paint-clear", HTMLButtonElement);
  createPopover(byId("paint-more", HTMLButtonElement), card, { onOpen: names.draw });
  clear.addEventListener("click", () => painting.change((list) => (list.length > 0 ? [] : list)));
  draw.addEventListener("click", () => {
    actions.drawOwn();
    map.scrollIntoView({ block: "nearest" });
  });
  byId("own-download", HTMLButtonElement).addEventListener("click", actions.downloadData);

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      const before = easel.state;
      easel.state = state;
      if (state.session !== before?.session) easel.requested = 2;
      draw.setAttribute("aria-pressed", String(state.own !== null));
      if (state.own !== null && before?.own === null) row.open = true;
      const isShown = isOn();
      bar.hidden = !isShown;
      document.documentElement.toggleAttribute("data-own", isShown);
      start.draw(state, isShown);
      const { isNew, areClassesNew } = newsOf(state, before);
      if (!isNew) return;
      element.classList.toggle("painting", isShown && easel.tool !== null);
      if (!isShown) return;
      setText(count, countText(state));
      clear.disabled = state.own?.list.length === 0;
      undo.draw(state);
      if (areClassesNew || offeredClasses(state, easel.requested) !== easel.offered || choices.isEmpty()) choices.draw();
    },
  };
}

/**
 * What strokes and keys need.
 * @typedef {object} Shared
 * @property {Painting} painting
 * @property {HTMLElement} map
 * @property {() => boolean} isOn
 * @property {() => import("./brush.js").Kind} kind  of new examples
 * @property {(text: string) => void} say
 */

/** Strokes of the pointer on the map. @param {Easel} easel @param {Shared} shared */
function createStrokes(easel, { painting, map, isOn, kind, say }) {
  const brush = h("span", { class: "brush", hidden: true, "aria-hidden": "true" });
  map.append(brush);
  /** What the pointer is doing. @type {{id: number, tool: Tool, last: Point, here: Point, reach: number, goesOn: boolean, timer: number} | null} */
  let stroke = null;

  /** @param {{clientX: number, clientY: number}} event @returns {Point} */
  function pointOf({ clientX, clientY }) {
    const { left, top, width, height } = map.getBoundingClientRect();
    return pointAt((clientX - left) / width, (clientY - top) / height);
  }

  /** @param {Point[]} points */
  function apply(points) {
    if (!stroke) return;
    const before = painting.list();
    painting.change(strokeChange(stroke, points, kind(), Math.random), { goesOn: stroke.goesOn });
    if (painting.list() !== before) stroke.goesOn = true;
    if (painting.list().length >= MOST_EXAMPLES && stroke.tool !== "erase") say(FULL);
  }

  /** @param {PointerEvent} event */
  function begin(event) {
    const { tool } = easel;
    if (!isOn() || tool === null || stroke || !event.isPrimary || (event.button !== 0 && !(event.buttons & PEN_ERASER))) return;
    const here = pointOf(event);
    const used = event.buttons & PEN_ERASER ? "erase" : tool;
    stroke = { id: event.pointerId, tool: used, last: here, here, reach: reachOf(used, event.pointerType), goesOn: false, timer: 0 };
    map.setPointerCapture(event.pointerId);
    apply([here]);
    if (used === "spray") stroke.timer = window.setInterval(() => stroke && apply([stroke.here]), PUFF_EVERY);
  }

  /** @param {PointerEvent} event */
  function goOn(event) {
    showBrush(event);
    if (!stroke || stroke.id !== event.pointerId) return;
    const way = event.getCoalescedEvents?.() ?? [];
    for (const at of way.length > 0 ? way : [event]) {
      stroke.here = pointOf(at);
      const points = pointsOfStroke(stroke.tool, stroke.last, stroke.here);
      if (points.length === 0) continue;
      stroke.last = points[points.length - 1];
      apply(points);
    }
  }

  /** @param {PointerEvent} event */
  function end(event) {
    if (!stroke || stroke.id !== event.pointerId) return;
    clearInterval(stroke.timer);
    stroke = null;
  }

  /** @param {PointerEvent} event */
  function showBrush(event) {
    const reach = isOn() && easel.tool !== null && event.pointerType !== "touch" ? reachOf(easel.tool) : 0;
    brush.hidden = reach === 0;
    if (reach === 0) return;
    const { left, top, width } = brushBox(pointOf(event), reach);
    Object.assign(brush.style, { left: `${left}%`, top: `${top}%`, width: `${width}%` });
  }

  map.addEventListener("pointerdown", begin);
  map.addEventListener("pointermove", goOn);
  for (const type of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) map.addEventListener(type, end);
  map.addEventListener("pointerleave", () => (brush.hidden = true));
}

/**
 * Drawing with the keyboard.
 * @param {Easel} easel
 * @param {Shared & {whereProbed: () => Point | null, value: ReturnType<typeof createValue>, choose: (number: number) => void}} shared
 */
function createMapKeys(easel, { painting, map, isOn, kind, say, whereProbed, value, choose }) {
  /** Whether the map was reached by keys, or its probe moved by them: then Space does not mean play. */
  let isByKeys = false;
  map.addEventListener("focus", () => (isByKeys = map.matches(":focus-visible")));
  map.addEventListener("pointerdown", () => (isByKeys = false));

  /** @param {"add" | "erase"} does */
  function atProbe(does) {
    const point = whereProbed();
    if (!point) return;
    const before = painting.list();
    const { target, part } = kind();
    painting.change(keyChange(does, point, { target, part }));
    const name = hasClasses(easel.state) ? classNameOf(target, ownLabels(easel.state)) : `Value ${formatValue(target, 2)}`;
    say(keySentence(does, point, name, { before, after: painting.list() }));
  }

  map.addEventListener("keydown", (event) => {
    if (!isOn() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) isByKeys = true;
    const meaning = keyMeaning(event.key, digitOf(event), { isByKeys, isClasses: hasClasses(easel.state), offered: easel.offered });
    if (!meaning) return;
    if (meaning.does === "choose") choose(meaning.number);
    else if (meaning.does === "raise") value.set(value.get() + meaning.by);
    else atProbe(meaning.does);
    event.preventDefault();
    event.stopPropagation();
  });
}

/** The buttons and keys of undo and redo. @param {HTMLElement[]} elements  where the keys count @param {Pick<Shared, "painting" | "isOn" | "say">} shared */
function createUndo(elements, { painting, isOn, say }) {
  const readKey = createKeyReader();
  const [undo, redo] = ["undo", "redo"].map((name) => byId(`paint-${name}`, HTMLButtonElement));

  /** @param {"undo" | "redo"} which */
  function step(which) {
    const before = painting.list();
    painting[which]();
    if (painting.list() !== before) say(undoSentence(which, painting.list()));
  }

  /** @param {KeyboardEvent} event */
  function stepByKey(event) {
    const isText = event.target instanceof HTMLInputElement && event.target.type === "text";
    if (!isOn() || !(event.ctrlKey || event.metaKey) || event.altKey || isText) return;
    const key = readKey(event);
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    step(key === "y" || event.shiftKey ? "redo" : "undo");
  }

  undo.addEventListener("click", () => step("undo"));
  redo.addEventListener("click", () => step("redo"));
  for (const element of elements) element.addEventListener("keydown", stepByKey);
  return {
    /** @param {PageState} state */
    draw({ own }) {
      undo.disabled = !own?.canUndo;
      redo.disabled = !own?.canRedo;
    },
  };
}

/** The slider of the value to draw. */
function createValue() {
  const input = byId("paint-value", HTMLInputElement);
  const shown = byId("paint-value-shown", HTMLElement);
  const row = byId("paint-value-row", HTMLElement);
  const get = () => Number(input.value);

  /** @param {number} next */
  function set(next) {
    input.value = String(next);
    input.style.setProperty("--fill", `${((get() + 1) / 2) * 100}%`);
    setText(shown, formatValue(get(), 2));
  }

  input.addEventListener("input", () => set(get()));
  return { row, get, set };
}

/**
 * The buttons of tools and classes.
 * @param {Easel} easel
 * @param {{element: HTMLElement, bar: HTMLElement, value: ReturnType<typeof createValue>, say: (text: string) => void}} parts
 */
function createChoices(easel, { element, bar, value, say }) {
  const classes = byId("paint-classes", HTMLElement);
  const tools = all(bar, "[data-tool]", HTMLButtonElement);
  for (const button of tools) {
    button.addEventListener("click", () => {
      const name = /** @type {Tool} */ (button.dataset.tool);
      easel.tool = easel.tool === name ? null : name;
      draw();
    });
  }

  /** @param {number} number */
  function choose(number) {
    easel.chosen = number;
    easel.requested = Math.max(easel.requested, number + 1);
    if (easel.tool === "erase" || easel.tool === null) easel.tool = "point";
    say(`Drawing ${classNameOf(number, ownLabels(easel.state))}.`);
    draw();
  }

  /** @param {PageState} state */
  function drawClasses(state) {
    easel.offered = offeredClasses(state, easel.requested);
    easel.chosen = Math.min(easel.chosen, easel.offered - 1);
    const focused = all(classes, "button", HTMLButtonElement).indexOf(/** @type {any} */ (document.activeElement));
    classes.replaceChildren(...classButtons(easel.offered, easel.chosen, ownLabels(state)).map(({ name, title, color, isPressed }, number) => {
      const button = h("button", { type: "button", class: "swatch-button", title, "aria-label": name, "aria-pressed": String(isPressed) }, colorDot(color));
      button.addEventListener("click", () => choose(number));
      return button;
    }));
    if (easel.offered < MOST_CLASSES) classes.append(addButton());
    if (focused >= 0) all(classes, "button", HTMLButtonElement)[Math.min(focused, easel.offered)]?.focus();
  }

  function addButton() {
    const add = h("button", { type: "button", class: "swatch-button", title: "Add class", "aria-label": "Add class" }, "+");
    add.addEventListener("click", () => {
      easel.requested = easel.offered += 1;
      choose(easel.offered - 1);
    });
    return add;
  }

  function draw() {
    if (!easel.state) return;
    classes.hidden = !hasClasses(easel.state);
    value.row.hidden = hasClasses(easel.state);
    if (hasClasses(easel.state)) drawClasses(easel.state);
    for (const button of tools) button.setAttribute("aria-pressed", String(button.dataset.tool === easel.tool));
    element.classList.toggle("painting", canDraw(easel.state) && easel.tool !== null);
  }

  return { choose, draw, isEmpty: () => classes.childElementCount === 0 };
}

/** A dot in the color of a class. @param {string} color */
function colorDot(color) {
  const dot = h("i", { class: "dot" });
  dot.style.background = color;
  return dot;
}

/**
 * The fields for the names of the classes.
 * @param {Easel} easel
 * @param {Painting} painting
 */
function createNames(easel, painting) {
  const fieldset = byId("paint-names", HTMLElement);

  /** @param {HTMLInputElement[]} inputs */
  function rename(inputs) {
    const names = inputs.map((input) => input.value.trim());
    const why = whyNotNames(names);
    for (const input of inputs) input.setCustomValidity(why ?? "");
    if (why) inputs.find((input) => input === document.activeElement || input.value)?.reportValidity();
    else painting.rename(names);
  }

  return {
    /** Only while the card is closed: what the user types there counts. */
    draw() {
      if (!easel.state) return;
      fieldset.hidden = !hasClasses(easel.state);
      const fields = nameFields(easel.offered, ownLabels(easel.state)).map(({ value, placeholder, label, color }) => {
        const input = h("input", { type: "text", maxlength: MOST_LABEL, value, spellcheck: "false", autocomplete: "off", placeholder, "aria-label": label });
        input.addEventListener("change", () => rename(fields.map((field) => field.input)));
        return { input, element: h("label", { class: "paint-name" }, colorDot(color), input) };
      });
      fieldset.replaceChildren(h("legend", {}, "Class names"), ...fields.map((field) => field.element));
    },
  };
}

/**
 * The hint on the empty map, and the buttons that start from the data shown before.
 * @param {Easel} easel
 * @param {{painting: Painting, map: HTMLElement}} parts
 */
function createStart(easel, { painting, map }) {
  const inCard = byId("paint-start", HTMLButtonElement);
  const inHint = h("button", { type: "button", class: "copy" });
  const hint = h("div", { class: "map-hint", hidden: true }, h("p", {}, "Click or drag on the map to add points."), inHint);
  map.after(hint);
  /** What was shown before the user's own data. @type {import("./tools.js").Start | null} */
  let last = null;
  for (const button of [inCard, inHint]) {
    button.addEventListener("click", () => {
      const data = last?.data;
      if (data && canStartFrom(last, easel.state)) painting.change(() => listOf(data));
    });
  }
  return {
    /** @param {PageState} state @param {boolean} isShown */
    draw(state, isShown) {
      if (state.own === null && state.data !== null && state.data !== last?.data) last = startOf(state);
      hint.hidden = !isShown || state.own?.list.length !== 0;
      inHint.hidden = inCard.disabled = !canStartFrom(last, state);
      for (const button of [inCard, inHint]) setText(button, startText(last));
    },
  };
}
