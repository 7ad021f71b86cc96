/**
 * The ten outputs: a bar for each digit, the answer emphasized and the true digit marked, and what the network reads in a line.
 *
 * @typedef {import("./links.js").Unit} Unit
 */

import { h, setText } from "../lib/dom.js";
import { createThumbnail } from "../map/thumbnail.js";
import { createToolbar } from "../lib/toolbar.js";
import { OUTPUTS } from "./layout.js";
import { indexOf, outputsOf } from "./links.js";
import { verdictOf } from "./texts.js";

/**
 * @param {HTMLElement} board
 * @param {object} parts
 * @param {(output: number | null) => void} parts.onPoint
 * @param {(output: number) => void} parts.onChoose
 */
export function createOutputs(board, { onPoint, onChoose }) {
  const rows = Array.from({ length: OUTPUTS }, (_, digit) => {
    const thumbnail = createThumbnail();
    const bar = h("b");
    const value = h("span", { class: "value" }, "–");
    const button = h("button", { type: "button", class: "digit-output", "aria-describedby": "digit-card" },
      h("strong", {}, String(digit)), thumbnail.canvas, h("i", { class: "bar" }, bar), value);
    button.addEventListener("pointerenter", ({ pointerType }) => pointerType !== "touch" && onPoint(digit));
    button.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && onPoint(null));
    button.addEventListener("focus", () => button.matches(":focus-visible") && onPoint(digit));
    button.addEventListener("blur", () => onPoint(null));
    button.addEventListener("click", () => onChoose(digit));
    return { button, thumbnail, bar, value };
  });
  const verdict = h("p", { class: "digit-verdict", id: "digit-verdict" });
  const list = h("div", { class: "digit-outputs", role: "toolbar", "aria-label": "Outputs" }, ...rows.map(({ button }) => button));
  board.append(list, verdict);
  const toolbar = createToolbar(list, { buttons: () => rows.map(({ button }) => button), isFirst: (button) => button === rows[0].button });

  return {
    element: list,
    /** @param {import("./layout.js").Layout} layout */
    arrange({ outputs: { x, y, width, height }, row, isStacked }) {
      list.classList.toggle("stacked", isStacked);
      const room = isStacked ? height * 0.78 : OUTPUTS * row;
      Object.assign(list.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${room}px` });
      toolbar.update();
      Object.assign(verdict.style, { left: `${x}px`, top: `${y + room}px`, width: `${width}px` });
    },

    /**
     * @param {import("../core/types.js").FrameDigits | null} digits @param {readonly number[]} sizes
     * @param {object} read
     * @param {ArrayLike<number> | null} read.activations @param {number | null} read.answer @param {number | null} read.label
     * @param {Uint32Array} ramp
     */
    draw(digits, sizes, { activations, answer, label }, ramp) {
      const values = activations ? outputsOf(sizes, activations) : null;
      rows.forEach(({ button, thumbnail, bar, value }, digit) => {
        const share = values?.[digit] ?? 0;
        button.style.setProperty("--share", Math.max(0, Math.min(1, share)).toFixed(3));
        bar.hidden = values === null;
        setText(value, values ? share.toFixed(2) : "–");
        button.classList.toggle("answer", digit === answer);
        button.classList.toggle("true", digit === label);
        const marks = [digit === answer ? "the answer" : "", digit === label ? "the true digit" : ""].filter(Boolean).join(" and ");
        button.setAttribute("aria-label", `Output ${digit}: ${values ? share.toFixed(2) : "not known"}${marks ? `, ${marks}` : ""}`);
        if (digits) thumbnail.draw(digits.pictures, indexOf(sizes, { layer: sizes.length - 1, unit: digit }), digits.side, ramp);
      });
      const { text, kind } = verdictOf(answer, label);
      setText(verdict, text);
      verdict.dataset.kind = kind;
    },

    /** @param {number | null} hovered @param {number | null} pinned */
    mark(hovered, pinned) {
      rows.forEach(({ button }, digit) => {
        button.classList.toggle("hovered", digit === hovered);
        button.classList.toggle("pinned", digit === pinned);
        button.setAttribute("aria-pressed", String(digit === pinned));
      });
    },

    /** @param {number} digit */
    buttonOf: (digit) => rows[digit].button,
  };
}
