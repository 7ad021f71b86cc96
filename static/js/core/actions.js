/**
 * The verbs of the user. Controls and keys call them; only they send. Each sets the store to what it hopes for at once;
 * the server's answer then is the truth.
 *
 * @typedef {import("./types.js").State} State
 * @typedef {import("./types.js").Config} Config
 * @typedef {import("./types.js").View} View
 */

import { locksOf } from "./locks.js";
import { createLatestRequest } from "../net/latestRequest.js";
import { linkForOwn } from "../data/examples.js";
import { createPainting } from "../data/painting.js";
import { withPresets } from "./presets.js";
import { askForTable, sizeOf } from "../data/table.js";

/**
 * What the page keeps beside what the drawing views know.
 * @typedef {object} Extras
 * @property {"help" | "share" | "upload" | "builder" | null} sheet  what is open over the page
 * @property {string | null} composed  the link that was asked for last; null until it comes
 * @property {boolean} singleKeys  whether the keys of the actions work
 * @property {boolean} lab  whether "More settings" is open
 * @property {boolean} areRunsOpen  whether the table of runs is open
 * @property {boolean | null} isCompareOpen  whether networks are shown side by side; null: if there are any
 * @property {number} runsSeen  grows whenever a run in the table changes
 * @property {number | null} animation  the share of it that the server has drawn; null: none is being drawn
 * @property {import("./types.js").AnimationMessage | null} animationFile  the last that came
 * @property {import("../runs/runs.js").Run[]} removedRuns  the last that were deleted, which can be brought back
 * @property {import("./types.js").Status["run_ended"]} endSeen  the end of an errand that has been read and dismissed
 * @property {import("./types.js").Stopped | null} stopSeen  the early stop that has been read and dismissed
 */
/** @typedef {State & Extras} PageState */
/** Which epoch to look back at, from where one is; null is now. @typedef {(status: PageState["status"]) => number | null} Where */

/**
 * A verb without an argument: it can stand on a button (`data-action`) and on a key.
 * @typedef {object} Action
 * @property {string} name
 * @property {string} label  as in the help sheet
 * @property {string | null} key  as in KeyboardEvent.key
 * @property {string | null} control  the control to hide which takes the key away, too
 * @property {() => void} run
 */

/** Keys whose name is not what stands on them. @type {Record<string, string>} */
const KEY_NAMES = { " ": "Space", ArrowRight: "→", Escape: "Esc" };

/** What stands on a key. @param {string} key  as in KeyboardEvent.key */
export const keyName = (key) => KEY_NAMES[key] ?? key;

/** Panels that look at the unit which is pinned in the network. @type {Set<import("./types.js").PanelName | null>} */
const ABOUT_UNIT = new Set(["gradients", "step"]);

/** Bytes of a message that the number of it takes. */
const ROOM_FOR_ID = 64;

/** Units of a layer that is added, as in the original. */
const NEW_LAYER_UNITS = 2;

/**
 * @param {object} parts
 * @param {import("./store.js").Store<PageState>} parts.store
 * @param {(message: Record<string, unknown>) => number} parts.send  returns the message's id, 0 for none
 * @param {(opening: import("../net/replaceSession.js").Opening) => void} [parts.openExperiment]  opens another experiment in place of this one
 */
