/** The two seeds: shown, and edited. */

import { byId, setText } from "../lib/dom.js";
import { seedOf } from "../lib/numbers.js";
import { followed, lostSeedTexts, offsetText, seedLine, weightSeed } from "./seed.js";

/** @typedef {import("../core/actions.js").PageState} PageState */
/** @typedef {import("../core/types.js").Config} Config */

/**
 * A field for a seed.
 * @param {HTMLInputElement} input
 * @param {object} parts
 * @param {(seed: string) => void} parts.send
 * @param {(config: Config) => string} parts.shown  the seed in force
 * @param {boolean} parts.isRequired  an empty field means nothing, and the old seed comes back
 */
function createSeedField(input, { send, shown, isRequired }) {
  /** @type {string | null} */
  let inForce = null;
  input.addEventListener("change", () => {
    if (inForce === null) return;
    input.value = seedOf(input.value);
    if (input.value === "" && isRequired) input.value = inForce;
    else if (input.value !== inForce) send(input.value);
  });
  input.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && inForce !== null) input.value = inForce;
    if (key === "Enter" || key === "Escape") input.blur();
  });
  return {
    /** @param {Config} config */
    draw(config) {
      inForce = shown(config);
      if (document.activeElement !== input) input.value = inForce;
    },
  };
}

/**
 * The fields of both seeds.
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createSeeds({ actions }) {
  const input = byId("data-seed", HTMLInputElement);
  const [label, shown] = [byId("seed-label", HTMLElement), byId("seed-shown", HTMLElement)];
  const offset = byId("weight-offset", HTMLElement);
  const lost = byId("lost-seed", HTMLElement);
  const lostText = byId("lost-seed-text", HTMLElement);
  const back = byId("lost-seed-button", HTMLButtonElement);
  /** A seed that the user entered. @type {import("./seed.js").Typed | null} */
  let typed = null;
  /** @type {Config | null} */
  let drawn = null;

  /** @param {string} seed */
  function sendSeed(seed) {
    typed = { seed, isLost: false };
    actions.configure({ seed });
  }

  const fields = [
    createSeedField(input, { send: sendSeed, shown: ({ seed }) => seed, isRequired: true }),
    // without a weight seed the weights follow the data seed
    createSeedField(byId("weight-seed", HTMLInputElement), {
      send: (seed) => actions.configure({ weight_seed: seed, weight_offset: 0 }), shown: weightSeed, isRequired: false,
    }),
  ];
  back.addEventListener("click", () => {
    if (typed) sendSeed(typed.seed);
    input.focus();
  });

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, { config }) {
      if (config === drawn) return;
      typed = followed(typed, drawn?.seed ?? null, config.seed);
      drawn = config;
      lost.hidden = !typed?.isLost;
      if (typed?.isLost) {
        const { note, button } = lostSeedTexts(typed.seed);
        setText(lostText, note);
        setText(back, button);
      }
      for (const field of fields) field.draw(config);
      const line = seedLine(config);
      setText(label, line.label);
      setText(shown, line.text);
      offset.hidden = config.weight_offset === 0;
      setText(offset, offsetText(config.weight_offset));
    },
  };
}
