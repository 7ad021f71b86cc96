/**
 * The script in a package for learning platforms (SCORM 1.2): it finds the platform's interface, shows the playground in a
 * frame, listens to its events (docs/embedding.md), and tells the platform what is reached. It runs in the platform's page,
 * and imports nothing.
 *
 * @typedef {Record<"LMSInitialize" | "LMSFinish" | "LMSCommit" | "LMSGetValue" | "LMSGetLastError", (text: string) => string>
 *   & {LMSSetValue: (name: string, value: string) => string}} Api
 * @typedef {{from?: string, version?: number, event?: string, link?: string, goals?: {reached: number | null}[], reached?: number, total?: number, message?: string}} Message
 */

const NAME = "numpy-playground";
const VERSION = 1;
/** How far up the interface is searched, as SCORM advises. */
const MOST_PARENTS = 500;
/** Characters of `cmi.suspend_data`, at most. */
const MOST_OF_DATA = 4096;
/** After this time without a word, the frame does not work here, in ms. */
const PATIENCE = 20_000;
/** States of a learner that has not begun. */
const NEW = new Set(["", "not attempted", "unknown", "browsed"]);
const DONE = new Set(["passed", "completed"]);

/** The interface in a window or those around it. @param {Window | null} start @returns {Api | null} */
function apiAround(start) {
  let window = start;
  for (let depth = 0; window && depth < MOST_PARENTS; depth++) {
    try {
      const { API } = /** @type {{API?: Api}} */ (/** @type {unknown} */ (window));
      if (API) return API;
    } catch {
      // a page of another origin: the interface may still be above it
    }
    if (window.parent === window) return null;
    window = window.parent;
  }
  return null;
}

/** The platform's interface: in this window, those around it, and those around the one that opened it. @param {Window} window */
export const findApi = (window) => apiAround(window) ?? apiAround(window.opener) ?? apiAround(window.top?.opener ?? null);

/** A duration as SCORM 1.2 writes it. @param {number} ms */
export function timespan(ms) {
  const hundredths = Math.max(0, Math.round(ms / 10));
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(hundredths / 360_000), Math.floor(hundredths / 6000) % 60, Math.floor(hundredths / 100) % 60];
  return `${two(Math.min(hours, 9999))}:${two(minutes)}:${two(seconds)}.${two(hundredths % 100)}`;
}

/** What is kept for the next time; without the experiment, if that is too long. @param {{first: string, link: string, reached: number, total: number}} kept */
export function suspendData({ first, link, reached, total }) {
  const whole = JSON.stringify({ version: VERSION, first, link, reached, total });
  return whole.length <= MOST_OF_DATA ? whole : JSON.stringify({ version: VERSION, reached, total });
}

/** The part of an address from "#" on. @param {string} address */
const hashOf = (address) => (address.includes("#") ? address.slice(address.indexOf("#")) : "");

/**
 * The address to open: that of the package, with the experiment as the learner left it, unless the package has another one now.
 * @param {string} address @param {string} data  as `suspendData` makes it, or anything else
 */
export function addressFor(address, data) {
  try {
    const { first, link } = JSON.parse(data);
    const isSame = typeof link === "string" && first === hashOf(address);
    return isSame ? address.slice(0, address.length - hashOf(address).length) + hashOf(link) : address;
  } catch {
    return address;
  }
}

/** How many goals were reached at the times before. @param {string} data  as `suspendData` makes it, or anything else */
export function bestIn(data) {
  try {
    const { reached, total } = JSON.parse(data);
    return Number.isInteger(reached) && Number.isInteger(total) ? { reached, total } : { reached: 0, total: 0 };
  } catch {
    return { reached: 0, total: 0 };
  }
}

/**
 * What the platform should be told.
 * @param {number} reached @param {number} total  goals; without any, opening is all there is to do
 * @returns {{status: string, score: string}} score: empty without goals
 */
export function resultOf(reached, total) {
  if (total === 0) return { status: "completed", score: "" };
  return { status: reached >= total ? "passed" : "incomplete", score: String(Math.round((100 * reached) / total)) };
}

/**
 * Shows the playground and reports to the platform.
 * @param {object} parts
 * @param {Window} parts.window
 * @param {HTMLIFrameElement} parts.frame
 * @param {(text: string) => void} parts.say  shows a note; "" hides it
 * @param {() => number} parts.now  in ms
 */
export function createSco({ window, frame, say, now }) {
  const address = frame.dataset.address ?? "";
  const { origin } = new URL(address);
  const api = findApi(window);
  const begun = now();
  /** The best so far, of this visit and those before. */
  let best = { reached: 0, total: 0 };
  let status = "";
  let link = "";
  let isReady = false;
  let isOver = false;

  /** @param {string} name @param {string} value */
  const set = (name, value) => api?.LMSSetValue(name, value);

  /** @param {number} reached @param {number} total */
  function report(reached, total) {
    if (total !== best.total || reached > best.reached) best = { reached, total };
    if (DONE.has(status)) return;
    const { status: next, score } = resultOf(best.reached, best.total);
    if (score !== "") set("cmi.core.score.raw", score);
    status = next;
    set("cmi.core.lesson_status", status);
    keep();
    api?.LMSCommit("");
  }

  function keep() {
    set("cmi.suspend_data", suspendData({ first: hashOf(address), link: hashOf(link), ...best }));
  }

  /** @param {Message} message */
  function take({ event, link: shown, goals = [], reached = 0, total = 0, message = "" }) {
    link = shown ?? link;
    if (event === "error") say(`The playground reports nothing: ${message}.`);
    if (event === "ready") {
      isReady = true;
      say(api ? "" : "No learning platform was found around this page, so nothing is recorded.");
      report(goals.filter((goal) => goal.reached !== null).length, goals.length);
    }
    if (event === "goal") report(reached, total);
    if (event === "progress") keep();
  }

  function finish() {
    if (isOver) return;
    isOver = true;
    keep();
    set("cmi.core.session_time", timespan(now() - begun));
    set("cmi.core.exit", DONE.has(status) ? "" : "suspend");
    api?.LMSCommit("");
    api?.LMSFinish("");
  }

  window.addEventListener("message", ({ source, origin: sender, data }) => {
    if (source === frame.contentWindow && sender === origin && data?.from === NAME && data.version === VERSION) take(data);
  });
  frame.addEventListener("load", () => frame.contentWindow?.postMessage({ to: NAME, type: "subscribe", version: VERSION }, origin));
  window.addEventListener("pagehide", finish);
  window.setTimeout(() => {
    if (!isReady) say(`The playground at ${origin} does not answer. Its server's PLAYGROUND_FRAME_ANCESTORS must list ${window.location.origin}.`);
  }, PATIENCE);

  api?.LMSInitialize("");
  status = api?.LMSGetValue("cmi.core.lesson_status") ?? "";
  if (NEW.has(status)) {
    status = "incomplete";
    set("cmi.core.lesson_status", status);
    api?.LMSCommit("");
  }
  set("cmi.core.score.min", "0");
  set("cmi.core.score.max", "100");
  const data = api?.LMSGetValue("cmi.suspend_data") ?? "";
  best = bestIn(data);
  frame.src = addressFor(address, data);
}
