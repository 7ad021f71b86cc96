/** The two seeds: shown, and typed over. */

import { byId, setText } from "../lib/dom.js";
import { seedOf } from "../lib/numbers.js";

/** @typedef {import("../core/actions.js").PageState} PageState */
/** @typedef {import("../core/types.js").Config} Config */

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createSeeds({ actions }) {
  const data = byId("data-seed", HTMLInputElement);
  const weights = byId("weight-seed", HTMLInputElement);
  const offset = byId("weight-offset", HTMLElement);
  const lost = byId("lost-seed", HTMLElement);
  const lostText = byId("lost-seed-text", HTMLElement);
  const back = byId("lost-seed-button", HTMLButtonElement);
  /** A seed that was typed, and whether other data have taken its place. @type {Typed | null} */
  let typed = null;
  /** @type {Config | null} */
  let drawn = null;

  bind(data, sendSeed, (config) => config.seed);
  back.addEventListener("click", () => {
    if (typed) sendSeed(typed.seed);
    data.focus();
  });

  /** @param {string} seed */
  function sendSeed(seed) {
    typed = { seed, isLost: false };
    actions.configure({ seed });
  }

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
      typed = followed(typed, drawn?.seed ?? null, config.seed);
      drawn = config;
      lost.hidden = !typed?.isLost;
      if (typed?.isLost) {
        setText(lostText, `The new data have a new seed, as in the original. Before, it was ${shortened(typed.seed)}.`);
        setText(back, `Use ${shortened(typed.seed)}`);
      }
      if (document.activeElement !== data) data.value = config.seed;
      if (document.activeElement !== weights) weights.value = weightSeed(config);
      offset.hidden = config.weight_offset === 0;
      setText(offset, `after ${config.weight_offset.toLocaleString("en")} earlier weights`);
    },
  };
}

/**
 * What has become of a seed that was typed, when the seed changes: other data draw one of their own.
 * @typedef {{seed: string, isLost: boolean}} Typed
 * @param {Typed | null} typed @param {string | null} before @param {string} now  the seeds in force
 * @returns {Typed | null}
 */
export function followed(typed, before, now) {
  if (!typed || now === before) return typed;
  if (now === typed.seed) return { ...typed, isLost: false };
  // a seed that has been told of once is forgotten with the next
  return typed.isLost ? null : { ...typed, isLost: before === typed.seed };
}

/** @param {string} seed */
function shortened(seed) {
  return seed.length > 12 ? `${seed.slice(0, 11)}…` : seed;
}

/** The seed that the weights come from. @param {Config} config */
function weightSeed(config) {
  return config.weight_seed || config.seed;
}
