/** What of a sweep with three or more axes is on the map: its columns and rows, and the values of all other axes. */

import { h, setText } from "../lib/dom.js";
import { fixedAxes, withSide } from "./arrangement.js";
import { axisLabel, placeText } from "./texts.js";

/**
 * @typedef {import("../luck/starts.js").Axis} Axis
 * @typedef {import("./arrangement.js").Arrangement} Arrangement
 */

/** @param {HTMLElement} element @param {{onArrange: (arrangement: Arrangement) => void}} parts */
export function createSlices(element, { onArrange }) {
  /** @type {Arrangement | null} */
  let now = null;
  /** @type {readonly Axis[] | null} */
  let built = null;
  const sides = /** @type {const} */ (["column", "row"]).map((side) => {
    const select = h("select", { "aria-label": side === "column" ? "Columns of the map" : "Rows of the map" });
    select.addEventListener("change", () => now && onArrange(withSide(now, side, Number(select.value))));
    return { side, select };
  });
  /** @type {{label: HTMLElement, input: HTMLInputElement, value: HTMLOutputElement}[]} */
  let sliders = [];

  /** @param {readonly Axis[]} axes @param {import("./texts.js").Fields} fields */
  function build(axes, fields) {
    for (const { select } of sides) select.replaceChildren(...axes.map((axis, index) => h("option", { value: index }, axisLabel(fields, axis))));
    sliders = axes.map((axis, index) => {
      const input = h("input", { type: "range", min: 0, max: axis.values.length - 1, step: 1, "aria-label": `${axisLabel(fields, axis)} on the map` });
      const value = h("output");
      input.addEventListener("input", () => now && onArrange({ ...now, fixed: now.fixed.map((place, at) => (at === index ? Number(input.value) : place)) }));
      return { label: h("div", { class: "sweep-slice" }, h("span", {}, axisLabel(fields, axis)), value, input), input, value };
    });
    const [columns, rows] = sides.map(({ select }) => h("span", { class: "select" }, select));
    element.replaceChildren(h("div", { class: "sweep-sides" }, h("div", {}, h("span", {}, "Across"), columns), h("div", {}, h("span", {}, "down"), rows)), ...sliders.map(({ label }) => label));
  }

  return {
    /** @param {readonly Axis[]} axes @param {Arrangement} arrangement @param {import("./texts.js").Fields} fields */
    draw(axes, arrangement, fields) {
      element.hidden = axes.length < 3;
      if (element.hidden) return;
      now = arrangement;
      if (built !== axes) build(axes, fields);
      built = axes;
      const { column, row, fixed } = arrangement;
      for (const { side, select } of sides) select.value = String(side === "column" ? column : row);
      const free = fixedAxes(axes, arrangement);
      sliders.forEach(({ label, input, value }, axis) => {
        const text = placeText(fields, axes[axis], fixed[axis]);
        label.hidden = !free.includes(axis);
        input.value = String(fixed[axis]);
        input.setAttribute("aria-valuetext", text);
        setText(value, text);
      });
    },
  };
}
