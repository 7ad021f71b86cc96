/**
 * The whole playground: store, session, actions, views and socket, each made from the ones before. The pages of a class
 * are the same playground, with the hooks below.
 *
 * @typedef {import("../core/types.js").Decoded} Decoded
 * @typedef {import("../core/actions.js").PageState} PageState
 */

import { createActions } from "../core/actions.js";
import { createEffects } from "../core/effects.js";
import { initialState } from "../core/initial.js";
import { createLoop } from "../core/loop.js";
import { NEW_EXCHANGE, numbered, patchFor, received } from "../core/receive.js";
import { createStore } from "../core/store.js";
import { createLesson } from "../course/lesson.js";
import { createSeries } from "../chart/series.js";
import { byId } from "../lib/dom.js";
import { MOST_OF_LINK, addressWith, linkIn, linkKeys } from "../net/address.js";
import { diagnose } from "../net/diagnosis.js";
import { createPictures } from "../net/pictures.js";
import { readSchema } from "../net/protocol.js";
import { STATE_VERSION, createErrorReporter, createSessionPersistence } from "../net/resume.js";
import { socketUrlOf, urlOf } from "../net/root.js";
import { createSession } from "../net/session.js";
import { SOCKET_PATH, createSocket } from "../net/socket.js";
import { createStorages } from "../net/storages.js";
import { createRunActions } from "../runs/actions.js";
import { createRunRecorder } from "../runs/recorder.js";
import { createRunStore } from "../runs/store.js";
import { createDataFold } from "./dataFold.js";
import { createLifecycle } from "./lifecycle.js";
import { createPrint } from "./print.js";
import { createLeaving, schemaOf } from "./subject.js";
import { initialTab } from "./tabs.js";
import { initialTheme } from "./theme.js";
import { createViews } from "./views.js";

/** Where the server says whether it is ready. */
const HEALTH_PATH = "healthz";

/** A name that occurs nowhere else. */
const newId = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/**
 * What the page of a class does differently.
 * @typedef {object} Hooks
 * @property {() => string} [socketPath]  of the live connection, asked for at each attempt
 * @property {Partial<import("../net/socket.js").Entrance>} [entrance]  what comes before the greeting
 * @property {(message: Decoded) => Decoded | null} [take]  is given each message first; null: it is none of the session's
 * @property {(type: string) => boolean} [maySend]  whether a command of the session can be sent now
 * @property {(storages: ReturnType<typeof createStorages>) => ReturnType<typeof createStorages>} [storages]  where things are saved
 * @property {((saved: Partial<import("../net/resume.js").ResumeState>, present: string) => string) | null} [link]  of the experiment
 *   to greet with; null: as the address says, which then shows it, too
 * @property {boolean} [isChartDraft]  whether the loss chart does without its library, which is large
 * @property {(frame: import("../core/types.js").Frame | null, state: PageState) => void} [draw]  after the page's own views
 */

/**
 * Makes the page of the playground, and connects.
 * @param {import("./views.js").Subject} subject
 * @param {Hooks} [hooks]
 */
