/** What the page reports: lost connection, diverged training, warnings about the link, refused changes. Pure. */

import { blockedBy, blockedTexts } from "../blocked/texts.js";
import { formatCount, formatLearningRate } from "../lib/format.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../net/diagnosis.js").Cause} Cause
 * @typedef {"retry" | "takeOver" | "reload" | "explain" | "recover" | "rewind" | "dismissStop" | "dismissEnd" | "dismissErrors" | "dismissStorageError" | "dismissWarnings"} Command
 */
/** @typedef {{label: string, command: Command, isMain?: boolean}} Choice */
/** @typedef {{title: string, text: string, items?: string[], tone: "calm" | "warn", choices?: Choice[], dismiss?: Command}} Message */
/**
 * The connection as messages see it.
 * @typedef {object} Link
 * @property {number} lostAt  since when there is no connection, in ms; Infinity while there is one
 * @property {boolean} wasOpen  there was one before
 * @property {string} problem  why the server has ended it, in its own words; empty if it has not
 */

/** A connection that is there, or back, within this time, in ms, needs no message. */
const PATIENCE = { first: 1000, again: 300 };
/** Ends of a run-until that nothing else on the page shows. */
const REPORTED_ENDS = new Set(["plateau", "longest"]);
/** Controls that a retry after a divergence uses. */
const NEEDED_TO_RETRY = ["learningRate", "playButton"];
const SAVED = "Your experiment is saved.";

/** @type {Record<import("../net/resume.js").StorageError, {title: string, text: string}>} */
const STORAGE_ERRORS = {
  blocked: { title: "Progress is not saved",
    text: "This browser blocks storage, so reloading may restart training. The link holds everything else." },
  full: { title: "Progress is not saved",
    text: "This browser's storage is full, so reloading may restart training. The link holds everything else." },
  runs_full: { title: "This run is not saved",
    text: "This browser has no more room for it. Delete runs in the table that you do not need." },
  runs_damaged: { title: "Some runs are lost",
    text: "Their entries in this browser were damaged; the other runs are in the table." },
  runs_dropped: { title: "The oldest run was removed",
    text: "The table of runs is full, so the oldest unstarred run was removed to make room." },
  damaged: { title: "Training restarted",
    text: "The progress saved in this tab is damaged and cannot be used." },
};

/** With a capital and a period. @param {string} text */
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (text.endsWith(".") ? "" : ".");

/** When the page tries again. @param {number | null} retryAt  as `now` @param {number} now  ms */
function againText(retryAt, now) {
  const seconds = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1000);
  return `Trying again${seconds > 1 ? ` in ${seconds}\u00a0s` : ""}.`;
}

/** Whether the server is to blame, whatever was requested. @param {{code: string}} error */
const isOfServer = ({ code }) => code === "internal";

/** The loss that early stopping watches. @param {PageState["data"]} data */
function watchedLoss(data) {
  if (!data || data.validationSize > 0) return "validation";
  return data.targets.length > data.trainSize ? "test" : "training";
}

/* ---- The connection ---- */

/** Before there was any connection. @param {number} now  ms @returns {Link} */
export const newLink = (now) => ({ lostAt: now, wasOpen: false, problem: "" });

/** @param {Link} link @param {Pick<PageState, "connection" | "reason">} state @param {number} now @returns {Link} */
export function linkAfter({ lostAt, wasOpen, problem }, { connection, reason }, now) {
  if (connection === "open") return { lostAt: Infinity, wasOpen: true, problem: "" };
  if (connection === "joining") return { lostAt: Infinity, wasOpen, problem: "" };
  // what the server has said holds until it says something else, or does not answer any more
  return { lostAt: Math.min(lostAt, now), wasOpen, problem: connection === "waiting" ? reason : problem };
}

/** Why there is no connection. @param {Link} link @param {Cause | null} cause @param {string} again  when it is tried again */
function lostTexts({ wasOpen, problem }, cause, again) {
  if (problem) return { title: "The server has a problem", text: `${sentence(problem)} ${SAVED} ${again}` };
  const saved = wasOpen ? ` ${SAVED}` : "";
  if (cause?.kind === "refused") return { title: "The server refuses this page", text: `${sentence(cause.text)}${saved} ${again}` };
  if (cause?.kind === "foreign") {
    return { title: "Something else answers in place of the server",
      text: `It may be a sign-in page of your network, a filter, or a proxy. Reload the page to see what it is.${saved} ${again}` };
  }
  if (cause) return { title: "No live connection yet", text: `The server answers, but the live connection does not work.${saved} ${again}` };
  if (wasOpen) return { title: "Connection lost", text: `${SAVED} ${again}` };
  return { title: "No connection", text: `The server does not answer. ${again}` };
}

/** A page that has no picture says all of it in place of the picture. @param {import("../blocked/texts.js").Blocked} cause @param {string} again @param {Link} link @returns {Message | null} */
function blockedMessage(cause, again, { wasOpen }) {
  if (!wasOpen) return null;
  const { heading, text } = blockedTexts(cause);
  return { title: heading, text: [text, SAVED, again].filter(Boolean).join(" "), tone: "calm",
    choices: [{ label: "What to ask for", command: "explain", isMain: true }, ...(again ? [{ label: "Try now", command: /** @type {const} */ ("retry") }] : [])] };
}

