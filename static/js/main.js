/**
 * Ties the page together: makes the store, the socket, the actions and the views; takes what the server says into the
 * store; draws at most once per animation frame, and acknowledges what is on the screen.
 */

import { createActions } from "./core/actions.js";
import { diagnose } from "./net/diagnosis.js";
import { addressWith, linkIn } from "./net/address.js";
import { byId } from "./lib/dom.js";
import { listenToKeys } from "./core/keyboard.js";
import { createKeeper } from "./net/resume.js";
import { NOT_ANOTHER, isActionLocked, keepsLocks, locksOf } from "./core/locks.js";
import { EXAMPLES_KEY } from "./data/examples.js";
import { checkpointOf, dataOf, showsNetwork } from "./net/protocol.js";
import { createRecorder } from "./runs/recorder.js";
import { createRecords } from "./runs/actions.js";
import { createReopening, errorsOf, examplesBeside } from "./net/reopening.js";
import { createSeries, thin } from "./chart/series.js";
import { createShelf } from "./runs/storage.js";
import { createSocket } from "./net/socket.js";
import { createMemory, isThere } from "./lib/storage.js";
import { createStore } from "./core/store.js";
import { createBuilder } from "./page/builder.js";
import { createChart } from "./chart/chart.js";
import { createCompare } from "./compare/compare.js";
import { createControls } from "./controls/controls.js";
import { createDatasets } from "./data/datasets.js";
import { createGoals } from "./controls/goals.js";
import { createEmbed } from "./page/embed.js";
import { createExport } from "./page/savepicture.js";
import { createHeatmap } from "./map/heatmap.js";
import { createHide } from "./page/hide.js";
import { createInside, isPanel } from "./inside/panel.js";
import { createInfo } from "./controls/info.js";
import { createLab } from "./controls/settings.js";
import { createLocks } from "./page/locking.js";
import { createLesson } from "./course/lesson.js";
import { SOCKET_PATH, createMessages } from "./page/messages.js";
import { createNetwork } from "./network/network.js";
import { createRun } from "./controls/rununtil.js";
import { createRuns } from "./runs/table.js";
import { createPaint } from "./data/paint.js";
import { createSeeds } from "./data/seeds.js";
import { createSheets } from "./page/sheets.js";
import { createTheme, initialTheme } from "./page/theme.js";
import { createTimeline } from "./chart/timeline.js";
import { createTransport } from "./controls/transport.js";
import { createUpload } from "./data/upload.js";

/**
 * @typedef {import("./core/types.js").Frame} Frame
 * @typedef {import("./core/types.js").ConfigMessage} ConfigMessage
 * @typedef {import("./core/types.js").StatusMessage} StatusMessage
 * @typedef {import("./core/actions.js").PageState} PageState
 */

/** At most so often it is kept what a reload goes on from, in ms; and so many points of each line of losses. */
const KEEP_EVERY = 1000;
const KEEP_POINTS = 600;
/** More of a link is not sent: the server reads less, and says so. */
const MOST_OF_LINK = 70_000;
/** Messages that a `config` answers, and those that a `status` answers. */
const ASKS_CONFIG = new Set(["configure", "set_view", "open", "rewind", "reset", "reseed", "regenerate", "edit_examples", "promote"]);
const ASKS_STATUS = new Set(["play", "pause", "advance", "run", "travel", "set_speed", "inspect"]);

/** @type {import("./core/types.js").Schema} */
const schema = JSON.parse(byId("schema", HTMLScriptElement).text);

/** Keys that links have for what the page knows by name; others do not come alone. @type {string[]} */
const LINK_KEYS = ["initZero", "showTestData", "discretize", "hideText", "encodedSeed", EXAMPLES_KEY, ...schema.fields.flatMap(({ key }) => key ?? [])];

/** @type {PageState} */
const initial = {
  schema,
  config: /** @type {any} */ (Object.fromEntries(schema.fields.map((field) => [field.name, field.default]))),
  view: { show_test_data: false, discretize: false, hide_text: false, hidden: [], locked: [], compare: [] },
  link: "", layers: [], revision: -1, effect: "nothing",
  status: { playing: false, speed: "epoch", diverged: null, stopped: null },
  connection: "connecting", retryAt: null, reason: "", cause: null, trouble: null, notices: [], errors: [], session: null,
  hovered: null, selected: null, data: null, own: null, table: null, goals: [],
  inside: { panel: null, last: "gradients", options: {}, format: "numpy" }, exported: null,
  logScale: false, theme: initialTheme(), presentation: false, sheet: null, composed: null, singleKeys: true, lab: false, stopSeen: null, endSeen: null,
  areRunsOpen: false, isCompareOpen: null, runsSeen: 0, removedRuns: [], overlays: [], animation: null, animationFile: null,
};
const store = createStore(initial);

