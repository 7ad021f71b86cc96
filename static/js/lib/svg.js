/**
 * Drawings as SVG text. Pure. Lengths are CSS pixels.
 *
 * @typedef {import("../network/layout.js").Layout} Layout
 */

/** @param {string | number} value */
const escaped = (value) => String(value).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
  // what XML cannot hold at all
  // eslint-disable-next-line no-control-regex
  .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");

/** At most two decimals. @param {number} length */
const short = (length) => String(Math.round(length * 100) / 100);

/**
 * An element of SVG.
 * @param {string} name
 * @param {Record<string, string | number | null>} attributes  null is left out; numbers are lengths
 * @param {string} [content]  SVG
 * @returns {string}
 */
export function tag(name, attributes, content = "") {
  const texts = Object.entries(attributes).flatMap(([key, value]) => (value === null ? [] : [` ${key}="${typeof value === "number" ? short(value) : escaped(value)}"`]));
  return `<${name}${texts.join("")}${content ? `>${content}</${name}>` : "/>"}`;
}

/**
 * Text in SVG.
 * @param {string} words  any text; it is escaped
 * @param {Record<string, string | number | null>} attributes
 * @returns {string}
 */
export const textTag = (words, attributes) => tag("text", { ...attributes, "xml:space": "preserve" }, escaped(words));

/**
 * The links and biases of a network.
 * @param {Layout} layout
 * @param {object} look
 * @param {ArrayLike<number>} look.params
 * @param {ArrayLike<number> | undefined} look.alive
 * @param {(weight: number) => string} look.color
 * @param {(weight: number) => number} look.width
 * @param {string} look.edge  around a bias
 * @returns {string[]} from the weakest link to the strongest, then the biases
 */
export function linkTags({ links, biases }, { params, alive, color, width, edge }) {
  const byStrength = links.toSorted((a, b) => Math.abs(params[a.index]) - Math.abs(params[b.index]));
  return [
    ...byStrength.map(({ index, x1, y1, x2, y2 }) => {
      const middle = short((x1 + x2) / 2);
      const d = `M${short(x1)} ${short(y1)}C${middle} ${short(y1)} ${middle} ${short(y2)} ${short(x2)} ${short(y2)}`;
      return tag("path", { d, fill: "none", stroke: color(params[index]), "stroke-width": width(params[index]), "stroke-dasharray": "9 3", opacity: alive?.[index] === 0 ? "0.3" : null });
    }),
    ...biases.map(({ index, x, y, size }) => tag("rect", { x, y, width: size, height: size, fill: color(params[index]), stroke: edge, "stroke-width": "0.75" })),
  ];
}

/**
 * A whole drawing.
 * @param {number} width @param {number} height @param {string} background @param {readonly string[]} parts
 * @param {string} style  CSS, with nothing to escape
 * @returns {string}
 */
export function drawing(width, height, background, parts, style) {
  return tag("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${short(width)} ${short(height)}` },
    [tag("style", {}, style), tag("rect", { width, height, fill: background }), ...parts].join("\n"));
}
