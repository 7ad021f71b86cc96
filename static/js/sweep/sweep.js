/** The tab Sweep of "Is it luck?": settings that take several values, each combination trained from several starts. */

import { openPanelOf } from "../core/dock.js";
import { locksOf } from "../core/locks.js";
import { byId, download, setText } from "../lib/dom.js";
import { ownLossesAt, ownReached } from "../luck/own.js";
import { areOf, endedStarts } from "../luck/starts.js";
import { noteText } from "../luck/texts.js";
import { createCopyButton } from "./copying.js";
import { commandOf, csvOf, linkWith } from "./csv.js";
import { createForm } from "./form.js";
import { planOf, planOfWanted, sweepText } from "./plan.js";
import { createSweepResults } from "../cells/results.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../luck/starts.js").Starts} Starts
 * @typedef {import("../luck/verdict.js").Mine} Mine
 */

/** @type {Mine} */
const NOTHING = { losses: null, reached: null };

/** The present experiment, as starts are compared with it. @param {PageState} state */
const experimentOf = ({ config, data }) => ({ config, examples: data?.examples ?? null });

/** Whether the link's locks allow to open a start. @param {Starts} sweep @param {PageState} state */
function mayOpen({ axes }, { schema, view }) {
  const { fields, commands } = locksOf(schema.controls ?? [], view.locked);
  return !["seed", "weight_seed", "weight_offset", ...axes.map(({ field }) => field)].some((name) => fields.has(name)) && !commands.has("advance");
}

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {import("../chart/series.js").Series} parts.series  the losses of the present run
 * @param {import("../portraits/plane.js").Portraits} parts.portraits
 */
export function createSweep({ actions, schema, series, portraits }) {
  const [note, live] = ["note", "live"].map((name) => byId(`sweep-${name}`, HTMLElement));
  /** The last sweep, which stays when starts without one follow. @type {Starts | null} */
  let sweep = null;
  /** One's own run when the sweep was asked for. @type {Mine} */
  let mine = NOTHING;
  /** What was asked for here last. @type {{plan: import("./plan.js").Plan, text: string} | null} */
  let asked = null;
  /** The sweep of the link that the form was filled with. @type {PageState["view"]["sweep"]} */
  let filled = null;
  /** What was asked for elsewhere and the form was filled with. @type {PageState["wantedStarts"]} */
  let shown = null;
  /** @type {{frame: Frame | null, state: PageState} | null} */
  let newest = null;
  const results = createSweepResults({ schema, actions, portraits });
  const form = createForm({
    schema,
    onTrain(plan, { axesText }, untilGoal) {
      if (newest) {
        const { frame, state } = newest;
        mine = { losses: ownLossesAt(plan.epochs, frame, series, state.status), reached: ownReached(plan.epochs, state.goals, frame?.epoch ?? 0) };
      }
      asked = { plan, text: sweepText(plan, { axesText }) };
      actions.setSweep(asked.text);
      actions.tryStarts({ count: plan.starts, vary: plan.vary, epochs: plan.epochs, sweep: axesText, untilGoal });
    },
    onCancel: actions.cancelStarts,
  });

  /** The link of the present experiment with what is in the form; null: that cannot be run. */
  function link() {
    const text = form.text();
    return text === null || !newest ? null : linkWith(newest.state.link, text);
  }
  createCopyButton(byId("sweep-link", HTMLButtonElement), () => {
    const here = link();
    if (here !== null) actions.setSweep(form.text());
    return here === null ? null : new URL(here, location.href).href;
  });
  createCopyButton(byId("sweep-command", HTMLButtonElement), () => {
    if (!sweep || !newest) return null;
    const text = asked && isOf(sweep, asked.plan) ? asked.text : textOf(sweep);
    return commandOf(linkWith(newest.state.link, text), sweep.untilGoal);
  });
  byId("sweep-csv", HTMLButtonElement).addEventListener("click", () => sweep && download("sweep.csv", csvOf(sweep), "text/csv"));

  /** @param {PageState} state */
  function take({ starts }) {
    if (starts && starts.axes.length > 0) sweep = starts;
    else if (starts && sweep?.ended === null) sweep = endedStarts(sweep, "canceled");
  }

  /** The sweep whose results have been scrolled to. @type {number | null} */
  let seen = null;

  /** @param {Starts} result @param {PageState} state */
  function drawSweep(result, state) {
    const isPresent = areOf(result, experimentOf(state));
    const text = noteText(result, isPresent);
    note.hidden = text === "";
    setText(note, text);
    results.draw({ sweep: result, mine, state, isPresent, canOpen: isPresent && mayOpen(result, state) });
    if (result.ended === null && result.starts.length > 0 && seen !== result.id) form.passBy();
    if (result.starts.length > 0) seen = result.id;
    if (result.ended === "done") setText(live, byId("sweep-best", HTMLElement).textContent ?? "");
  }

  return {
    /** @param {Frame | null} frame @param {PageState} state */
    draw(frame, state) {
      newest = { frame, state };
      take(state);
      if (openPanelOf(state) !== "luck" || state.luckTab !== "sweep") return;
      const { sweep: wanted = null } = state.view;
      if (wanted && wanted !== filled && textOfLink(wanted) !== form.text()) form.fill(planOf(schema, wanted), null);
      filled = wanted;
      const { wantedStarts } = state;
      if (wantedStarts?.sweep && wantedStarts !== shown) form.fill(planOfWanted(schema, wantedStarts), wantedStarts.untilGoal === true);
      shown = wantedStarts;
      form.draw(frame?.epoch ?? 0, state, sweep?.ended === null ? sweep : null);
      if (sweep) drawSweep(sweep, state);
    },
  };
}

/** @param {import("../core/types.js").LinkSweep} sweep */
function textOfLink({ axes, starts, vary, epochs }) {
  const plan = { drafts: [], starts, vary: /** @type {import("../luck/starts.js").Vary} */ (vary), epochs: epochs ?? 0 };
  return sweepText(plan, { axesText: axes.map(({ key, text }) => `${key}:${text}`).join(";") });
}

/** Whether a sweep is what a plan asked for. @param {Starts} sweep @param {import("./plan.js").Plan} plan */
const isOf = ({ axes, count, vary, epochs }, plan) => count === plan.starts && vary === plan.vary && epochs === plan.epochs
  && axes.length === plan.drafts.length && axes.every(({ field }, index) => field === plan.drafts[index].field.name);

/** The text of a sweep that has been trained. @param {Starts} sweep */
function textOf({ axes, count, vary, epochs }) {
  return sweepText({ drafts: [], starts: count, vary, epochs }, { axesText: axes.map(({ key, texts }) => `${key}:${texts.join("|")}`).join(";") });
}