/* ---- What goes out ---- */

let lastId = 0;
/** Ids of the last messages that a config and a status will answer: older answers are no news for the controls. */
let awaitedConfig = 0;
let awaitedStatus = 0;
/** After a greeting, which closes what was open in the server's eyes. */
let isToLookAgain = false;

/** What the address says; with locks it is what the server has said, for a greeting must not be a way around them. */
function currentLink() {
  const { view, link } = store.get();
  return (view.locked.length > 0 ? link : linkIn(location, LINK_KEYS, lesson.link())).slice(0, MOST_OF_LINK);
}

/** @param {Record<string, unknown>} message @returns {number} its id, 0 for none */
function send(message) {
  const type = String(message.type);
  if (!ASKS_CONFIG.has(type) && !ASKS_STATUS.has(type)) {
    socket.send(message);
    return 0;
  }
  const id = ++lastId;
  if (ASKS_CONFIG.has(type)) awaitedConfig = id;
  else awaitedStatus = id;
  socket.send({ ...message, id });
  return id;
}

// a frame has its storage in common with the page around it, which keeps another experiment there
const storage = window.top === window ? () => sessionStorage : createMemory();
const keeper = createKeeper(storage, `${schema.version} `);
const recalled = keeper.recall();
/** What this tab has kept, until the first frame is shown. */
let kept = recalled.kept;
/** Each trouble is told once. @type {Set<import("./net/resume.js").Trouble>} */
const told = new Set();
tellDamage(recalled.trouble);
if (isPanel(kept.panel)) store.set({ inside: { ...store.get().inside, panel: kept.panel, last: kept.panel } });

/** What this page calls itself, as long as it is loaded: a tab that is made from it has all that it has kept. */
const pageId = newId();
/** Whether the next greeting takes the session away from the page that has it now. */
let isTakingOver = false;

