/** What the page has to tell: lost connection, diverged training, warnings about the link, refused changes. */

import { byId, setText } from "../lib/dom.js";
import { formatLearningRate } from "../lib/format.js";
import { SOCKET_PATH } from "../net/socket.js";

/** @typedef {import("../core/actions.js").PageState} PageState */
/** @typedef {{label: string, run: () => void, isMain?: boolean}} Choice */
/** @typedef {{title: string, text: string, items?: string[], tone: "calm" | "warn", choices?: Choice[], dismiss?: () => void}} Message */

/** A connection that is there, or back, within this time, in ms, needs no word. */
const PATIENCE = { first: 1000, again: 300 };

/** Ends of an errand that nothing else on the page tells. */
const TOLD_ENDS = new Set(["plateau", "longest"]);

/** Controls that a retry after a divergence uses. */
const NEEDED_TO_RETRY = ["learningRate", "playButton"];

/** @type {Record<import("../net/resume.js").StorageError, {title: string, text: string}>} */
const STORAGE_ERRORS = {
  blocked: { title: "Progress is not kept",
    text: "This browser blocks storage, so reloading may restart training. The link holds everything else." },
  full: { title: "Progress is not kept",
    text: "This browser's storage is full, so reloading may restart training. The link holds everything else." },
  runs_full: { title: "This run is not kept",
    text: "This browser has no more room for it. Delete runs in the table that you do not need." },
  runs_damaged: { title: "Some runs are lost",
    text: "What this browser had kept of them was damaged; the other runs are in the table." },
  runs_dropped: { title: "The oldest run has gone",
    text: "The table of runs is full: of those without a star the oldest makes room for a new one." },
  damaged: { title: "A fresh start",
    text: "The progress saved in this tab is damaged and cannot be used, so training restarts." },
};

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {() => void} parts.retry  connects at once
 * @param {() => void} parts.takeOver  connects although the experiment has moved to another tab
 * @param {() => void} parts.reload
 */
