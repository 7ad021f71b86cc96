/** The headings over the hidden layers: how many there are, how many neurons each has, and the buttons to change that. */

import { changer, drawChangers } from "../controls/changers.js";
import { locksOf } from "../core/locks.js";
import { h, setText } from "../lib/dom.js";
import { createNumberField } from "../lib/numberfield.js";
import { layerHeading, layersHeading } from "../network/headings.js";
import { MOST_LAYERS, MOST_UNITS } from "./layout.js";

/** Neurons of a new layer: as many as the lecture's have. */
const NEW_LAYER = 30;

/** @typedef {{element: HTMLElement, input: HTMLInputElement, field: import("../lib/numberfield.js").NumberField, changers: HTMLButtonElement[]}} Header */

/**
 * @param {HTMLElement} board
 * @param {object} parts
 * @param {HTMLElement} parts.next  what comes after the layers
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 */
export function createLayers(board, { next, actions, schema }) {
  /** @type {readonly number[]} */
  let sizes = [];
  /** @type {Header[]} */
  let headers = [];
  const change = (/** @type {readonly number[]} */ layers) => actions.configure({ hidden_layer_sizes: [...layers] });
  const setSize = (/** @type {number} */ layer, /** @type {number} */ units) => change(sizes.map((size, index) => (index === layer ? units : size)));

  const count = h("span", { id: "num-layers" });
  const noun = h("span");
  const changers = [
    changer("−", "Remove a hidden layer", () => change(sizes.slice(0, -1)), "remove-layers"),
    changer("+", "Add a hidden layer", () => change([...sizes, NEW_LAYER]), "add-layers"),
  ];
  const heading = h("div", { class: "layers-heading digit-heading", "data-explained": "hidden_layer_sizes" },
    h("h2", {}, count, " ", noun), h("span", { class: "changers" }, ...changers));
  board.insertBefore(heading, next);

  /** @param {number} layer @returns {Header} */
  function makeHeader(layer) {
    const input = h("input", {
      type: "text", class: "text digit-size", inputmode: "numeric", autocomplete: "off", "data-low": 1, "data-high": MOST_UNITS, "data-step": 1, "data-whole": true,
      "aria-label": `Neurons in hidden layer ${layer + 1}`, title: `Neurons in hidden layer ${layer + 1}`,
    });
    const own = [
      changer("−", `Remove a neuron from layer ${layer + 1}`, () => setSize(layer, Math.max(1, sizes[layer] - 1))),
      changer("+", `Add a neuron to layer ${layer + 1}`, () => setSize(layer, sizes[layer] + 1)),
    ];
    const element = h("div", { class: "layer-header digit-header", "data-explained": "hidden_layer_sizes" }, own[0], input, own[1]);
    const field = createNumberField(input, {
      onNumber: (units) => (units === null ? field.show(sizes[layer]) : units !== sizes[layer] && setSize(layer, units)),
      onRefused: actions.refuse,
    });
    board.insertBefore(element, next);
    return { element, input, field, changers: own };
  }

  return {
    /** @param {import("./layout.js").Layout} layout @param {import("../core/actions.js").PageState} state */
    arrange(layout, { config, view: { hidden, locked }, lockReason }) {
      sizes = config.hidden_layer_sizes;
      const shown = { layers: sizes, hidden: new Set(hidden), locks: locksOf(schema.controls, locked), lockReason, canEdit: false };
      const texts = layersHeading(shown, MOST_LAYERS);
      setText(count, texts.count);
      setText(noun, texts.noun);
      drawChangers(heading, changers, texts, lockReason);
      Object.assign(heading.style, { left: `${layout.heading.x + layout.heading.width / 2}px`, top: `${layout.heading.y}px` });
      heading.classList.toggle("stacked", layout.isStacked);
      for (const { element } of headers.splice(sizes.length)) element.remove();
      while (headers.length < sizes.length) headers.push(makeHeader(headers.length));
      headers.forEach(({ element, input, field, changers: own }, layer) => {
        const { x, y, width, height } = layout.headers[layer];
        const about = layerHeading(shown, layer, MOST_UNITS);
        Object.assign(element.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
        field.show(sizes[layer]);
        input.disabled = about.isLocked;
        drawChangers(element, own, about, lockReason);
      });
    },
  };
}
