/** The data next to the diagram: which pictures, a sample of them, how many there are, and what that means. */

import { all, byId, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createToolbar } from "../lib/toolbar.js";
import { createThumbnail } from "../map/thumbnail.js";
import { inkRamp } from "./pictures.js";
import { firstTest } from "./reading.js";
import { NOTES, partsText } from "./texts.js";

/** @typedef {import("../core/actions.js").PageState} PageState */

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createDigitData({ actions }) {
  const room = byId("digit-sets", HTMLElement);
  const sets = all(room, "[data-dataset]", HTMLButtonElement);
  const setsBar = createToolbar(room, { buttons: () => sets, isFirst: (button) => button.getAttribute("aria-pressed") === "true" });
  const samples = byId("digit-samples", HTMLElement);
  const [parts, note] = [byId("digit-parts", HTMLElement), byId("digit-note", HTMLElement)];
  const cells = all(samples, "button", HTMLButtonElement).map((button) => {
    const thumbnail = createThumbnail();
    button.append(thumbnail.canvas);
    return { button, thumbnail };
  });
  const samplesBar = createToolbar(samples, { buttons: () => cells.map(({ button }) => button), isFirst: (button) => button === cells[0].button });
  /** @type {PageState | null} */
  let drawn = null;
  /** @type {unknown} */
  let palette = null;

  for (const button of sets) button.addEventListener("click", () => actions.configure({ dataset: button.dataset.dataset ?? "" }));
  cells.forEach(({ button }, digit) => button.addEventListener("click", () => {
    const place = drawn?.data?.labels.indexOf(digit) ?? -1;
    if (drawn?.data && place >= 0) actions.read({ example: firstTest(drawn.data) + place });
  }));

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      const { config, data } = state;
      if (config !== drawn?.config) {
        for (const button of sets) button.setAttribute("aria-pressed", String(button.dataset.dataset === config.dataset));
        setText(note, NOTES[config.dataset] ?? "");
        setsBar.update();
      }
      if (data?.side && (data !== drawn?.data || palette !== currentPalette())) {
        setText(parts, partsText(data));
        cells.forEach(({ button, thumbnail }, digit) => {
          const place = data.labels.indexOf(digit);
          button.disabled = place < 0;
          if (place >= 0) thumbnail.draw(data.pictures, place, data.side, inkRamp(currentPalette()));
        });
        samplesBar.update();
        palette = currentPalette();
      }
      drawn = state;
    },
  };
}