export function createPlayground(subject, {
  socketPath = () => SOCKET_PATH, entrance = {}, take = (message) => message, maySend = () => true,
  storages: changed = (storages) => storages, link = null, isChartDraft = false, draw = () => {},
} = {}) {
  const schema = schemaOf(readSchema(byId("schema", HTMLScriptElement).text), subject.name);
  const keys = linkKeys(schema);
  const { link: opening = "", class: isOfClass } = document.documentElement.dataset;
  const initial = initialState(schema, initialTheme());
  const store = createStore({ ...initial, tab: initialTab(), inside: { ...initial.inside, last: subject.panels[0].name } });
  const storages = changed(createStorages());
  const errors = createErrorReporter((storageError) => store.set({ storageError }));
  let exchange = NEW_EXCHANGE;

  /** The experiment to show. With locks it is the server's, since a greeting must not be a way around them. */
  function currentLink(/** @type {Partial<import("../net/resume.js").ResumeState>} */ saved) {
    const { view, link: present } = store.get();
    return (view.locked.length > 0 ? present : link ? link(saved, present) : linkIn(location, keys, lesson.link() || opening)).slice(0, MOST_OF_LINK);
  }

  /** @param {Record<string, unknown>} message @returns {number} its id, 0 for none */
  function send(message) {
    if (!maySend(String(message.type))) return 0;
    const { exchange: next, id } = numbered(exchange, String(message.type));
    exchange = next;
    socket.send(id === 0 ? message : { ...message, id });
    return id;
  }

  const leaves = createLeaving(subject, schema);

  /** Whether another page is opened, since the experiment is none for this one. A class stays where it is. @param {Decoded} message */
  function isLeaving(message) {
    if (isOfClass !== undefined || message.type !== "config" || !leaves(message.config, message.link)) return false;
    // the session is continued there, and here by nobody
    store.set({ session: null });
    return true;
  }

  /** @param {Decoded} message */
  function receive(message) {
    const own = take(message);
    for (const taken of own ? session.take(own) : []) {
      if (isLeaving(taken)) return socket.close();
      pictures.complete(taken);
      exchange = received(exchange, taken);
      store.set(patchFor(store.get(), taken, exchange));
      react(taken, exchange);
    }
  }

  const loop = createLoop({
    store,
    requestFrame: (run) => requestAnimationFrame(run),
    draw(frame, state, passed) {
      views.draw(frame, state, passed);
      lesson.draw(frame, state);
      draw(frame, state);
    },
    acknowledge: (seq) => actions.ack(seq),
    onShown: () => session.saveSoon(),
  });

  /* ---- Runs and session ---- */

  const series = createSeries();
  const runStore = createRunStore(storages.runs);
  const recorder = createRunRecorder({
    runStore, schema, series, pictureOf: subject.portraits.runPicture, now: () => performance.now(), date: () => Date.now(), newId,
    onWritten({ dropped, error }) {
      errors.report(error ?? (dropped.length > 0 ? "runs_dropped" : null));
      runActions.changed();
    },
  });
  const pictures = createPictures();
  const session = createSession({
    store, loop, recorder, runStore, series, errors, pictures,
    persistence: createSessionPersistence(storages.tab, `${STATE_VERSION} `),
    pageId: newId(),
    link: currentLink,
    reconnect: () => socket.reconnect(),
    setTimeout: (run, delay) => setTimeout(run, delay),
  });
  errors.reportLoss(runStore.load());
  const panel = subject.panels.find(({ name }) => name === session.panel)?.name;
  if (panel) store.set({ inside: { ...store.get().inside, panel, last: panel }, dock: "inside" });

  /* ---- What a user can do and see ---- */

  const actions = createActions({ store, send, openExperiment: session.open, panels: subject.panels, data: subject.name === "digits" ? "pictures" : "points" });
  const runActions = createRunActions({ store, runStore, recorder, openExperiment: session.open });
  const lesson = createLesson({ actions, store });

  const socket = createSocket(() => socketUrlOf(socketPath()), {
    hello: session.hello,
    onMessage: receive,
    onStatus: (connection, { retryAt, reason, cause }) => store.set({ connection, retryAt, reason, cause }),
    diagnose: () => diagnose(fetch, urlOf(socketPath()), urlOf(HEALTH_PATH)),
    ...entrance,
  });
  // its answers come later; the server opens the session while the views are made
  socket.connect();

  const views = createViews(subject, {
    store, actions, runActions, runStore, series, isChartDraft,
    presentRun: () => recorder.id,
    retry: () => socket.retryNow(),
    address: socketUrlOf(SOCKET_PATH),
    schedule: () => loop.schedule(),
    takeOver() {
      session.takeOver();
      socket.takeOver();
    },
  });

  const react = createEffects({
    store, actions, loop, session, recorder,
    lookInside: views.lookInside,
    isHidden: () => document.hidden,
    showLink: (shown) => link === null && location.hash !== shown && history.replaceState(null, "", addressWith(location, keys, shown)),
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

  return { store, actions, runActions, socket, session, loop, lesson, send };
}

/** @typedef {ReturnType<typeof createPlayground>} Playground */
