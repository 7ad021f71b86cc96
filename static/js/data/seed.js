/** What becomes of seeds, and what is said of them. Pure. */

/** Characters of a seed in a sentence. */
const MOST_SHOWN = 12;

/** A seed that the user entered, and whether a change of the data has replaced it. @typedef {{seed: string, isLost: boolean}} Typed */

/**
 * What becomes of a seed that the user entered when the seed in force changes: other data draw a seed of their own.
 * @param {Typed | null} typed
 * @param {string | null} before  the seed in force before
 * @param {string} now  the seed in force
 * @returns {Typed | null}
 */
export function followed(typed, before, now) {
  if (!typed || now === before) return typed;
  if (now === typed.seed) return { ...typed, isLost: false };
  // a seed that was offered once is forgotten with the next
  return typed.isLost ? null : { ...typed, isLost: before === typed.seed };
}

/**
 * What is said of a seed that was replaced, and of the button that brings it back.
 * @param {string} seed
 * @returns {{note: string, button: string}}
 */
export function lostSeedTexts(seed) {
  const shown = seed.length > MOST_SHOWN ? `${seed.slice(0, MOST_SHOWN - 1)}…` : seed;
  return { note: `The new data have a new seed, as in the original. It was ${shown} before.`, button: `Use ${shown}` };
}

/**
 * What is said when the weights were reset since their seed was entered.
 * @param {number} offset  weights that were drawn from the seed before these
 * @returns {string} "" for 0
 */
export function offsetText(offset) {
  return offset === 0 ? "" : `Reset since this seed (${offset.toLocaleString("en-US")} weights drawn before)`;
}

/**
 * Both seeds in one line.
 * @param {Pick<import("../core/types.js").Config, "seed" | "weight_seed">} config
 * @returns {{label: string, text: string}} that of the data first, if they are not the same
 */
export function seedLine(config) {
  const weights = weightSeed(config);
  return weights === config.seed ? { label: "Seed", text: config.seed } : { label: "Seeds", text: `${config.seed} · ${weights}` };
}

/**
 * The seed of the weights.
 * @param {Pick<import("../core/types.js").Config, "seed" | "weight_seed">} config
 * @returns {string}
 */
export const weightSeed = ({ seed, weight_seed: own }) => own || seed;