export function createActions({ store, send, openExperiment = () => {} }) {
  const { schema } = store.get();
  const painting = createPainting({ store, send });

  /** @param {Partial<Config>} changes */
  function configure(changes) {
    const before = store.get();
    const { fields: held } = locksOf(schema.controls ?? [], before.view.locked ?? []);
    changes = withPresets(schema, before.config, changes, held);
    store.set({ config: { ...before.config, ...changes } });
    if (store.get().config === before.config) return;
    if ("hidden_layer_sizes" in changes) select(null);
    send({ type: "configure", changes });
  }

  /** @param {Partial<View>} changes */
  function setView(changes) {
    const before = store.get();
    store.set({ view: { ...before.view, ...changes } });
    if (store.get().view !== before.view) send({ type: "set_view", changes });
  }

  /** @param {number | null} unit  index into the frame's thumbnails; null is the output */
  function select(unit) {
    const before = store.get();
    store.set({ selected: unit, hovered: null });
    if (before.selected !== unit || before.hovered !== null) send({ type: "select", unit });
    if (before.selected !== unit && ABOUT_UNIT.has(before.inside.panel)) sendInspect();
  }

  /** @param {number | null} unit  what the pointer or the focus is on */
  function hover(unit) {
    const before = store.get();
    if (before.hovered === unit) return;
    store.set({ hovered: unit });
    send({ type: "select", unit: unit ?? before.selected });
  }

  /* ---- Looking inside ---- */

  /** @param {Partial<import("./types.js").LookOptions>} [once]  what is asked for this time only */
  function sendInspect(once = {}) {
    const { inside: { panel, options }, selected } = store.get();
    if (panel === null || panel === "code") {
      send({ type: "inspect", panel: null });
      return;
    }
    const unit = ABOUT_UNIT.has(panel) ? { unit: selected } : {};
    send({ type: "inspect", panel, options: { ...unit, ...options[panel], ...once } });
  }

  /** Says what is looked at, to a server that has not heard it; a landscape is then computed at once. */
  function beginToLook() {
    sendInspect(store.get().inside.panel === "landscape" ? { compute: true } : {});
  }

  /** @param {import("./types.js").PanelName | null} panel  null closes what is open */
  function lookInside(panel) {
    const { inside } = store.get();
    if (panel === inside.panel) return;
    store.set({ inside: { ...inside, panel, last: panel ?? inside.last } });
    beginToLook();
    if (panel === "code") exportCode(inside.format);
  }

  /** @param {import("./types.js").PanelName} panel @param {import("./types.js").LookOptions} changes  `compute` counts once */
  function setLookOptions(panel, { compute, ...changes }) {
    const { inside } = store.get();
    store.set({ inside: { ...inside, options: { ...inside.options, [panel]: { ...inside.options[panel], ...changes } } } });
    if (compute || store.get().inside !== inside) sendInspect(compute ? { compute } : {});
  }

  /** @param {import("./types.js").ExportFormat} format */
  function exportCode(format) {
    store.set({ inside: { ...store.get().inside, format } });
    send({ type: "export", format });
  }

  function toggleInside() {
    const { panel, last } = store.get().inside;
    lookInside(panel === null ? last : null);
  }

  /** @param {boolean} playing */
  function setPlaying(playing) {
    store.set({ status: { ...store.get().status, playing } });
  }

  /** @param {string} speed */
  function setSpeed(speed) {
    const before = store.get().status;
    store.set({ status: { ...before, speed } });
    if (speed !== before.speed) send({ type: "set_speed", speed });
  }

  /* ---- Looking back ---- */

  const travels = createLatestRequest((/** @type {Where} */ where) => send({ type: "seek", epoch: where(store.get().status) }));

  /** @param {Where} where  is asked once the answer before has come, so that a step goes from what is shown then */
  function travel(where) {
    setPlaying(false);
    travels.request(where);
  }

  /** @param {"epoch" | "minibatch"} unit */
  function advance(unit) {
    setPlaying(false);
    send({ type: "advance", unit });
  }

  function play() {
    setPlaying(true);
    send({ type: "play" });
  }

  function pause() {
    setPlaying(false);
    send({ type: "pause" });
  }

  const togglePlay = () => (store.get().status.playing ? pause() : play());

  /** @param {(sizes: number[]) => number[]} change */
  function changeLayers(change) {
    configure({ hidden_layer_sizes: change(store.get().config.hidden_layer_sizes) });
  }

  /** @param {number} layer @param {(units: number) => number} change */
  function changeUnits(layer, change) {
    changeLayers((sizes) => sizes.map((units, index) => (index === layer ? change(units) : units)));
  }

  /** @param {string} name */
  function toggleFeature(name) {
    const used = store.get().config.features;
    const features = schema.features.map((feature) => feature.name)
      .filter((other) => used.includes(other) !== (other === name));
    configure({ features });
  }

  /** Goes on from before the divergence: there the server takes the run back to when something is changed. */
  function recover() {
    const retry = store.get().status.diverged?.retry;
    if (!retry) return;
    configure({ learning_rate: retry.learning_rate });
    play();
  }

  /** @type {Action[]} */
  const list = [
    { name: "toggle_play", label: "Play or pause", key: " ", control: "playButton", run: togglePlay },
    { name: "advance", label: "Train one epoch", key: "ArrowRight", control: "stepButton", run: () => advance("epoch") },
    { name: "advance_minibatch", label: "Train one minibatch", key: "m", control: "stepButton", run: () => advance("minibatch") },
    { name: "rewind", label: "Rewind: epoch 0, same starting weights", key: "w", control: "resetButton", run: () => send({ type: "rewind" }) },
    { name: "reset", label: "Reset: epoch 0, new starting weights", key: "r", control: "resetButton", run: () => send({ type: "reset" }) },
    { name: "reseed", label: "New weight seed", key: "s", control: "seeds", run: () => send({ type: "reseed" }) },
    { name: "regenerate", label: "Regenerate: new data, network kept", key: "g", control: "regenerate", run: () => send({ type: "regenerate" }) },
    { name: "toggle_log", label: "Linear or logarithmic chart", key: "l", control: null, run: () => setLogScale(!store.get().logScale) },
    { name: "toggle_test_data", label: "Show test data", key: "t", control: "showTestData", run: () => setView({ show_test_data: !store.get().view.show_test_data }) },
    { name: "toggle_discretize", label: "Discretize output", key: "d", control: "discretize", run: () => setView({ discretize: !store.get().view.discretize }) },
    { name: "toggle_lab", label: "More settings", key: "o", control: "lab", run: () => store.set({ lab: !store.get().lab }) },
    { name: "toggle_compare", label: "Networks side by side", key: "b", control: "compare", run: toggleCompare },
    { name: "toggle_runs", label: "Table of runs", key: "n", control: "runTable", run: () => store.set({ areRunsOpen: !store.get().areRunsOpen }) },
    { name: "toggle_theme", label: "Light or dark colours", key: "c", control: null, run: () => store.set({ theme: store.get().theme === "dark" ? "light" : "dark" }) },
    { name: "toggle_presentation", label: "Presentation size", key: "p", control: null, run: () => store.set({ presentation: !store.get().presentation }) },
    { name: "toggle_inside", label: "Look inside: gradients, activations, weights and more", key: "i", control: "lookInside", run: toggleInside },
    { name: "show_output", label: "Show the output in the large map", key: "Escape", control: null, run: () => select(null) },
    { name: "share", label: "Share this experiment", key: "k", control: null, run: () => openSheet("share") },
    { name: "upload", label: "Load own data from a file or a table", key: "u", control: "ownData", run: () => openSheet("upload") },
    { name: "build", label: "Build a link for a class", key: null, control: null, run: () => openSheet("builder") },
    { name: "help", label: "This help", key: "?", control: null, run: () => openSheet("help") },
  ];

  function toggleCompare() {
    const { isCompareOpen, view } = store.get();
    store.set({ isCompareOpen: !(isCompareOpen ?? view.compare.length > 0) });
  }

  /** @param {boolean} logScale */
  function setLogScale(logScale) {
    store.set({ logScale });
  }

  /** @param {PageState["sheet"]} sheet */
  function openSheet(sheet) {
    store.set({ sheet });
  }

  return {
    list,
    /** @param {string} name  of an action in `list` */
    run(name) {
      list.find((action) => action.name === name)?.run();
    },
    configure, setView, select, hover, setSpeed, toggleFeature, recover, setLogScale, openSheet,
    lookInside, setLookOptions, exportCode,
    /** After a new greeting, which closes what was open. */
    lookAgain() {
      const { inside, inside: { panel, format }, exported, view } = store.get();
      if (panel !== null && [...view.hidden, ...view.locked].includes("lookInside")) {
        store.set({ inside: { ...inside, panel: null } });
        return;
      }
      if (panel !== null) beginToLook();
      if (panel === "code" && exported === null) exportCode(format);
    },
    addLayer: () => changeLayers((sizes) => (sizes.length < schema.limits.page_layers ? [...sizes, NEW_LAYER_UNITS] : sizes)),
    removeLayer: () => changeLayers((sizes) => sizes.slice(0, -1)),
    /** @param {number} layer  of the hidden ones, from 0 */
    addUnit: (layer) => changeUnits(layer, (units) => Math.max(units, Math.min(units + 1, schema.limits.page_units))),
    /** @param {number} layer  of the hidden ones, from 0 */
    removeUnit: (layer) => changeUnits(layer, (units) => Math.max(1, units - 1)),
    /** @param {number} index into `params` @param {number} value */
    setParameter: (index, value) => send({ type: "set_parameter", index, value }),
    /** A variant and the network that is trained change places. @param {number} variant  its index */
    swap: (variant) => send({ type: "swap", variant }),
    /** @param {string} link */
    openLink(link) {
      store.set({ notices: [], errors: [], selected: null, hovered: null });
      // the first message of a connection may be larger than the others
      if (sizeOf(JSON.stringify({ type: "open", link })) > schema.limits.message_bytes - ROOM_FOR_ID) openExperiment({ link });
      else send({ type: "open", link });
    },
    painting,
    /** The user's own examples in place of the present data. */
    drawOwn() {
      const isClasses = store.get().config.problem === "classification";
      configure(isClasses ? { dataset: "own" } : { regression_dataset: "reg-own" });
      // or else half of what is put would be out of sight at once
      setView({ show_test_data: true });
    },
    /** @param {string} address @param {Blob | string} body @returns {Promise<import("../data/table.js").Answer>} */
    readTable: (address, body) => askForTable(fetch, address, body),
    /** Starts anew with examples that the server has read from a table.
     * @param {string} examples  their code @param {"classification" | "regression"} problem  that they pose */
    useExamples: (examples, problem) => openExperiment({ link: linkForOwn(store.get().link, problem, schema.fields), examples }),
    /** Asks for the present examples as a table. */
    downloadData: () => send({ type: "export", format: "csv" }),
    /** The next experiment of a lesson: what the last one has locked does not bind it. @param {string} link */
    openLesson(link) {
      if (store.get().view.locked.length > 0) openExperiment({ link, isLesson: true });
      else this.openLink(link);
    },
    /** Has the run drawn as an animation, or ends that. @param {boolean} on */
    animate: (on) => send({ type: "animate", on, ...(on && { theme: store.get().theme }) }),
    /** An experiment with what belongs to it beside its link; this one stays if that is refused. */
    openExperiment,
    travel,
    /** An answer has come. @param {number | undefined} id */
    settleTravel: (id) => travels.settle(id),
    /** Of what was asked nothing will be answered any more. */
    forgetTravel: () => travels.forget(),
    /** From the epoch that is shown, which need not be now. */
    goOnFromHere: play,
    /** Trains at full speed until something is so. @param {{until: string, epochs: number, patience: number}} condition */
    runUntil(condition) {
      setPlaying(true);
      send({ type: "run_until", ...condition });
    },
    pause,
    /** Asks for the link that the experiment would have with such a view. @param {Record<string, unknown>} changes */
    compose(changes) {
      store.set({ composed: null });
      send({ type: "compose", changes });
    },
    /** @param {number} seq */
    ack: (seq) => send({ type: "ack", seq }),
    /** @param {boolean} on */
    setVisible: (on) => send({ type: "visible", on }),
    /** @param {boolean} singleKeys */
    setSingleKeys: (singleKeys) => store.set({ singleKeys }),
    dismissNotices: () => store.set({ notices: [] }),
    dismissStorageError: () => store.set({ storageError: null }),
    dismissEnd: () => store.set({ endSeen: store.get().status.run_ended ?? null }),
    dismissStop: () => store.set({ stopSeen: store.get().status.stopped }),
    dismissErrors: () => store.set({ errors: [] }),
    /** Says that an entry was not taken. @param {string} message  a sentence that names the field, what came and what is expected */
    refuse: (message) => store.set({ errors: [{ code: "bad_type", field: null, got: null, expected: null, message }] }),
  };
}

/** @typedef {ReturnType<typeof createActions>} PageActions */
