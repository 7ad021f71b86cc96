/**
 * Ties the page together: makes the store, the socket, the actions and the views; takes what the server says into the
 * store; draws at most once per animation frame, and acknowledges what is on the screen.
 */

import { createActions } from "./actions.js";
import { byId } from "./dom.js";
import { listenToKeys } from "./keyboard.js";
import { createKeeper } from "./keep.js";
import { checkpointOf, holdsParameters } from "./protocol.js";
import { createReopening, errorsOf } from "./reopening.js";
import { createSeries, thin } from "./series.js";
import { createSocket } from "./socket.js";
import { createStore } from "./store.js";
import { createChart } from "./views/charts.js";
import { createControls } from "./views/controls.js";
import { createDatasets } from "./views/datasets.js";
import { createGoals } from "./views/goals.js";
import { createHeatmap } from "./views/heatmap.js";
import { createHide } from "./views/hide.js";
import { createInside } from "./views/inside/panel.js";
import { createInfo } from "./views/info.js";
import { createLab } from "./views/lab.js";
import { createLesson } from "./views/lesson.js";
import { createMessages } from "./views/messages.js";
import { createNetwork } from "./views/network.js";
import { createSeeds } from "./views/seeds.js";
import { createSheets } from "./views/sheets.js";
import { createTheme, initialTheme } from "./views/theme.js";
import { createTransport } from "./views/transport.js";

/**
 * @typedef {import("./types.js").Frame} Frame
 * @typedef {import("./types.js").ConfigMessage} ConfigMessage
 * @typedef {import("./types.js").StatusMessage} StatusMessage
 * @typedef {import("./actions.js").PageState} PageState
 */

/** At most so often it is kept what a reload goes on from, in ms; and so many points of each line of losses. */
const KEEP_EVERY = 1000;
const KEEP_POINTS = 600;
/** More of a link is not sent: the server reads less, and says so. */
const MOST_OF_LINK = 70_000;
/** Messages that a `config` answers, and those that a `status` answers. */
const ASKS_CONFIG = new Set(["configure", "set_view", "open", "rewind", "reset", "reseed", "regenerate"]);
const ASKS_STATUS = new Set(["play", "pause", "advance", "set_speed", "inspect"]);

/** @type {import("./types.js").Schema} */
const schema = JSON.parse(byId("schema", HTMLScriptElement).text);

/** @type {PageState} */
const initial = {
  schema,
  config: /** @type {any} */ (Object.fromEntries(schema.fields.map((field) => [field.name, field.default]))),
  view: { show_test_data: false, discretize: false, hide_text: false, hidden: [] },
  link: "", layers: [], revision: -1, effect: "nothing",
  status: { playing: false, speed: "epoch", diverged: null, stopped: null },
  connection: "connecting", retryAt: null, reason: "", trouble: null, notices: [], errors: [], session: null,
  hovered: null, selected: null, data: null, goals: [],
  inside: { panel: null, last: "gradients", options: {}, format: "numpy" }, exported: null,
  logScale: false, theme: initialTheme(), presentation: false, sheet: null, singleKeys: true, lab: false, stopSeen: null,
};
const store = createStore(initial);

/* ---- What goes out ---- */

let lastId = 0;
/** Ids of the last messages that a config and a status will answer: older answers are no news for the controls. */
let awaitedConfig = 0;
let awaitedStatus = 0;

const currentLink = () => (location.hash || lesson.link()).slice(0, MOST_OF_LINK);

/** @param {Record<string, unknown>} message */
function send(message) {
  const type = String(message.type);
  if (!ASKS_CONFIG.has(type) && !ASKS_STATUS.has(type)) {
    socket.send(message);
    return;
  }
  const id = ++lastId;
  if (ASKS_CONFIG.has(type)) awaitedConfig = id;
  else awaitedStatus = id;
  socket.send({ ...message, id });
}

const keeper = createKeeper(() => sessionStorage, `${schema.version} `);
const recalled = keeper.recall();
/** What this tab has kept, until the first frame is shown. */
let kept = recalled.kept;
/** Each trouble is told once. @type {Set<import("./keep.js").Trouble>} */
const told = new Set();
tell(recalled.trouble);