const socket = createSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${SOCKET_PATH}`, {
  hello(isBare, refusal) {
    const isOther = reopening.isPending();
    if (isOther && refusal) reopening.refuse(errorsOf(refusal));
    const other = reopening.greeting();
    const page = isTakingOver ? {} : { page: pageId };
    if (other) return { version: schema.version, ...page, ...other, speed: store.get().status.speed };
    if (isBare && !isOther) {
      kept = {};
      shown = null;
      store.set({ session: null });
      tell("damaged");
    }
    const session = store.get().session ?? kept.session;
    const checkpoint = shown ? checkpointOf(shown.frame, shown.link) : kept.checkpoint;
    const { status } = store.get();
    // an errand ends with its session
    const { playing, speed } = shown ? { ...status, playing: status.playing && !status.errand } : kept;
    const examples = shown ? examplesBeside(store.get().data, shown.link) : kept.examples;
    return { version: schema.version, ...page, link: currentLink(), ...(examples && { examples }), ...(session && { session }), ...(checkpoint && { checkpoint, playing, speed }) };
  },
  onMessage: receive,
  onStatus: (connection, { retryAt, reason, cause }) => store.set({ connection, retryAt, reason, cause }),
  diagnose: () => diagnose(fetch, SOCKET_PATH),
});

const reopening = createReopening({
  reconnect: () => socket.reconnect(),
  // only the lesson of the page may lift what it has locked
  objections: ({ isLesson, examples = null }, there) =>
    isLesson || keepsLocks(schema.controls, store.get(), { ...there, hasExamples: examples !== null }) ? [] : [NOT_ANOTHER],
  onTaken({ checkpoint, losses, examples, origin, name }) {
    const { speed } = store.get().status;
    recorder.begin(origin, name);
    isBegun = true;
    shown = newest = null;
    arrived = [];
    kept = { ...(checkpoint && { checkpoint }), examples, playing: false, speed };
    series.clear();
    addLosses(losses ?? null);
    store.set({ selected: null, hovered: null, notices: [], errors: [] });
  },
  onRefused: (errors) => store.set({ errors }),
});

const actions = createActions({ store, send, reopen: reopening.open });

/* ---- The runs ---- */

const series = createSeries();
// the runs of a page that is looked at before it is given to a class are nobody's
const shelf = createShelf(isPreview() || isFrameWithoutStorage() ? createMemory() : () => localStorage);
const recorder = createRecorder({
  shelf, schema, series, now: () => performance.now(), date: () => Date.now(), newId,
  onWritten({ dropped, trouble }) {
    tell(trouble ?? (dropped.length > 0 ? "runs_dropped" : null));
    records.changed();
  },
});
const records = createRecords({ store, shelf, recorder, reopen: reopening.open });
/** Whether the run of the next greeting is one that has been begun for it. */
let isBegun = false;
tellDamage(shelf.load());

const lesson = createLesson({ actions });

/** Another name each time, for what is not to be confused with anything. */
function newId() {
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
}

/** Whether this is a frame of another site, where browsers often keep nothing: its runs last as long as the page. */
function isFrameWithoutStorage() {
  return window.top !== window && !isThere(() => localStorage, "nothing");
}

/** Whether this is a page in a frame of another page of ours. */
function isPreview() {
  try {
    return window.top !== window && window.top?.origin === origin;
  } catch {
    return false;
  }
}

/* ---- What comes in ---- */

/** The last config and status that the server told, for when a later wish is refused. @type {ConfigMessage | null} */
let lastConfig = null;
/** @type {StatusMessage | null} */
let lastStatus = null;

/** @type {Record<string, (message: any) => void>} */
const RECEIVERS = {
  /** @param {import("./core/types.js").WelcomeMessage} message */
  welcome({ session, resumed }) {
    awaitedConfig = awaitedStatus = 0;
    arrived = [];
    isTakingOver = false;
    if (resumed === "copy") recorder.begin(originOfCopy());
    else if (resumed) recorder.goOn(shown ? null : kept.run);
    else if (!isBegun) recorder.begin();
    isBegun = false;
    store.set({ session, animation: null, goals: [] });
    if (document.hidden) actions.setVisible(false);
    isToLookAgain = true;
    actions.painting.renew();
    actions.travelledNowhere();
  },

  /** @param {ConfigMessage} message */
  config(message) {
    const { revision, layers, effect, link, config, view } = message;
    lastConfig = message;
    actions.painting.granted(message.id, revision);
    if (location.hash !== link) history.replaceState(null, "", addressWith(location, LINK_KEYS, link));
    const isNews = (message.id ?? Infinity) >= awaitedConfig;
    // the server shows the output of another network, too
    if (String(layers) !== String(store.get().layers)) store.set({ selected: null });
    store.set({ revision, layers, effect, link, ...(isNews && { config, view }) });
    // what was refused is settled by what is accepted instead, not by coming back to where one was
    if (isNews && message.id !== undefined) store.set({ errors: [] });
    // only now it is known whether this page may
    if (isToLookAgain) actions.lookAgain();
    isToLookAgain = false;
  },

  /** @param {StatusMessage} message */
  status(message) {
    lastStatus = message;
    if ((message.id ?? Infinity) >= awaitedStatus) store.set({ status: statusOf(message) });
    actions.travelled(message.id);
    if (!message.stopped) store.set({ stopSeen: null });
    if (!message.ended) store.set({ endSeen: null });
  },

  /** @param {import("./core/types.js").NoticesMessage} message */
  notices: ({ notices }) => store.set({ notices }),

  /** @param {import("./core/types.js").ComposedMessage} message */
  composed: ({ link }) => store.set({ composed: link }),

  /** What was refused springs back to what is in force. @param {import("./core/types.js").ErrorMessage} message */
  error(message) {
    const { id } = message;
    // nobody has asked for that: it came with what the tab had kept
    if (message.code === "bad_checkpoint" || message.code === "bad_examples") return tell("damaged");
    // anew, for a control that the wish has changed and no picture has followed yet
    if (id === awaitedConfig && lastConfig) store.set({ config: { ...lastConfig.config }, view: { ...lastConfig.view } });
    if (id === awaitedStatus && lastStatus) store.set({ status: statusOf(lastStatus) });
    actions.painting.refused(id);
    actions.travelled(id);
    store.set({ errors: errorsOf(message) });
  },

  /** @param {import("./core/types.js").DataMessage} message */
  data(message) {
    if (message.revision === lastConfig?.revision) actions.painting.settle(dataOf(message), message.revision);
  },

  /** @param {import("./core/types.js").GoalsMessage} message */
  goals: ({ goals }) => store.set({ goals }),

  /** @param {import("./core/types.js").ExportMessage} message */
  export: (message) => store.set(message.format === "csv" ? { table: message } : { exported: message }),

  /** @param {import("./core/types.js").AnimatingMessage} message */
  animating: ({ share }) => store.set({ animation: share }),

  /** @param {import("./core/types.js").AnimationMessage} message */
  animation: (message) => store.set({ animation: null, animationFile: message }),

  /** @param {Frame} frame */
  frame(frame) {
    arrived.push(frame);
    record(frame);
    inside.take(frame, store.get());
    const { revision, layers } = store.get();
    if (frame.revision === revision) newest = Object.assign(frame, { layers });
    schedule();
  },
};

/** @param {StatusMessage} message @returns {PageState["status"]} */
function statusOf({ playing, speed, diverged, stopped = null, past = null, now = null, earlier = null, later = null, errand = null, ended = null }) {
  return { playing, speed, diverged, stopped, past, now, earlier, later, errand, ended };
}

/** @param {import("./core/types.js").Decoded} message */
function receive(message) {
  for (const heard of reopening.take(message)) {
    if (Object.hasOwn(RECEIVERS, heard.type)) RECEIVERS[heard.type](heard);
  }
}

/** This page shall have the session that has gone to another one. */
function takeOver() {
  isTakingOver = true;
  socket.takeOver();
}

/** The run that a session goes on from which another page has: the one of this page's checkpoint. */
function originOfCopy() {
  const run = shelf.get(shown ? recorder.id : kept.run ?? "");
  const checkpoint = shown ? shown.frame : kept.checkpoint;
  return run && checkpoint ? { number: run.number, epoch: checkpoint.epoch } : null;
}

/** @param {Frame} frame */
function record(frame) {
  if (lastConfig?.revision !== frame.revision) return;
  const { status, goals, data } = store.get();
  recorder.take({ frame, experiment: lastConfig, playing: status.playing, past: frame.past ? frame.epoch : null, goals, examples: examplesBeside(data, lastConfig.link) });
}

/* ---- What is drawn ---- */

const element = (/** @type {string} */ id) => byId(id, HTMLElement);
addLosses(kept.losses ?? null);
const chart = createChart(element("linechart"), { actions, schema, series });
const runs = createRuns(element("runs"), { actions, records, shelf, series, presentRun: () => recorder.id });
const compare = createCompare(element("compare"), { actions, schema, series });
const inside = createInside(element("inside"), { actions, schema });
const network = createNetwork(element("network"), { actions, schema });
const heatmap = createHeatmap(element("heatmap"), { actions, schema });
const views = [
  createTheme({ store }),
  // before those that measure what room it leaves
  createLab({ actions, schema }),
  createDatasets(element("data"), { actions }),
  createSeeds({ actions }),
  createTransport({ actions }),
  createGoals({ actions }),
  heatmap,
  createPaint(element("heatmap"), { actions, map: heatmap.map, whereProbed: heatmap.whereProbed }),
  createUpload(byId("upload", HTMLDialogElement), { actions }),
  network,
  createExport({ actions, scene: network.scene }),
  chart,
  createTimeline(element("linechart"), { actions, axisEnd: chart.axisEnd }),
  createRun({ actions, storage: () => localStorage }),
  inside,
  compare,
  runs,
  // after those that make controls of their own
  createControls(document, { actions, schema }),
  createInfo({ schema }),
  createMessages({ actions, retry: () => socket.retryNow(), takeOver, reload: () => location.reload() }),
  createHide(element("hide-controls"), { actions }),
  createBuilder(element("builder"), { actions }),
  createEmbed(),
  // after those that enable and disable by themselves
  createLocks(document, { actions, schema }),
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
  const frame = newest && showsNetwork(newest, state.layers, schema.features.length) ? newest : null;
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

/* ---- What outlives a reload ---- */

function keepSoon() {
  if (isToBeKept) return;
  isToBeKept = true;
  setTimeout(keep, KEEP_EVERY);
}

function keep() {
  isToBeKept = false;
  recorder.write();
  if (!shown) return;
  const { session, data, inside: { panel }, status: { playing, speed, errand } } = store.get();
  const checkpoint = checkpointOf(shown.frame, shown.link);
  const examples = examplesBeside(data, shown.link);
  const trouble = keeper.keep({ session, checkpoint, playing: playing && !errand, speed, losses: thin(series, KEEP_POINTS), run: recorder.id, panel, ...(examples && { examples }) });
  // there is nothing to lose before anything was trained
  if (shown.frame.epoch > 0) tell(trouble);
}

/** What is lost is told at once; that nothing can be kept, only when there is something. @param {import("./net/resume.js").Trouble | null} trouble */
function tellDamage(trouble) {
  if (trouble !== "blocked") tell(trouble);
}

/** @param {import("./net/resume.js").Trouble | null} trouble */
function tell(trouble) {
  if (!trouble || told.has(trouble)) return;
  told.add(trouble);
  store.set({ trouble });
}

/** @param {import("./net/resume.js").Losses | null} losses */
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
  isEnabled(action) {
    const { singleKeys, sheet, view: { hidden } } = store.get();
    return singleKeys && sheet === null && !hidden.includes(action.control ?? "");
  },
  isLocked: (action) => isActionLocked(action, locksOf(schema.controls, store.get().view.locked)),
});
addEventListener("resize", schedule);
addEventListener("hashchange", () => {
  if (location.hash === store.get().link) return;
  actions.openLink(location.hash.slice(0, MOST_OF_LINK));
  scrollTo({ top: 0 });
});
addEventListener("storage", ({ key, storageArea }) => storageArea === localStorage && records.reread(key));
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
