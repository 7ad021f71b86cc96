/**
 * The columns of the network: a group of the page for each layer, the headings above them with the buttons that add and
 * remove layers and neurons, and two callouts for newcomers below.
 *
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./headings.js").Headed} Headed
 */

import { changer, drawChangers } from "../controls/changers.js";
import { h, setText } from "../lib/dom.js";
import { headerKey } from "./transition.js";
import { place } from "./units.js";
import { calloutTexts, columnName, layerHeading, layersHeading } from "./headings.js";

/**
 * One column: a group of the page, with buttons in it.
 * @typedef {object} Column
 * @property {HTMLElement} element
 * @property {HTMLElement | null} header  of a hidden layer
 * @property {HTMLElement} count
 * @property {HTMLButtonElement[]} changers  − and +
 */

/** A column without its units. @param {number} layer  0 holds the features @param {number} last  the output's @param {import("../core/types.js").Actions} actions @returns {Column} */
function makeColumn(layer, last, actions) {
  const element = h("div", { class: "layer", role: "group", "aria-label": columnName(layer, last), "data-explained": layer === 0 ? "features" : null });
  const count = h("span", { class: "count" });
  if (layer === 0 || layer === last) return { element, header: null, count, changers: [] };
  const changers = [
    changer("−", `Remove a neuron from layer ${layer}`, () => actions.removeUnit(layer - 1)),
    changer("+", `Add a neuron to layer ${layer}`, () => actions.addUnit(layer - 1)),
  ];
  const header = h("div", { class: "layer-header", "data-explained": "hidden_layer_sizes" }, changers[0], count, changers[1]);
  element.append(header);
  return { element, header, count, changers };
}

/** @typedef {"unit" | "link"} CalloutKind */
const CALLOUTS = /** @type {const} */ (["unit", "link"]);

/**
 * The callouts for newcomers; each is dismissed for good when it was used or closed.
 * @param {HTMLElement} board
 * @param {object} parts
 * @param {ReturnType<typeof import("../lib/storage.js").createNames>} parts.dismissed
 * @param {() => void} parts.onChange
 */
