/**
 * The page's session: the greeting, what is saved for a reload, and the change to another experiment.
 *
 * @typedef {import("../core/types.js").ErrorMessage} ErrorMessage
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("./resume.js").ResumeState} ResumeState
 */

import { addLosses } from "../core/losses.js";
import { OTHER_EXPERIMENT_LOCKED, keepsLocks } from "../core/locks.js";
import { errorsOf } from "../core/receive.js";
import { thin } from "../chart/series.js";
import { checkpointOf } from "./protocol.js";
import { createSessionReplacement, examplesBeside } from "./replaceSession.js";

/** The shortest time between two saves, in ms. */
const SAVE_EVERY = 1000;
/** Points of each line of losses that are saved. */
const SAVED_POINTS = 600;
/** What the tab has saved is of no use any more. */
const NOTHING = /** @type {ResumeState} */ ({});
/** Those that are kept while the page shows another network. */
const KEPT_POINTS = 16384;

/**
 * What the page continues from: the frame on the screen, or else what the tab had saved.
 * @param {PageState} state
 * @param {import("../core/loop.js").Shown | null} shown
 * @param {Partial<ResumeState>} saved
 */
function continuation(state, shown, saved) {
  const session = state.session ?? saved.session;
  const checkpoint = shown ? checkpointOf(shown.frame, shown.link) : saved.checkpoint;
  // a run-until ends with its session
  const { playing, speed } = shown ? { speed: state.status.speed, playing: isPlayingFreely(state.status) } : saved;
  const examples = shown ? examplesBeside(state.data, shown.link) : saved.examples;
  return { ...(examples && { examples }), ...(session && { session }), ...(checkpoint && { checkpoint, playing, speed }) };
}

/** Whether training runs without an end that was asked for. @param {PageState["status"]} status */
const isPlayingFreely = ({ playing, run_until: condition }) => playing && !condition;

/**
 * What is saved of the state.
 * @param {PageState} state @param {import("../core/loop.js").Shown} shown
 */
function resumeStateOf({ session, data, inside: { panel }, status }, { frame, link }) {
  const examples = examplesBeside(data, link);
  return { session, checkpoint: checkpointOf(frame, link), playing: isPlayingFreely(status), speed: status.speed, panel, ...(examples && { examples }) };
}

/**
 * What the page returns to when it has shown another network.
 * @param {PageState} state @param {import("../core/loop.js").Shown | null} shown @param {Partial<ResumeState>} saved
 * @param {Pick<ResumeState, "losses" | "run">} run
 */
function ownState(state, shown, saved, run) {
  if (shown) return { ...resumeStateOf(state, shown), ...run };
  return state.session ? { ...saved, session: state.session } : saved;
}

/** The run that a copy of a session continues. @param {{number: number} | undefined} run @param {{epoch: number} | null | undefined} checkpoint */
const originOfCopy = (run, checkpoint) => (run && checkpoint ? { number: run.number, epoch: checkpoint.epoch } : null);

/**
 * @param {object} parts
 * @param {import("../core/store.js").Store<PageState>} parts.store
 * @param {import("../core/loop.js").Loop} parts.loop
 * @param {import("../runs/recorder.js").RunRecorder} parts.recorder
 * @param {import("../runs/store.js").RunStore} parts.runStore
 * @param {import("../chart/series.js").Series} parts.series  the losses of the present run
 * @param {ReturnType<typeof import("./resume.js").createSessionPersistence>} parts.persistence
 * @param {ReturnType<typeof import("./resume.js").createErrorReporter>} parts.errors
 * @param {Pick<import("./pictures.js").Pictures, "content">} parts.pictures  of the data that the page has
 * @param {string} parts.pageId  distinguishes this page from a duplicate of its tab, which has the same saved state
 * @param {(saved: Partial<ResumeState>) => string} parts.link  of the experiment to show
 * @param {() => void} parts.reconnect
 * @param {(run: () => void, delay: number) => unknown} parts.setTimeout
 */
