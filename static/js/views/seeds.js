/** The two seeds: shown, and typed over. */

import { byId, setText } from "../dom.js";
import { seedOf } from "../numbers.js";

/** @typedef {import("../actions.js").PageState} PageState */
/** @typedef {import("../types.js").Config} Config */

/**
 * @param {object} parts
 * @param {import("../actions.js").PageActions} parts.actions
 */
export function createSeeds({ actions }) {
  const data = byId("data-seed", HTMLInputElement);
  const weights = byId("weight-seed", HTMLInputElement);
  const offset = byId("weight-offset", HTMLElement);
  /** @type {Config | null} */
  let drawn = null;

  bind(data, (seed) => actions.configure({ seed }), (config) => config.seed);
  bind(weights, (seed) => actions.configure({ weight_seed: seed, weight_offset: 0 }), weightSeed);

  /**
   * @param {HTMLInputElement} input
   * @param {(seed: string) => void} send
   * @param {(config: Config) => string} shown
   */
  function bind(input, send, shown) {
    /** An empty data seed means nothing: the old one comes back. An empty weight seed follows the data seed. */
    input.addEventListener("change", () => {
      if (!drawn) return;
      input.value = seedOf(input.value);
      if (input.value === "" && input === data) input.value = shown(drawn);
      else if (input.value !== shown(drawn)) send(input.value);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && drawn) input.value = shown(drawn);
      if (event.key === "Enter" || event.key === "Escape") input.blur();
    });
  }

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, { config }) {
      if (config === drawn) return;
      drawn = config;
      if (document.activeElement !== data) data.value = config.seed;
      if (document.activeElement !== weights) weights.value = weightSeed(config);
      offset.hidden = config.weight_offset === 0;
      setText(offset, `after ${config.weight_offset.toLocaleString("en")} earlier weights`);
    },
  };
}

/** The seed that the weights come from. @param {Config} config */
function weightSeed(config) {
  return config.weight_seed || config.seed;
}
