/**
 * Lays the network out on the page: measures the room there is, and puts columns and units where the layout wants them.
 *
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("./layout.js").Layout} Layout
 */

import { locksOf } from "../core/locks.js";
import { typeSize } from "../lib/dom.js";
import { layoutNetwork } from "./layout.js";
import { boardHeight, isFeatureLocked, layoutOptions, mapBeside, namingOf, structureOf } from "./shape.js";

/** Pixels of the page's type at scale 1. */
const TYPE_SIZE = 14;
const SCROLLBAR = 14;

/** Fades the ends of a board beyond which there is more. @param {HTMLElement} scroller */
export function showEnds(scroller) {
  // not its scrollWidth, for the canvas has its new size only when it is painted
  const width = scroller.firstElementChild?.getBoundingClientRect().width ?? 0;
  const { scrollLeft, clientWidth } = scroller;
  scroller.classList.toggle("more-left", scrollLeft > 2);
  scroller.classList.toggle("more-right", scrollLeft < width - clientWidth - 2);
}

/**
 * A network that is laid out.
 * @typedef {object} Arranged
 * @property {Layout} layout
 * @property {import("./names.js").Naming} naming
 * @property {number} scale
 */

/**
 * Lays the network out in its element, whenever its shape or the size of the element changes.
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {HTMLElement} parts.scroller
 * @param {ReturnType<typeof import("./columns.js").createColumns>} parts.columns
 * @param {ReturnType<typeof import("./units.js").createUnits>} parts.units
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {HTMLElement | null} parts.map  into which the last links run, where it is next to the network
 */
export function createArranger(element, { scroller, columns, units, schema, map }) {
  let structure = "";
  let measured = "";
  const beside = () => mapBeside(element.getBoundingClientRect(), map?.getBoundingClientRect() ?? null);
  const measure = () => JSON.stringify([element.clientWidth, element.clientHeight, innerHeight, beside()]);

  /** The layout for the room there is. @param {ReturnType<typeof layoutOptions>} options @param {number} scale @returns {Layout} */
  function fit(options, scale) {
    element.style.minHeight = "";
    const room = { element: element.clientHeight, top: element.getBoundingClientRect().top + scrollY, view: innerHeight };
    const height = boardHeight(room, scale);
    const place = beside();
    scroller.style.right = place ? `${element.clientWidth - place.left}px` : "";
    const given = { ...options, width: place?.left ?? element.clientWidth, height, scale, map: place };
    let layout = layoutNetwork(given);
    if (layout.overflows) layout = layoutNetwork({ ...given, height: height - SCROLLBAR });
    const needed = layout.height + (layout.overflows ? SCROLLBAR : 0);
    if (needed > element.clientHeight) element.style.minHeight = `${needed}px`;
    return layout;
  }

  return {
    /** Whether the network has another shape now. @param {State} state */
    isOfOtherShape(state) {
      const before = structure;
      structure = structureOf(state);
      return structure !== before;
    },

    /** Whether the element or the window has another size now. */
    isOfOtherSize: () => measured !== "" && measure() !== measured && !matchMedia("print").matches,

    /** @param {State} state @param {{canEdit: boolean, isEased: boolean}} how @returns {Arranged} */
    arrange(state, { canEdit, isEased }) {
      const { lockReason, view: { hidden, locked } } = state;
      const naming = namingOf(state, schema.features);
      const scale = typeSize() / TYPE_SIZE;
      const layout = fit(layoutOptions(state, naming, schema.features), scale);
      columns.fit(naming.last);
      units.arrange({ layout, naming, scale, isEased, lockOf: (unit) => (isFeatureLocked(unit, state, schema.features) ? lockReason : "") });
      columns.arrange(layout, { layers: state.config.hidden_layer_sizes, hidden: new Set(hidden), locks: locksOf(schema.controls, locked), lockReason, canEdit });
      measured = measure();
      showEnds(scroller);
      return { layout, naming, scale };
    },
  };
}
