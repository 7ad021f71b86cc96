/** The grid of an experiment as a map: a cell for each combination of settings, colored by its loss. */

import { inkOn } from "../lib/color.js";
import { h, setText } from "../lib/dom.js";
import { formatShort } from "../lib/format.js";
import { currentPalette } from "../lib/palette.js";
import { amountColor } from "../lib/sequential.js";
import { scaleFor } from "../luck/layout.js";
import { lossText } from "../luck/texts.js";
import { createAmountLegend } from "../plot/amountLegend.js";
import { moveTo } from "../wall/keys.js";
import { paintPicture } from "../wall/picture.js";
import { axesOf, lossOfCell, valueText } from "./grid.js";

/**
 * @typedef {import("../classroom/types.js").Cell} Cell
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("../wall/picture.js").SmallPicture} SmallPicture
 */
/**
 * @typedef {object} Drawn
 * @property {ReadonlyMap<number, Cell>} cells
 * @property {ReadonlyMap<number, SmallPicture>} pictures
 * @property {(cell: Cell) => string} textOf
 * @property {number | null} own  the index of the student's own cell
 * @property {boolean} hasPictures  whether cells show pictures in place of colors
 * @property {{discretize: boolean}} view
 */

/** @param {{fields: ReadonlyMap<string, Field>, onLook: (cell: Cell | null) => void}} parts */
export function createGridMap({ fields, onLook }) {
  const table = h("table", { class: "experiment-map" });
  const legend = createAmountLegend("Loss, from low to high");
  /** @type {{button: HTMLButtonElement, canvas: HTMLCanvasElement, number: HTMLElement, index: number, painted: unknown}[]} */
  let nodes = [];
  let columns = 1;
  /** @type {Record<string, any[]> | null} */
  let built = null;
  /** @type {Drawn | null} */
  let drawn = null;

  /** @param {number} index */
  function createCell(index) {
    const canvas = h("canvas", { width: 48, height: 48, "aria-hidden": "true", hidden: true });
    const number = h("span");
    const button = h("button", { type: "button", class: "experiment-cell", tabindex: index === 0 ? "0" : "-1" }, canvas, number);
    const look = () => onLook(drawn?.cells.get(index) ?? null);
    for (const type of ["pointerenter", "focus"]) button.addEventListener(type, look);
    for (const type of ["pointerleave", "blur"]) button.addEventListener(type, () => onLook(null));
    nodes.push({ button, canvas, number, index, painted: null });
    return h("td", {}, button);
  }

  /** @param {Record<string, any[]>} grid */
  function build(grid) {
    const axes = axesOf(grid);
    if (!axes) return;
    const { rowField, columnField, rows, columns: values } = axes;
    nodes = [];
    columns = values.length;
    table.style.setProperty("--columns", String(columns));
    table.style.setProperty("--rows", String(rows.length));
    const label = (/** @type {string} */ name) => fields.get(name)?.label ?? name;
    const heads = values.map((value) => h("th", { scope: "col" }, valueText(fields.get(columnField), value)));
    const corner = rowField === null ? [] : [h("th", { class: "experiment-corner" }, label(rowField))];
    table.replaceChildren(
      h("caption", {}, label(columnField)),
      h("thead", {}, h("tr", {}, ...corner, ...heads)),
      h("tbody", {}, ...rows.map((row, at) => h(
        "tr", {}, ...(rowField === null ? [] : [h("th", { scope: "row" }, valueText(fields.get(rowField), row))]),
        ...values.map((_, column) => createCell(at * columns + column)),
      ))),
    );
  }

  table.addEventListener("keydown", (event) => {
    const index = nodes.findIndex(({ button }) => button === document.activeElement);
    const next = event.ctrlKey || event.metaKey || event.altKey ? null : moveTo(event.key, { index, count: nodes.length, columns });
    if (index < 0 || next === null) return;
    event.preventDefault();
    event.stopPropagation();
    nodes.forEach(({ button }, at) => (button.tabIndex = at === next ? 0 : -1));
    nodes[next].button.focus();
  });

  return {
    element: h("div", { class: "experiment-map-room" }, table, legend.element),
    /** @param {Record<string, any[]>} grid @param {Drawn} next */
    draw(grid, next) {
      if (built !== grid && JSON.stringify(built) !== JSON.stringify(grid)) build(grid);
      built = grid;
      drawn = next;
      const { cells, pictures, textOf, own, hasPictures, view } = next;
      const palette = currentPalette();
      const losses = [...cells.values()].flatMap((cell) => lossOfCell(cell) ?? []);
      const scale = losses.length === 0 ? null : scaleFor(losses, 4);
      legend.element.hidden = scale === null || hasPictures;
      if (scale) legend.draw(palette.amounts, [lossText(Math.min(...losses)), lossText(Math.max(...losses))]);
      for (const node of nodes) {
        const cell = cells.get(node.index);
        if (!cell) continue;
        const loss = lossOfCell(cell);
        const picture = hasPictures ? pictures.get(node.index) : undefined;
        const color = loss === null || !scale ? "" : amountColor(palette.amounts, scale.at(loss));
        const { button, canvas, number } = node;
        button.classList.toggle("own", cell.index === own);
        button.classList.toggle("diverged", cell.result !== null && cell.result.diverged !== null);
        button.classList.toggle("pending", cell.result === null);
        button.style.setProperty("--share", `${Math.round(100 * cell.share)}%`);
        button.style.background = picture ? "" : color;
        button.style.color = color === "" || picture ? "" : inkOn(color);
        if (button.getAttribute("aria-label") !== textOf(cell)) button.setAttribute("aria-label", textOf(cell));
        setText(number, picture ? "" : cell.result === null ? "" : loss === null ? "×" : formatShort(loss));
        canvas.hidden = !picture;
        if (!picture || node.painted === picture) continue;
        paintPicture(canvas, picture, view);
        node.painted = picture;
      }
    },
  };
}