export function createMessages({ actions, retry, takeOver, reload }) {
  const root = byId("messages", HTMLElement);
  const template = byId("message-template", HTMLTemplateElement);
  /** Since when there is no connection, and whether there was one before. */
  let lostAt = performance.now();
  let wasOpen = false;
  /** Why the server has ended the connection, in its own words; empty if it has not. */
  let problem = "";
  /** What is shown, by kind. @type {Map<string, {key: string, element: HTMLElement}>} */
  const shown = new Map();

  /** One entry for each kind of message, in the order of the page: null says that there is none.
   * @type {Record<string, (state: PageState) => Message | null>} */
  const kinds = {
    connection: (state) => connectionMessage(state),
    divergence: ({ status: { diverged }, view: { locked } }) => diverged && {
      title: `Training diverged at epoch ${counted(diverged.epoch)}`,
      text: `${sentence(diverged.reason)} ${sentence(diverged.hint)}`,
      tone: "warn",
      choices: [
        ...(diverged.retry && !NEEDED_TO_RETRY.some((name) => locked.includes(name))
          ? [{ label: `Retry from epoch ${counted(diverged.retry.epoch)} with learning rate ${formatLearningRate(diverged.retry.learning_rate)}`, run: actions.recover, isMain: true }] : []),
        ...(locked.includes("resetButton") ? [] : [{ label: "Rewind", run: () => actions.run("rewind") }]),
      ],
    },
    stopped: ({ status: { stopped }, stopSeen, data }) => !stopped || stopped.epoch === stopSeen?.epoch ? null : {
      title: `Stopped early at epoch ${counted(stopped.epoch)}`,
      text: `The best ${watched(data)} loss was at epoch ${counted(stopped.best_epoch)}, and its weights are back. Play goes on from there.`,
      tone: "calm",
      dismiss: actions.dismissStop,
    },
    ended: ({ status: { run_ended: ended }, endSeen }) => !ended || !TOLD_ENDS.has(ended.cause) || ended.epoch === endSeen?.epoch ? null : {
      title: `The run ended at epoch ${counted(ended.epoch)}`,
      text: sentence(ended.reason),
      tone: "calm",
      dismiss: actions.dismissEnd,
    },
    // a fault of the server is told once: when it has ended the connection, that says why
    errors: ({ errors, connection }) => errors.length === 0 || (connection !== "open" && errors.every(isOfServer)) ? null : {
      title: errors.every(isOfServer) ? "Something went wrong" : "That was not possible",
      text: errors.length > 1 ? "" : isOfServer(errors[0]) ? sentence(errors[0].message) : errors[0].message,
      items: errors.length === 1 ? [] : errors.map((error) => error.message),
      tone: "warn",
      dismiss: actions.dismissErrors,
    },
    storageError: ({ storageError }) => storageError && { ...STORAGE_ERRORS[storageError], tone: "calm", dismiss: actions.dismissStorageError },
    warnings: ({ warnings }) => warnings.length === 0 ? null : {
      title: "About this link",
      text: warnings.length === 1 ? warnings[0].message : "",
      items: warnings.length === 1 ? [] : warnings.map((warning) => warning.message),
      tone: "calm",
      dismiss: actions.dismissWarnings,
    },
  };

  /** @param {PageState} state @returns {Message | null} */
  function connectionMessage({ connection, retryAt, reason, cause }) {
    if (connection === "open") {
      lostAt = Infinity;
      wasOpen = true;
      problem = "";
      return null;
    }
    // what the server has said holds until it says otherwise, or does not answer any more
    if (connection === "waiting") problem = reason;
    lostAt = Math.min(lostAt, performance.now());
    const isShort = performance.now() - lostAt < (wasOpen ? PATIENCE.again : PATIENCE.first);
    /** @type {Message} */
    const lost = problem
      ? { title: "The server has a problem", tone: "calm", choices: [{ label: "Try now", run: retry }],
          text: `${sentence(problem)} Your experiment is kept. Trying again${wait(retryAt)}.` }
      : cause ? causeMessage(cause, retryAt) : wasOpen
      ? { title: "Connection lost", tone: "calm", choices: [{ label: "Try now", run: retry }],
          text: `Your experiment is kept. Trying again${wait(retryAt)}.` }
      : { title: "No connection", tone: "calm", choices: [{ label: "Try now", run: retry }],
          text: `The server does not answer. Trying again${wait(retryAt)}.` };
    /** @type {Record<Exclude<PageState["connection"], "open">, Message | null>} */
    const messages = {
      connecting: isShort ? null : lost,
      waiting: isShort ? null : lost,
      full: { title: "The server is busy", tone: "calm", choices: [{ label: "Try now", run: retry }],
        text: `${sentence(reason || "all its places are taken")} Trying again${wait(retryAt)}.` },
      moved: { title: "Open somewhere else", tone: "calm", choices: [{ label: "Continue here", run: takeOver, isMain: true }],
        text: "This experiment was opened in another tab or window, and goes on there." },
      outdated: { title: "There is a newer version", tone: "calm", choices: [{ label: "Load it", run: reload, isMain: true }],
        text: "The server has changed since this page was opened. Your experiment is kept." },
    };
    return messages[connection];
  }

  /** @param {import("../net/diagnosis.js").Cause} cause @param {number | null} retryAt @returns {Message} */
  function causeMessage(cause, retryAt) {
    const kept = wasOpen ? " Your experiment is kept." : "";
    const again = `${kept} Trying again${wait(retryAt)}.`;
    /** @type {{tone: "calm", choices: Choice[]}} */
    const common = { tone: "calm", choices: [{ label: "Try now", run: retry }] };
    if (cause.kind === "refused") return { ...common, title: "The server refuses this page", text: `${sentence(cause.text)}${again}` };
    return { ...common, title: "Live connections are blocked",
      text: "The server answers, but a proxy, a firewall, or a browser extension blocks the live connection (WebSocket) that the playground needs. "
        + `Try another network, or ask your administrator to allow WebSocket connections to ${location.host}${SOCKET_PATH}.${again}` };
  }

  /** @param {Message} message */
  function build(message) {
    const element = /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (template.content.cloneNode(true)).firstElementChild);
    element.classList.add(message.tone);
    const list = /** @type {HTMLElement} */ (element.querySelector("ul"));
    list.hidden = !message.items?.length;
    list.append(...(message.items ?? []).map((item) => Object.assign(document.createElement("li"), { textContent: item })));
    const buttons = /** @type {HTMLElement} */ (element.querySelector(".message-buttons"));
    for (const { label, run, isMain } of message.choices ?? []) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
      button.classList.toggle("main", Boolean(isMain));
      button.addEventListener("click", run);
      buttons.append(button);
    }
    const dismiss = /** @type {HTMLElement} */ (element.querySelector("[data-dismiss]"));
    dismiss.hidden = !message.dismiss;
    if (message.dismiss) dismiss.addEventListener("click", message.dismiss);
    return element;
  }

  /** Rebuilds a message only if more than its text has changed, so a button under the finger stays.
   * @param {string} kind @param {Message | null} message */
  function show(kind, message) {
    const key = message ? JSON.stringify([message.title, message.items, message.choices]) : "";
    const old = shown.get(kind);
    if (old && old.key !== key) {
      old.element.remove();
      shown.delete(kind);
    }
    if (!message) return;
    if (!shown.has(kind)) {
      const element = build(message);
      root.append(element);
      shown.set(kind, { key, element });
    }
    const { element } = /** @type {{element: HTMLElement}} */ (shown.get(kind));
    setText(/** @type {HTMLElement} */ (element.querySelector("strong")), message.title);
    setText(/** @type {HTMLElement} */ (element.querySelector("p")), message.text);
  }

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      for (const [kind, message] of Object.entries(kinds)) show(kind, message(state));
    },
  };
}

/** What early stopping goes by. @param {PageState["data"]} data */
function watched(data) {
  if (!data || data.validationSize > 0) return "validation";
  return data.targets.length > data.trainSize ? "test" : "training";
}

/** Whether the server is to blame, whatever was asked. @param {{code: string}} error */
function isOfServer({ code }) {
  return code === "internal";
}

/** With a comma between thousands. @param {number} epoch */
function counted(epoch) {
  return epoch.toLocaleString("en-US");
}

/** With a capital and a full stop. @param {string} text */
function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1) + (text.endsWith(".") ? "" : ".");
}

/** @param {number | null} retryAt  as `performance.now()` */
function wait(retryAt) {
  const seconds = retryAt === null ? 0 : Math.ceil((retryAt - performance.now()) / 1000);
  return seconds > 1 ? ` in ${seconds}\u00a0s` : "";
}