/**
 * @param {Pick<PageState, "connection" | "retryAt" | "reason" | "cause">} state
 * @param {Link} link  after this state: see `linkAfter`
 * @param {number} now  ms, as `retryAt`
 * @returns {Message | null}
 */
export function connectionMessage({ connection, retryAt, reason, cause }, link, now) {
  const blocked = blockedBy(cause);
  if (blocked) return blockedMessage(blocked, connection === "open" ? "" : againText(retryAt, now), link);
  // what there is to say of a class, its page says
  if (connection === "open" || connection === "joining" || connection === "ended") return null;
  const again = againText(retryAt, now);
  /** @type {{tone: "calm", choices: Choice[]}} */
  const retrying = { tone: "calm", choices: [{ label: "Try now", command: "retry" }] };
  if (connection === "full") return { ...retrying, title: "The server is busy", text: `${sentence(reason || "all its places are taken")} ${again}` };
  if (connection === "moved") {
    return { title: "Opened in another tab", tone: "calm", choices: [{ label: "Continue here", command: "takeOver", isMain: true }],
      text: "This experiment was opened in another tab or window and continues there." };
  }
  if (connection === "outdated") {
    return { title: "A newer version is available", tone: "calm", choices: [{ label: "Load it", command: "reload", isMain: true }],
      text: `The server has changed since this page was opened. ${SAVED}` };
  }
  const isShort = now - link.lostAt < (link.wasOpen ? PATIENCE.again : PATIENCE.first);
  return isShort ? null : { ...retrying, ...lostTexts(link, cause, again) };
}

/* ---- Everything else ---- */

/** @param {PageState} state @returns {Message | null} */
function divergenceMessage({ status: { diverged }, view: { locked } }) {
  if (!diverged) return null;
  const { epoch, reason, hint, retry } = diverged;
  const canRetry = retry && !NEEDED_TO_RETRY.some((name) => locked.includes(name));
  return {
    title: `Training diverged at epoch ${formatCount(epoch)}`,
    text: `${sentence(reason)} ${sentence(hint)}`,
    tone: "warn",
    choices: [
      ...(canRetry ? [{ label: `Retry from epoch ${formatCount(retry.epoch)} with learning rate ${formatLearningRate(retry.learning_rate)}`, command: /** @type {const} */ ("recover"), isMain: true }] : []),
      ...(locked.includes("resetButton") ? [] : [{ label: "Rewind", command: /** @type {const} */ ("rewind") }]),
    ],
  };
}

/** @param {PageState} state @returns {Message | null} */
function stoppedMessage({ status: { stopped }, stopSeen, data }) {
  if (!stopped || stopped.epoch === stopSeen?.epoch) return null;
  return {
    title: `Stopped early at epoch ${formatCount(stopped.epoch)}`,
    text: `Restored the weights from epoch ${formatCount(stopped.best_epoch)}, the best ${watchedLoss(data)} loss. Press Play to continue.`,
    tone: "calm", dismiss: "dismissStop",
  };
}

/** @param {PageState} state @returns {Message | null} */
function endedMessage({ status: { run_ended: ended }, endSeen }) {
  if (!ended || !REPORTED_ENDS.has(ended.cause) || ended.epoch === endSeen?.epoch) return null;
  return { title: `The run ended at epoch ${formatCount(ended.epoch)}`, text: sentence(ended.reason), tone: "calm", dismiss: "dismissEnd" };
}

/** @param {PageState} state @returns {Message | null} */
function errorsMessage({ errors, connection }) {
  const isFault = errors.every(isOfServer);
  // when a fault of the server has ended the connection, the message about that says why
  if (errors.length === 0 || (connection !== "open" && isFault)) return null;
  const [{ message }] = errors;
  return {
    title: isFault ? "Something went wrong" : "Change rejected",
    text: errors.length > 1 ? "" : isFault ? sentence(message) : message,
    items: errors.length === 1 ? [] : errors.map((error) => error.message),
    tone: "warn", dismiss: "dismissErrors",
  };
}

/** @param {PageState} state @returns {Message | null} */
function storageMessage({ storageError }) {
  return storageError && { ...STORAGE_ERRORS[storageError], tone: "calm", dismiss: "dismissStorageError" };
}

/** @param {PageState} state @returns {Message | null} */
function warningsMessage({ warnings }) {
  if (warnings.length === 0) return null;
  const isOne = warnings.length === 1;
  return {
    title: "About this link", tone: "calm", dismiss: "dismissWarnings",
    text: isOne ? warnings[0].message : "", items: isOne ? [] : warnings.map((warning) => warning.message),
  };
}

/** The messages besides that about the connection, in the order of the page. @type {Record<string, (state: PageState) => Message | null>} */
export const MESSAGES = {
  divergence: divergenceMessage, stopped: stoppedMessage, ended: endedMessage, errors: errorsMessage, storageError: storageMessage, warnings: warningsMessage,
};
