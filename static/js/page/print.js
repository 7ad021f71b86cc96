/**
 * Printing: in the light theme, whatever the page has, and with every picture as it was on the screen, only scaled to the
 * paper. Nothing is laid out again by scripts then, because a page that is printed gives them no time to.
 */

import { all, h } from "../lib/dom.js";

/** What keeps its size on the screen, and the room for it on the paper, in CSS pixels of A4 or Letter. */
const PICTURES = [
  { selector: "#network .board", room: { width: 690, height: 390 } },
  { selector: "#heatmap", room: { width: 310, height: Infinity } },
  { selector: "#linechart", room: { width: 330, height: Infinity } },
  { selector: "#inside", room: { width: 690, height: Infinity } },
  { selector: "#inside .inside-body", room: { width: Infinity, height: Infinity } },
];
/** Below the last neuron, in pixels. */
const MARGIN = 8;
const PROPERTIES = ["--print-width", "--print-height", "--print-zoom"];

/**
 * The height of what is in an element: a board is as high as the window, and empty below the last neuron.
 * @param {Element} element
 */
function heightOf(element) {
  const bottoms = all(element, ":not(canvas)", HTMLElement).map((part) => part.getBoundingClientRect().bottom);
  return Math.max(0, ...bottoms) - element.getBoundingClientRect().top;
}

/**
 * Lays the pictures of a map on one another: in print, the upper ones would hide the lower ones, for they are not transparent.
 * @param {Element} map
 * @returns {HTMLCanvasElement | null}  null: it has none
 */
function flatten(map) {
  const layers = all(map, "canvas:not([hidden])", HTMLCanvasElement);
  if (layers.length === 0) return null;
  const { width, height } = layers[0];
  const flat = h("canvas", { class: "print-picture", "aria-hidden": "true", width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (flat.getContext("2d", { alpha: false }));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  for (const layer of layers) context.drawImage(layer, 0, 0, width, height);
  return flat;
}

/**
 * How much a picture is scaled to fit, and never enlarged.
 * @param {{width: number, height: number}} size @param {{width: number, height: number}} room
 */
export const zoomFor = (size, room) => Math.min(1, room.width / size.width, room.height / size.height);

/**
 * @param {object} parts
 * @param {() => void} parts.draw  draws everything at once
 */
export function createPrint({ draw }) {
  const root = document.documentElement;
  /** The theme that was chosen for the screen. @type {string | undefined} */
  let chosen;
  /** @type {HTMLElement[]} */
  let fixed = [];
  /** @type {HTMLCanvasElement[]} */
  let flat = [];

  /** Keeps the sizes that the pictures have on the screen. */
  function fix() {
    fixed = PICTURES.flatMap(({ selector, room }) => all(document, selector, HTMLElement).filter(({ offsetWidth }) => offsetWidth > 0).map((element) => {
      const size = { width: element.offsetWidth, height: element.matches(".board") ? heightOf(element) + MARGIN : element.offsetHeight };
      [`${size.width}px`, `${size.height}px`, zoomFor(size, room).toFixed(3)].forEach((value, index) => element.style.setProperty(PROPERTIES[index], value));
      return element;
    }));
  }

  addEventListener("beforeprint", () => {
    fix();
    chosen = root.dataset.theme;
    root.dataset.theme = "light";
    draw();
    flat = all(document, ".map", HTMLElement).flatMap((map) => {
      const picture = flatten(map);
      if (picture) map.append(picture);
      return picture ?? [];
    });
  });
  addEventListener("afterprint", () => {
    for (const picture of flat) picture.remove();
    for (const element of fixed) for (const name of PROPERTIES) element.style.removeProperty(name);
    if (chosen === undefined) delete root.dataset.theme;
    else root.dataset.theme = chosen;
    draw();
  });
}
