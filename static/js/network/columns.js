/**
 * The columns of the network: a group of the page for each layer, the headings above them, the buttons that change how
 * many layers and units there are, and two sentences for newcomers.
 *
 * @typedef {import("./layout.js").Layout} Layout
 */

import { h, setText } from "../lib/dom.js";
import { LOCKED, layerChanges } from "../core/locks.js";

const CALLOUTS = {
  unit: "This is what one unit answers. Point at it to see it large.",
  link: "The thicker a line, the larger its weight. Click it to change it.",
  fixedLink: "The thicker a line, the larger its weight.",
};

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
 * What the columns show.
 * @typedef {object} Shown
 * @property {readonly number[]} layers  units of the hidden ones
 * @property {ReadonlySet<string>} hidden  names of controls
 * @property {import("../core/locks.js").Locks} locks
 * @property {boolean} canEdit  whether weights can be changed
 */

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

/**
 * @param {HTMLElement} board
 * @param {object} parts
 * @param {import("../core/types.js").Actions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 */
export function createColumns(board, { actions, schema }) {
  const { page_layers: mostLayers, page_units: mostUnits } = schema.limits;
  const layerCount = h("span", { id: "num-layers" });
  const layerWord = h("span");
  const removeLayer = changer("−", "Remove a hidden layer", actions.removeLayer, "remove-layers");
  const addLayer = changer("+", "Add a hidden layer", actions.addLayer, "add-layers");
  const layersHeading = h("div", { class: "layers-heading" },
    h("h2", {}, layerCount, " ", layerWord), h("span", { class: "changers" }, removeLayer, addLayer));
  const featuresHeading = h("h2", { class: "caption" }, "Features");
  const outputHeading = h("h2", { class: "caption output" }, "Output");
  const callouts = { unit: h("p", { class: "callout" }, CALLOUTS.unit), link: h("p", { class: "callout" }, CALLOUTS.link) };
  board.append(layersHeading, featuresHeading, outputHeading, callouts.unit, callouts.link);

  /** @type {Column[]} */
  let columns = [];

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

  /** @param {Layout} placed @param {Shown} shown */
  function arrangeLayers({ isNarrow, middle, rows }, { layers, hidden, locks }) {
    setText(layerCount, String(layers.length));
    setText(layerWord, layers.length === 1 ? "hidden layer" : "hidden layers");
    layersHeading.style.left = isNarrow ? "0" : `${middle}px`;
    featuresHeading.style.top = `${rows.features}px`;
    const { canAdd, canRemove } = layerChanges(layers.length, locks);
    enable(removeLayer, layers.length > 0, !canRemove);
    enable(addLayer, layers.length < mostLayers, !canAdd);
    layersHeading.toggleAttribute("data-locked", !canAdd && !canRemove);
    for (const button of [removeLayer, addLayer]) button.hidden = hidden.has("numHiddenLayers");
  }

  /** @param {Layout} placed @param {Shown} shown */
  function arrangeHeaders({ headers, rows }, { layers, hidden, locks }) {
    headers.forEach(({ x, width, isStacked }, place) => {
      const { header, count, changers } = columns[place + 1];
      if (!header) return;
      const control = `numNodes${place + 1}`;
      header.classList.toggle("stacked", isStacked);
      Object.assign(header.style, { left: `${x - width / 2}px`, top: `${rows.headers}px`, width: `${width}px` });
      setText(count, counted(layers[place], "unit"));
      for (const button of changers) button.hidden = hidden.has(control);
      const isLocked = locks.controls.has(control);
      enable(changers[0], layers[place] > 1, isLocked);
      enable(changers[1], layers[place] < mostUnits, isLocked);
      header.toggleAttribute("data-locked", isLocked);
    });
  }

  /** @param {Layout} placed @param {Shown} shown */
  function arrangeCallouts(placed, { canEdit }) {
    setText(callouts.link, canEdit ? CALLOUTS.link : CALLOUTS.fixedLink);
    for (const kind of /** @type {const} */ (["unit", "link"])) {
      const place = placed.callouts.find((callout) => callout.kind === kind);
      callouts[kind].hidden = !place;
      if (place) Object.assign(callouts[kind].style, { left: `${place.x}px`, top: `${place.y}px`, width: `${place.width}px` });
    }
  }

  return {
    /** The group of a layer. @param {number} layer */
    group: (layer) => columns[layer].element,

    /** So many columns; the output's is always the last one and stays the same. @param {number} last */
    fit(last) {
      const output = columns.pop() ?? createColumn(1, 1);
      if (columns.length === 0) columns.push(createColumn(0, last));
      while (columns.length > last) columns.pop()?.element.remove();
      while (columns.length < last) columns.push(createColumn(columns.length, last));
      columns.push(output);
      if (!output.element.isConnected) board.insertBefore(output.element, callouts.unit);
      for (const { element: group } of columns) if (!group.isConnected) board.insertBefore(group, output.element);
    },

    /** @param {Layout} placed @param {Shown} shown */
    arrange(placed, shown) {
      Object.assign(board.style, { width: `${placed.width}px`, height: `${placed.height}px` });
      board.classList.toggle("narrow", placed.isNarrow);
      arrangeLayers(placed, shown);
      arrangeHeaders(placed, shown);
      arrangeCallouts(placed, shown);
    },
  };
}
