/** How networks of the plane are shown where there are many: by their maps or curves. */

import { createAgreementMap, dataShown } from "./agreementMap.js";
import { outputPicture, runPicture, variantPicture } from "./planePictures.js";
import { createSmallMap } from "./smallMap.js";
import { classCountOf, tileOf, tileParts } from "./startTile.js";
import { SIDE } from "../luck/starts.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../luck/starts.js").Start} Start
 */
/** A network in few numbers, besides its picture. @typedef {{test_accuracy: number | null}} Known */
/**
 * How networks are shown where there are many of them. `Picture` is what Compare shows of each.
 * @template [Picture=any]
 * @typedef {object} Portraits
 * @property {string} heading  of what all starts say together
 * @property {(start: Start, state: Pick<PageState, "view" | "data">) => string} tileOf  the picture of a start, as the address of an image
 * @property {(state: Pick<PageState, "view" | "data">) => readonly unknown[]} tileParts  what all of these depend on
 * @property {() => {element: HTMLElement, draw: (start: Start, state: PageState, vary: import("../luck/starts.js").Vary) => void}} createLarge  a start that is looked at
 * @property {(room: HTMLElement, text: HTMLElement) => {draw: (result: import("../luck/starts.js").Starts, state: PageState) => boolean}} createTogether
 *   all starts together, and a sentence on that; draw returns whether there is anything to show
 * @property {() => {element: HTMLElement, name: (title: string) => void, draw: (picture: Picture | null, known: Known | null, state: PageState) => void}} createCard
 *   a network of Compare
 * @property {(frame: Frame, state: Pick<PageState, "layers" | "schema">) => Picture} pictureOf  of the main network
 * @property {(frame: Frame, index: number) => Picture} variantPicture
 * @property {(frame: Frame, state: Pick<PageState, "layers" | "schema">) => import("../runs/run.js").Picture | null} runPicture
 */

/** The map of a start that is looked at. */
function createLarge() {
  const map = createSmallMap();
  /** @type {(() => void) | null} */
  let paint = null;
  // after the map's own observer, which notes the size
  new ResizeObserver(() => paint?.()).observe(map.element);
  return {
    element: map.element,
    /** @param {Start} start @param {PageState} state @param {import("../luck/starts.js").Vary} vary */
    draw(start, { data, view }, vary) {
      map.element.setAttribute("aria-label", `The output of start ${start.index + 1}`);
      const seen = dataShown(data, vary);
      const classes = classCountOf(start.classes);
      paint = () => map.draw({ ...start, size: SIDE }, { data: seen && classes > seen.classes ? { ...seen, classes } : seen, view });
      paint();
    },
  };
}

/** The map of a network of Compare. */
function createCard() {
  const map = createSmallMap();
  return {
    element: map.element,
    name: (/** @type {string} */ title) => map.element.setAttribute("aria-label", `Map: ${title}`),
    /** @param {import("./planePictures.js").PlanePicture | null} picture @param {Known | null} known @param {PageState} state */
    draw: (picture, known, state) => map.draw(picture, state),
  };
}

/** @type {Portraits<import("./planePictures.js").PlanePicture>} */
export const PLANE_PORTRAITS = {
  heading: "Where they agree",
  tileOf,
  tileParts,
  createLarge,
  createTogether: createAgreementMap,
  createCard,
  pictureOf: (frame, { layers, schema }) => outputPicture(frame, layers[layers.length - 1], schema.features.length),
  variantPicture,
  runPicture: (frame, { layers, schema }) => runPicture(frame, layers[layers.length - 1], schema.features.length),
};