const socket = createSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws`, {
  hello(isBare, refusal) {
    const isOther = reopening.isPending();
    if (isOther && refusal) reopening.refuse(errorsOf(refusal));
    const other = reopening.greeting();
    if (other) return { version: schema.version, ...other, speed: store.get().status.speed };
    if (isBare && !isOther) {
      kept = {};
      shown = null;
      store.set({ session: null });
      tell("damaged");
    }
    const session = store.get().session ?? kept.session;
    const checkpoint = shown ? checkpointOf(shown.frame, shown.link) : kept.checkpoint;
    const { playing, speed } = shown ? store.get().status : kept;
    return { version: schema.version, link: currentLink(), ...(session && { session }), ...(checkpoint && { checkpoint, playing, speed }) };
  },
  onMessage: receive,
  onStatus: (connection, { retryAt, reason }) => store.set({ connection, retryAt, reason }),
});

const reopening = createReopening({
  reconnect: () => socket.reconnect(),
  onTaken({ checkpoint, losses }) {
    const { speed } = store.get().status;
    shown = newest = null;
    arrived = [];
    kept = { ...(checkpoint && { checkpoint }), playing: false, speed };
    series.clear();
    addLosses(losses ?? null);
    store.set({ selected: null, hovered: null, notices: [], errors: [] });
  },
  onRefused: (errors) => store.set({ errors }),
});

const actions = createActions({ store, send, reopen: reopening.open });
const lesson = createLesson({ actions });

/* ---- What comes in ---- */

/** The last config and status that the server told, for when a later wish is refused. @type {ConfigMessage | null} */
let lastConfig = null;
/** @type {StatusMessage | null} */
let lastStatus = null;

/** @type {Record<string, (message: any) => void>} */
const RECEIVERS = {
  /** @param {import("./types.js").WelcomeMessage} message */
  welcome({ session }) {
    awaitedConfig = awaitedStatus = 0;
    arrived = [];
    store.set({ session, goals: [] });
    if (document.hidden) actions.setVisible(false);
    actions.lookAgain();
  },

  /** @param {ConfigMessage} message */
  config(message) {
    const { revision, layers, effect, link, config, view } = message;
    lastConfig = message;
    if (location.hash !== link) history.replaceState(null, "", link);
    const isNews = (message.id ?? Infinity) >= awaitedConfig;
    // the server shows the output of another network, too
    if (String(layers) !== String(store.get().layers)) store.set({ selected: null });
    store.set({ revision, layers, effect, link, ...(isNews && { config, view, errors: [] }) });
  },

  /** @param {StatusMessage} message */
  status(message) {
    lastStatus = message;
    if ((message.id ?? Infinity) >= awaitedStatus) store.set({ status: statusOf(message) });
    if (!message.stopped) store.set({ stopSeen: null });
  },

  /** @param {import("./types.js").NoticesMessage} message */
  notices: ({ notices }) => store.set({ notices }),

  /** What was refused springs back to what is in force. @param {import("./types.js").ErrorMessage} message */
  error(message) {
    const { id } = message;
    if (id === awaitedConfig && lastConfig) store.set({ config: lastConfig.config, view: lastConfig.view });
    if (id === awaitedStatus && lastStatus) store.set({ status: statusOf(lastStatus) });
    store.set({ errors: errorsOf(message) });
  },

  /** @param {import("./types.js").DataMessage} message */
  data({ revision, train_size: trainSize, validation_size: validationSize = 0, classes = 2, dimensions = 2, arrays: { points, targets } }) {
    if (revision === lastConfig?.revision) store.set({ data: { trainSize, validationSize, classes, dimensions, points, targets } });
  },

  /** @param {import("./types.js").GoalsMessage} message */
  goals: ({ goals }) => store.set({ goals }),

  /** @param {import("./types.js").ExportMessage} message */
  export: (message) => store.set({ exported: message }),

  /** @param {Frame} frame */
  frame(frame) {
    arrived.push(frame);
    inside.take(frame, store.get());
    if (frame.revision === store.get().revision) newest = frame;
    schedule();
  },
};

/** @param {StatusMessage} message @returns {PageState["status"]} */
function statusOf({ playing, speed, diverged, stopped = null }) {
  return { playing, speed, diverged, stopped };
}

/** @param {import("./types.js").Decoded} message */
function receive(message) {
  for (const heard of reopening.take(message)) {
    if (Object.hasOwn(RECEIVERS, heard.type)) RECEIVERS[heard.type](heard);
  }
}

/* ---- What is drawn ---- */

const element = (/** @type {string} */ id) => byId(id, HTMLElement);
const series = createSeries();
addLosses(kept.losses ?? null);
const chart = createChart(element("linechart"), { actions, schema, series });
const inside = createInside(element("inside"), { actions, schema });
const views = [
  createTheme({ store }),
  // before those that measure what room it leaves
  createLab({ actions, schema }),
  createDatasets(element("data"), { actions }),
  createSeeds({ actions }),
  createTransport({ actions }),
  createGoals({ actions }),
  createHeatmap(element("heatmap"), { actions, schema }),
  createNetwork(element("network"), { actions, schema }),
  chart,
  inside,
  // after those that make controls of their own
  createControls(document, { actions, schema }),
  createInfo({ schema }),
  createMessages({ actions, retry: () => socket.retryNow(), takeOver: () => socket.takeOver(), reload: () => location.reload() }),
  createHide(element("hide-controls"), { actions }),
  createSheets({ actions }),
];

/** @type {Frame | null} */
let newest = null;
/** The frame on the screen, with the link of its experiment. @type {{frame: Frame, link: string} | null} */
let shown = null;
/** Frames that are not yet acknowledged. @type {Frame[]} */
let arrived = [];
let isScheduled = false;
let isToBeKept = false;

function schedule() {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(draw);
}

function draw() {
  isScheduled = false;
  const state = store.get();
  const frame = newest && fits(newest, state) ? newest : null;
  // what is acknowledged never comes again: the losses in a frame count, even if its pictures are out of date
  for (const other of arrived) if (other !== frame) chart.draw(other, state);
  for (const view of views) view.draw(frame, state);
  for (const { seq } of arrived) actions.ack(seq);
  arrived = [];
  if (frame?.revision === state.revision) {
    shown = { frame, link: state.link };
    keepSoon();
  }
}

/** False for a frame of another network than the present one. @param {Frame} frame @param {PageState} state */
function fits({ shapes, arrays }, { layers }) {
  const units = layers.slice(1).reduce((sum, count) => sum + count, 0);
  return shapes.thumbnails[0] === schema.features.length + units && holdsParameters(arrays.params.length, layers);
}

/* ---- What outlives a reload ---- */

function keepSoon() {
  if (isToBeKept) return;
  isToBeKept = true;
  setTimeout(keep, KEEP_EVERY);
}

function keep() {
  isToBeKept = false;
  if (!shown) return;
  const { session, status: { playing, speed } } = store.get();
  const checkpoint = checkpointOf(shown.frame, shown.link);
  tell(keeper.keep({ session, checkpoint, playing, speed, losses: thin(series, KEEP_POINTS) }));
}

/** @param {import("./keep.js").Trouble | null} trouble */
function tell(trouble) {
  if (!trouble || told.has(trouble)) return;
  told.add(trouble);
  store.set({ trouble });
}

/** @param {import("./keep.js").Losses | null} losses */
function addLosses(losses) {
  if (!losses) return;
  const { epochs, train, test, validation } = losses;
  series.add(epochs, train.map(orMissing), test.map(orMissing), validation?.map(orMissing));
}

/** @param {number | null} loss */
function orMissing(loss) {
  return loss ?? NaN;
}

/* ---- What happens outside ---- */

store.subscribe(schedule);
listenToKeys(document, {
  actions: actions.list,
  isEnabled({ control }) {
    const { singleKeys, sheet, view } = store.get();
    return singleKeys && sheet === null && !view.hidden.includes(control ?? "");
  },
});
addEventListener("resize", schedule);
addEventListener("hashchange", () => {
  if (location.hash === store.get().link) return;
  actions.openLink(currentLink());
  scrollTo({ top: 0 });
});
addEventListener("pagehide", () => {
  keep();
  // a page that goes away must not come back behind the one that follows it
  socket.close();
});
addEventListener("pageshow", (event) => event.persisted && socket.retryNow());
addEventListener("online", () => socket.retryNow());
document.addEventListener("visibilitychange", () => {
  actions.setVisible(!document.hidden);
  if (!document.hidden) socket.retryNow();
});
for (const link of document.querySelectorAll("[data-skip]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    element(link.getAttribute("data-skip") ?? "").focus();
  });
}
// While there is no connection, the message about it counts the seconds down.
setInterval(() => store.get().connection !== "open" && schedule(), 100);
schedule();
