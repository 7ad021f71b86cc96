/** A row of the table of runs. */

import { h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { putPicture } from "../map/paint.js";
import { MOST_OVERLAID } from "./actions.js";
import { COLUMNS, rowTexts } from "./columns.js";
import { bytesOf } from "./run.js";

/** @typedef {import("./run.js").RecordedRun} Run */

/** The class of a column's cells. @param {import("./columns.js").Column} column */
export const classOf = ({ name, isNumber }) => `${name}${isNumber ? " figure" : ""}`;

/** Paints the output of a run. @param {HTMLCanvasElement} canvas @param {NonNullable<Run["picture"]>} picture */
function paint(canvas, picture) {
  const palette = currentPalette();
  const classes = picture.classes ? bytesOf(picture.classes) : null;
  const best = classes ? palette.forClasses(picture.count).bestRamps : [];
  // a saved picture may name classes that do not exist
  const ramps = classes ? Array.from({ length: 256 }, (_, number) => best[number] ?? palette.ramp) : [palette.ramp];
  putPicture(/** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")), { picture: bytesOf(picture.bytes), size: picture.size, classes }, ramps);
}

/**
 * @param {string} id  of the run
 * @param {object} parts
 * @param {import("./actions.js").RunActions} parts.runActions
 * @param {() => void} parts.onRestore
 * @param {() => void} parts.onRemove
 */
export function createRow(id, { runActions, onRestore, onRemove }) {
  const tick = h("input", { type: "checkbox" });
  const swatch = h("i", { class: "swatch" });
  const star = h("button", { type: "button", class: "star", "aria-pressed": "false" }, "★");
  const canvas = h("canvas", { class: "run-picture", width: 1, height: 1, "aria-hidden": "true" });
  const name = h("input", { type: "text", maxlength: "60", autocomplete: "off", spellcheck: "false" });
  const now = h("span", { class: "now" }, "current");
  const cells = COLUMNS.slice(1).map((column) => h("td", { class: classOf(column) }));
  const buttons = ["Restore", "Delete"].map((label) => h("button", { type: "button", class: "link" }, label));
  /** What is drawn. @type {{run: Run, palette: unknown} | null} */
  let drawn = null;
  tick.addEventListener("change", () => runActions.overlay(id));
  star.addEventListener("click", () => runActions.star(id, star.getAttribute("aria-pressed") !== "true"));
  name.addEventListener("change", () => runActions.rename(id, name.value));
  name.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape") name.blur();
  });
  buttons[0].addEventListener("click", onRestore);
  buttons[1].addEventListener("click", onRemove);

  /** @param {Run} run */
  function drawTexts(run) {
    const texts = rowTexts(run);
    tick.setAttribute("aria-label", texts.curve);
    star.setAttribute("aria-label", texts.star);
    star.setAttribute("aria-pressed", String(run.starred));
    name.setAttribute("aria-label", texts.name);
    name.placeholder = texts.placeholder;
    if (document.activeElement !== name) name.value = run.name;
    texts.cells.forEach(({ text, title }, index) => {
      setText(cells[index], text);
      if (title !== "" || cells[index].title !== "") cells[index].title = title;
    });
    buttons[0].title = texts.restore;
    for (const button of buttons) button.setAttribute("aria-label", `${button.textContent} ${texts.called}`);
  }

  return {
    element: h("tr", {},
      h("td", { class: "curve" }, h("label", {}, tick, swatch)), h("td", {}, star), h("td", {}, canvas),
      h("th", { scope: "row" }, name, now), ...cells, h("td", { class: "do" }, ...buttons)),

    /** @param {Run} run @param {readonly import("./actions.js").Overlay[]} overlays @param {boolean} isPresent  it is being recorded */
    draw(run, overlays, isPresent) {
      const overlay = overlays.find((other) => other.id === run.id);
      tick.checked = overlay !== undefined;
      tick.disabled = !overlay && overlays.length === MOST_OVERLAID;
      swatch.style.background = overlay ? `var(--run-${overlay.color + 1})` : "";
      now.hidden = !isPresent;
      const palette = currentPalette();
      if (run !== drawn?.run) drawTexts(run);
      if (run.picture && (run.picture !== drawn?.run.picture || palette !== drawn.palette)) paint(canvas, run.picture);
      drawn = { run, palette };
    },
  };
}

/** @typedef {ReturnType<typeof createRow>} Row */
