/** What the form of a sweep asks for: its text, how large it is, and why it cannot be run. Pure. */

import { formatCount, formatWait } from "../lib/format.js";
import { sweepFields } from "./settings.js";
import { choiceOf, readChoice } from "./values.js";

/**
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("./values.js").Choice} Choice
 * @typedef {import("./values.js").Chosen} Chosen
 * @typedef {import("../luck/starts.js").Vary} Vary
 */
/** A setting in the form, with the choice of its values. @typedef {{field: Field, choice: Choice}} Draft */
/**
 * @typedef {object} Plan
 * @property {readonly Draft[]} drafts  one for each axis
 * @property {number} starts  of each cell
 * @property {Vary} vary
 * @property {number} epochs
 */
/**
 * What a plan comes to.
 * @typedef {object} Outline
 * @property {readonly Chosen[]} axes
 * @property {number} cells
 * @property {number} runs
 * @property {string} axesText  as `try_starts` takes it
 * @property {string | null} fault  a sentence; null: it can be run
 */

/** The most axes of a sweep, and the most runs that a page may ask for at once. */
export const MOST_AXES = 4;
export const MOST_RUNS = 2000;
/** Seconds that the server trains starts for at most. */
const LONGEST = 600;

/** @param {{epoch_seconds: number, start_seconds: number}} cost  of one start @param {number} runs @param {number} epochs */
const secondsOf = (cost, runs, epochs) => runs * (cost.start_seconds + epochs * cost.epoch_seconds);

/**
 * @param {Plan} plan @param {Outline["axes"]} axes @param {number} runs
 * @param {{epoch_seconds: number, start_seconds: number} | null} cost @param {ReadonlySet<string>} locked
 */
function faultOf({ drafts, epochs }, axes, runs, cost, locked) {
  const wrong = axes.find(({ fault }) => fault !== null);
  if (wrong) return wrong.fault;
  if (drafts.length === 0) return "Choose a setting to vary.";
  const twice = drafts.find(({ field }, index) => drafts.findIndex((other) => other.field.name === field.name) < index);
  if (twice) return `${twice.field.label} is there twice: choose another setting.`;
  const held = drafts.find(({ field }) => locked.has(field.name));
  if (held) return `${held.field.label} is locked by the author of this link: choose another setting.`;
  if (runs < 2) return "This is a single run: choose more values or more starts.";
  if (runs > MOST_RUNS) return `${formatCount(runs)} runs are too many: at most ${formatCount(MOST_RUNS)}. Choose fewer values or fewer starts.`;
  const seconds = cost === null ? 0 : secondsOf(cost, runs, epochs);
  return seconds > LONGEST ? `This would take about ${formatWait(seconds)}, and the limit is ${formatWait(LONGEST)}. Choose fewer values, starts or epochs.` : null;
}

/**
 * @param {Plan} plan @param {{epoch_seconds: number, start_seconds: number} | null} cost  of a start of the present experiment
 * @param {ReadonlySet<string>} [locked]  names of settings that keep their values
 * @returns {Outline}
 */
export function outlineOf(plan, cost, locked = new Set()) {
  const axes = plan.drafts.map(({ field, choice }) => readChoice(field, choice));
  const cells = axes.reduce((product, { values }) => product * values.length, 1);
  const runs = cells * plan.starts;
  return {
    axes, cells, runs,
    axesText: plan.drafts.map(({ field }, index) => `${field.key}:${axes[index].text}`).join(";"),
    fault: faultOf(plan, axes, runs, cost, locked),
  };
}

/** A plan from elsewhere, which may leave the epochs open. @typedef {Omit<Plan, "epochs"> & {epochs: number | null}} OpenPlan */

/** @param {import("../core/types.js").Schema} schema @param {readonly {key: string, text: string}[]} axes @returns {Draft[]} */
function draftsOf(schema, axes) {
  const fields = sweepFields(schema);
  return axes.flatMap(({ key, text }) => fields.filter((field) => field.key === key).map((field) => ({ field, choice: choiceOf(field, text) })));
}

/** The plan of a link. @param {import("../core/types.js").Schema} schema @param {import("../core/types.js").LinkSweep} sweep @returns {OpenPlan} */
export function planOf(schema, { axes, starts, vary, epochs }) {
  return { drafts: draftsOf(schema, axes), starts, vary: /** @type {Vary} */ (vary), epochs };
}

/**
 * The plan of a sweep that was asked for elsewhere, by the text of its axes.
 * @param {import("../core/types.js").Schema} schema @param {import("../core/startActions.js").WantedStarts} wanted
 * @returns {OpenPlan}
 */
export function planOfWanted(schema, { sweep = "", count, vary, epochs }) {
  const axes = sweep.split(";").map((part) => ({ key: part.slice(0, part.indexOf(":")), text: part.slice(part.indexOf(":") + 1) }));
  return { drafts: draftsOf(schema, axes), starts: count, vary, epochs };
}

/** The text of a sweep as links have it. @param {Plan} plan @param {Pick<Outline, "axesText">} outline */
export function sweepText({ starts, vary, epochs }, { axesText }) {
  return [axesText, `starts:${starts}`, ...(vary === "weights" ? [] : [`vary:${vary}`]), `epochs:${epochs}`].join(";");
}

/** "8 × 4 settings × 10 starts = 320 runs" @param {Outline} outline @param {number} starts */
export function sizeText({ axes, runs }, starts) {
  const [values, alone] = [axes.map(({ values: { length } }) => formatCount(length)).join(" × "), axes.length === 1 && axes[0].values.length === 1];
  return `${values} ${alone ? "setting" : "settings"} × ${starts} ${starts === 1 ? "start" : "starts"} = ${formatCount(runs)} ${runs === 1 ? "run" : "runs"}`;
}

/**
 * How large a plan is and what it costs, or why it cannot be run.
 * @param {Plan} plan @param {Outline} outline @param {{epoch_seconds: number, start_seconds: number} | null} cost
 */
export function outlineText({ starts, epochs }, outline, cost) {
  if (outline.fault !== null) return outline.fault;
  const time = cost === null ? "measuring how long it takes…" : `about ${formatWait(secondsOf(cost, outline.runs, epochs))}`;
  return `${sizeText(outline, starts)}, ${time}`;
}
