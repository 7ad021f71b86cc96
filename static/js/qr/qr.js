/** A QR code as a drawing. It is dark on light in every theme: some cameras read no other. */

import { h, svg } from "../lib/dom.js";
import { qrModules, qrPath, QUIET } from "./modules.js";

/**
 * Draws QR codes into an element.
 * @param {Element} element
 * @returns {{draw(text: string, title: string): void}} draws the code for a text, with what it is for in words; a text
 *     that is too long has no code
 */
export function createQr(element) {
  let shown = "";
  return {
    draw(text, title) {
      const key = `${title}\n${text}`;
      if (key === shown) return;
      shown = key;
      element.replaceChildren(...drawing(text, title));
    },
  };
}

/** @param {string} text @param {string} title @returns {Element[]} */
function drawing(text, title) {
  try {
    const modules = qrModules(text);
    const size = modules.length + 2 * QUIET;
    return [
      svg("svg", { viewBox: `0 0 ${size} ${size}`, role: "img", class: "qr", "shape-rendering": "crispEdges" },
        svg("title", {}, title),
        svg("rect", { width: size, height: size, fill: "#fff" }),
        svg("path", { d: qrPath(modules), fill: "#000" })),
    ];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [h("p", {}, "This text is too long for a QR code.")];
  }
}
