/** The picture that is read: a test picture to step through, or what is drawn on the pad. */

import { aDigit } from "../drawing/reading.js";
import { h, setText } from "../lib/dom.js";
import { createThumbnail } from "../map/thumbnail.js";
import { captionOf, nextMistake } from "./texts.js";

/** @typedef {import("../core/types.js").Data} Data */
/** The picture that is shown: a test picture by its place among them, or a drawing. @typedef {{place: number} | {pixels: Uint8Array}} Shown */

/**
 * @param {HTMLElement} board
 * @param {object} parts
 * @param {(place: number) => void} parts.follow  another test picture, by its place among them
 */
export function createInput(board, { follow }) {
  const thumbnail = createThumbnail();
  const picture = h("div", { class: "digit-input", role: "img", "aria-label": "The picture that is read" }, thumbnail.canvas);
  const caption = h("p", { class: "digit-caption" });
  const truth = h("p", { class: "digit-truth" });
  /** @type {{data: Data, answers: Uint8Array | null, place: number} | null} */
  let now = null;

  /** @param {number | null} place  null: nowhere */
  function go(place) {
    if (!now || place === null) return;
    // the next click goes on from there, even before it is drawn
    now = { ...now, place };
    follow(place);
  }

  /** @param {string} sign @param {string} label @param {() => number | null} place  where it leads; null: nowhere */
  function stepper(sign, label, place) {
    const button = h("button", { type: "button", class: "changer", "aria-label": label, title: label }, sign);
    button.addEventListener("click", () => {
      go(now && now.data.testSize > 0 ? place() : null);
    });
    return button;
  }

  const by = (/** @type {number} */ step) => () => now && (now.place + step + now.data.testSize) % now.data.testSize;
  const buttons = [
    stepper("‹", "Previous test picture", by(-1)),
    stepper("›", "Next test picture", by(1)),
  ];
  const mistake = h("button", { type: "button", class: "copy digit-mistake" }, "Next mistake");
  mistake.addEventListener("click", () => {
    go(now?.answers ? nextMistake(now.answers, now.data.labels, now.place) : null);
  });
  const controls = h("div", { class: "digit-controls" }, caption, truth, h("div", { class: "digit-steps", role: "group", "aria-label": "Test pictures" }, ...buttons, mistake));
  board.append(picture, controls);

  return {
    /** @param {import("./layout.js").Layout} layout */
    arrange({ input, controls: room, isStacked }) {
      for (const [element, box] of /** @type {const} */ ([[picture, input], [controls, room]])) {
        Object.assign(element.style, { left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px`, height: `${box.height}px` });
      }
      controls.classList.toggle("stacked", isStacked);
    },

    /**
     * @param {Data | null} data @param {Shown | null} shown @param {number | null} label @param {Uint8Array | null} answers  of all test pictures
     * @param {Uint32Array} ramp  of ink
     */
    draw(data, shown, label, answers, ramp) {
      const isDrawing = shown !== null && "pixels" in shown;
      const place = shown && "place" in shown ? shown.place : now?.place ?? 0;
      now = data && { data, answers, place };
      picture.classList.toggle("empty", shown === null);
      mistake.disabled = !answers;
      for (const button of buttons) button.disabled = !data;
      if (!data || !shown) return;
      if (isDrawing) thumbnail.draw(shown.pixels, 0, data.side, ramp);
      else thumbnail.draw(data.pictures, place, data.side, ramp);
      setText(caption, captionOf(isDrawing ? null : { place, count: data.testSize }));
      setText(truth, label === null ? "" : `This is ${aDigit(label)}.`);
      picture.setAttribute("aria-label", label === null ? "Your drawing, as the network sees it" : `${captionOf({ place, count: data.testSize })}, ${aDigit(label)}`);
    },
  };
}
