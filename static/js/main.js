/** Ties the page together: makes store, session, actions, views and socket, each from the ones before, and then connects. */

import { createActions } from "./core/actions.js";
import { createEffects } from "./core/effects.js";
import { initialState } from "./core/initial.js";
import { createLoop } from "./core/loop.js";
import { NEW_EXCHANGE, numbered, patchFor, received } from "./core/receive.js";
import { createStore } from "./core/store.js";
import { createLesson } from "./course/lesson.js";
import { createSeries } from "./chart/series.js";
import { PANELS, isPanel } from "./inside/panels.js";
import { byId } from "./lib/dom.js";
import { MOST_OF_LINK, addressWith, linkIn, linkKeys } from "./net/address.js";
import { diagnose } from "./net/diagnosis.js";
import { STATE_VERSION, createErrorReporter, createSessionPersistence } from "./net/resume.js";
import { createSession } from "./net/session.js";
import { SOCKET_PATH, createSocket } from "./net/socket.js";
import { createDataFold } from "./page/dataFold.js";
import { createLifecycle } from "./page/lifecycle.js";
import { createStorages } from "./page/storages.js";
import { createPrint } from "./page/print.js";
import { initialTab } from "./page/tabs.js";
import { initialTheme } from "./page/theme.js";
import { createViews } from "./page/views.js";
import { createRunActions } from "./runs/actions.js";
import { createRunRecorder } from "./runs/recorder.js";
import { createRunStore } from "./runs/store.js";

/** @type {import("./core/types.js").Schema} */
const schema = JSON.parse(byId("schema", HTMLScriptElement).text);
const keys = linkKeys(schema);
const store = createStore({ ...initialState(schema, initialTheme()), tab: initialTab() });
const storages = createStorages();
const errors = createErrorReporter((storageError) => store.set({ storageError }));
let exchange = NEW_EXCHANGE;

/** A name that occurs nowhere else. */
const newId = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/** The experiment to show. With locks it is the server's, since a greeting must not be a way around them. */
function currentLink() {
  const { view, link } = store.get();
  return (view.locked.length > 0 ? link : linkIn(location, keys, lesson.link())).slice(0, MOST_OF_LINK);
}

/** @param {Record<string, unknown>} message @returns {number} its id, 0 for none */
function send(message) {
  const { exchange: next, id } = numbered(exchange, String(message.type));
  exchange = next;
  socket.send(id === 0 ? message : { ...message, id });
  return id;
}

/** @param {import("./core/types.js").Decoded} message */
function receive(message) {
  for (const taken of session.take(message)) {
    exchange = received(exchange, taken);
    store.set(patchFor(store.get(), taken, exchange));
    react(taken, exchange);
  }
}

const loop = createLoop({
  store,
  requestFrame: (draw) => requestAnimationFrame(draw),
  draw(frame, state, passed) {
    views.draw(frame, state, passed);
    lesson.draw(frame, state);
  },
  acknowledge: (seq) => actions.ack(seq),
  onShown: () => session.saveSoon(),
});

/* ---- Runs and session ---- */

const series = createSeries();
const runStore = createRunStore(storages.runs);
const recorder = createRunRecorder({
  runStore, schema, series, now: () => performance.now(), date: () => Date.now(), newId,
  onWritten({ dropped, error }) {
    errors.report(error ?? (dropped.length > 0 ? "runs_dropped" : null));
    runActions.changed();
  },
});
const session = createSession({
  store, loop, recorder, runStore, series, errors,
  persistence: createSessionPersistence(storages.tab, `${STATE_VERSION} `),
  pageId: newId(),
  link: currentLink,
  reconnect: () => socket.reconnect(),
  setTimeout: (run, delay) => setTimeout(run, delay),
});
errors.reportLoss(runStore.load());
const { panel } = session;
if (isPanel(panel)) store.set({ inside: { ...store.get().inside, panel, last: panel }, dock: "inside" });

/* ---- What a user can do and see ---- */

const actions = createActions({ store, send, openExperiment: session.open, panels: PANELS });
const runActions = createRunActions({ store, runStore, recorder, openExperiment: session.open });
const lesson = createLesson({ actions, store });

const socket = createSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${SOCKET_PATH}`, {
  hello: session.hello,
  onMessage: receive,
  onStatus: (connection, { retryAt, reason, cause }) => store.set({ connection, retryAt, reason, cause }),
  diagnose: () => diagnose(fetch, SOCKET_PATH),
});

const views = createViews({
  store, actions, runActions, runStore, series,
  presentRun: () => recorder.id,
  retry: () => socket.retryNow(),
  takeOver() {
    session.takeOver();
    socket.takeOver();
  },
});

const react = createEffects({
  store, actions, loop, session, recorder,
  lookInside: views.lookInside,
  isHidden: () => document.hidden,
  showLink: (link) => location.hash !== link && history.replaceState(null, "", addressWith(location, keys, link)),
  report: errors.report,
});

store.subscribe(loop.schedule);
createDataFold();
createLifecycle({ store, actions, runActions, socket, schedule: loop.schedule, save: session.save });
createPrint({
  draw() {
    loop.draw();
    views.flush();
  },
});
loop.schedule();
socket.connect();