export function createSession({ store, loop, recorder, runStore, series, persistence, errors, pictures, pageId, link, reconnect, setTimeout }) {
  const { schema } = store.get();
  const { state: loaded, error } = persistence.load();
  /** What this tab had saved, until the first frame is shown; and what is its own, while it shows another network. */
  let saved = loaded;
  /** Whether it shows a network that is not its own: that is neither saved, nor recorded, nor continued. */
  let isWatching = false;
  /** Whether the next welcome answers a greeting; one that does not changes what the page shows. */
  let isGreeting = false;
  /** Whether the next greeting takes the session away from the page that has it now. */
  let isTakingOver = false;
  /** Whether the run of the next greeting has already begun. */
  let isBegun = false;
  let isToBeSaved = false;
  errors.reportLoss(error);
  addLosses(series, saved.losses);

  const replacement = createSessionReplacement({
    reconnect,
    // only the lesson of the page may lift what it has locked
    objections: ({ isLesson, examples = null }, there) =>
      isLesson || keepsLocks(schema.controls, store.get(), { ...there, hasExamples: examples !== null }) ? [] : [OTHER_EXPERIMENT_LOCKED],
    onAccepted({ checkpoint, losses, examples, origin, name }) {
      recorder.begin(origin, name);
      isBegun = true;
      loop.clear();
      saved = { ...(checkpoint && { checkpoint }), examples, playing: false, speed: store.get().status.speed };
      series.clear();
      addLosses(series, losses);
      // the page of another subject, to which this one may lead, goes on from here
      persistence.save({
        session: null, checkpoint: checkpoint ?? null, playing: false, speed: store.get().status.speed, losses: thin(series, SAVED_POINTS),
        ...(examples && { examples }), opened: { origin: origin ?? null, name: name ?? "" },
      });
      store.set({ selected: null, hovered: null, warnings: [], errors: [] });
    },
    onRefused: (refused) => store.set({ errors: refused }),
  });

  /** The server has refused what the page knew of its experiment: it starts again from the link. */
  function forget() {
    saved = {};
    loop.forgetShown();
    store.set({ session: null });
    errors.report("damaged");
  }

  /** Writes down the present run, and what a reload continues from. */
  function save() {
    isToBeSaved = false;
    recorder.write();
    if (!loop.shown || isWatching) return;
    const failed = persistence.save({ ...resumeStateOf(store.get(), loop.shown), losses: thin(series, SAVED_POINTS), run: recorder.id });
    // before anything was trained there is nothing to lose
    if (loop.shown.frame.epoch > 0) errors.report(failed);
  }

  /** What the page shows is about to change. @param {import("../core/types.js").WelcomeMessage} message  not yet in the state */
  function prepare({ watching, resumed }) {
    const isOther = isWatching || Boolean(watching) || !isGreeting;
    if (!isOther) return;
    if (!isWatching) {
      save();
      saved = ownState(store.get(), loop.shown, saved, { losses: thin(series, KEPT_POINTS), run: recorder.id });
    }
    // another network in the same session is none to return to
    if (!watching && resumed !== "session" && !isGreeting) {
      saved = {};
      persistence.save(NOTHING);
    }
    loop.clear();
    series.clear();
    if (!watching) addLosses(series, saved.losses);
    store.set({ selected: null, hovered: null, warnings: [], errors: [] });
  }

  return {
    /** Whether the page shows a network that is not its own. */
    isWatching: () => isWatching,
    /** The panel of Look inside that was open. */
    panel: saved.panel,
    save,

    /** @param {Parameters<typeof replacement.open>[0]} opening  nothing is opened while the page shows another network */
    open: (opening) => isWatching || replacement.open(opening),

    /** @param {import("../core/types.js").Decoded} message @returns {import("../core/types.js").Decoded[]} what the page receives now */
    take(message) {
      const messages = replacement.take(message);
      for (const taken of messages) if (taken.type === "welcome") prepare(taken);
      return messages;
    },

    /** Saves before long, however often it is called. */
    saveSoon() {
      if (isToBeSaved) return;
      isToBeSaved = true;
      setTimeout(save, SAVE_EVERY);
    },

    /**
     * The fields of a greeting.
     * @param {boolean} isBare  the server has refused what the page said of its experiment
     * @param {ErrorMessage | null} refusal  and this is why
     */
    hello(isBare, refusal) {
      isGreeting = true;
      const wasPending = replacement.isPending();
      if (wasPending && refusal) replacement.refuse(errorsOf(refusal));
      const { content } = pictures;
      const common = { version: schema.version, ...(content > 0 && { has: content }), ...(!isTakingOver && { page: pageId }) };
      const other = replacement.greeting();
      if (other) return { ...common, ...other, speed: store.get().status.speed };
      if (isBare && !wasPending) forget();
      if (isWatching) return { ...common, link: saved.checkpoint?.link ?? "", ...continuation({ ...store.get(), session: null }, null, saved) };
      return { ...common, link: link(saved), ...continuation(store.get(), loop.shown, saved) };
    },

    /** The server has accepted the greeting. @param {import("../core/types.js").WelcomeMessage} message */
    welcomed({ resumed, watching }) {
      const isAnswer = isGreeting;
      isWatching = Boolean(watching);
      isTakingOver = isGreeting = false;
      loop.forgetArrived();
      if (watching) return;
      if (!isAnswer && resumed !== "session") recorder.begin();
      else if (resumed === "copy") recorder.begin(originOfCopy(runStore.get(loop.shown ? recorder.id : saved.run ?? ""), loop.shown?.frame ?? saved.checkpoint));
      else if (resumed && saved.opened && !loop.shown) recorder.begin(saved.opened.origin, saved.opened.name);
      else if (resumed) recorder.goOn(loop.shown ? null : saved.run);
      else if (!isBegun) recorder.begin();
      isBegun = false;
    },

    /** The next greeting takes the session back from another page. */
    takeOver() {
      isTakingOver = true;
    },
  };
}

/** @typedef {ReturnType<typeof createSession>} PageSession */