function createCallouts(board, { dismissed, onChange }) {
  /** @param {CalloutKind} kind */
  function make(kind) {
    const text = h("span");
    const close = h("button", { type: "button", class: "callout-close", "aria-label": "Hide this hint", title: "Hide this hint" }, "×");
    close.addEventListener("click", () => dismiss(kind));
    const element = h("p", { class: "callout" }, text, " ", close);
    board.append(element);
    return { element, text };
  }

  const callouts = { unit: make("unit"), link: make("link") };

  /** @param {CalloutKind} kind */
  function dismiss(kind) {
    if (dismissed.has(kind)) return;
    dismissed.add(kind);
    callouts[kind].element.hidden = true;
    onChange();
  }

  return {
    first: callouts.unit.element,
    dismiss,
    /** @param {Layout["callouts"]} boxes @param {boolean} canEdit */
    arrange(boxes, canEdit) {
      const sentences = calloutTexts(canEdit);
      for (const kind of CALLOUTS) {
        const { element, text } = callouts[kind];
        const box = boxes.find((callout) => callout.kind === kind);
        setText(text, sentences[kind]);
        element.hidden = !box || dismissed.has(kind);
        if (box) Object.assign(element.style, { left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px` });
      }
    },
  };
}

/**
 * The headings above the columns.
 * @param {HTMLElement} board
 * @param {object} parts
 * @param {import("../core/types.js").Actions} parts.actions
 * @param {number} parts.mostLayers  that the page offers
 */
function createHeadings(board, { actions, mostLayers }) {
  const count = h("span", { id: "num-layers" });
  const noun = h("span");
  const changers = [
    changer("−", "Remove a hidden layer", actions.removeLayer, "remove-layers"),
    changer("+", "Add a hidden layer", actions.addLayer, "add-layers"),
  ];
  const heading = h("div", { class: "layers-heading", "data-explained": "hidden_layer_sizes" }, h("h2", {}, count, " ", noun), h("span", { class: "changers" }, ...changers));
  const features = h("h2", { class: "caption" }, "Features");
  board.append(heading, features);

  return {
    /** @param {Layout} layout @param {Headed} shown */
    arrange({ isNarrow, middle, rows }, shown) {
      const texts = layersHeading(shown, mostLayers);
      setText(count, texts.count);
      setText(noun, texts.noun);
      heading.style.left = isNarrow ? "0" : `${middle}px`;
      features.style.top = `${rows.features}px`;
      drawChangers(heading, changers, texts, shown.lockReason);
    },
  };
}

/**
 * The columns, into which the units are put.
 * @param {HTMLElement} board
 * @param {object} parts
 * @param {import("../core/types.js").Actions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {ReturnType<typeof import("../lib/storage.js").createNames>} parts.dismissed  callouts that are not shown any more
 * @param {() => void} parts.onDismiss  a callout was dismissed
 */
export function createColumns(board, { actions, schema, dismissed, onDismiss }) {
  const { page_layers: mostLayers, page_units: mostUnits } = schema.limits;
  const headings = createHeadings(board, { actions, mostLayers });
  const callouts = createCallouts(board, { dismissed, onChange: onDismiss });
  /** @type {Column[]} */
  let columns = [];
  let isShifted = false;

  /** @param {Layout} layout @param {Headed} shown */
  function arrangeHeaders({ headers, rows }, shown) {
    headers.forEach(({ x, width, form }, layer) => {
      const { header, count, changers } = columns[layer + 1];
      if (!header) return;
      const texts = layerHeading(shown, layer, mostUnits);
      for (const other of /** @type {const} */ (["stacked", "compact"])) header.classList.toggle(other, form === other);
      Object.assign(header.style, { left: `${x - width / 2}px`, top: `${rows.headers}px`, width: `${width}px` });
      setText(count, form === "compact" ? texts.count : `${texts.count} ${texts.noun}`);
      count.title = form === "compact" ? `${texts.count} ${texts.noun}` : "";
      drawChangers(header, changers, texts, shown.lockReason);
    });
  }

  return {
    dismiss: callouts.dismiss,

    /** Moves the headings on their way. @param {ReadonlyMap<string, import("./transition.js").Shift>} shifts  empty: all are there */
    shift(shifts) {
      if (shifts.size === 0 && !isShifted) return;
      isShifted = shifts.size > 0;
      columns.forEach(({ header }, layer) => {
        const shift = shifts.get(headerKey(layer - 1));
        if (header) place(header, shift && { ...shift, scale: 1 });
      });
    },

    /** The group of a layer. @param {number} layer */
    group: (layer) => columns[layer].element,

    /** Makes as many columns as there are layers; the output's is always the last one and stays the same. @param {number} last */
    fit(last) {
      const output = columns.pop() ?? makeColumn(1, 1, actions);
      if (columns.length === 0) columns.push(makeColumn(0, last, actions));
      while (columns.length > last) columns.pop()?.element.remove();
      while (columns.length < last) columns.push(makeColumn(columns.length, last, actions));
      columns.push(output);
      if (!output.element.isConnected) board.insertBefore(output.element, callouts.first);
      for (const { element } of columns) if (!element.isConnected) board.insertBefore(element, output.element);
    },

    /** @param {Layout} layout @param {Headed} shown */
    arrange(layout, shown) {
      Object.assign(board.style, { width: `${layout.width}px`, height: `${layout.height}px` });
      board.classList.toggle("narrow", layout.isNarrow);
      board.classList.toggle("at-map", layout.isAtMap);
      headings.arrange(layout, shown);
      callouts.arrange(layout.callouts, shown.canEdit);
      arrangeHeaders(layout, shown);
    },
  };
}
