/**
 * What a user can do. Controls and keys call actions, and only actions send. Each sets the store to what it hopes for at
 * once; the answer of the server then is the truth.
 *
 * @typedef {import("./types.js").State} State
 */

import { createPainting } from "../data/painting.js";
import { createReadingActions } from "../data/reading.js";
import { createExperimentActions } from "./experimentActions.js";
import { createDockActions } from "./dockActions.js";
import { createInsideActions } from "./insideActions.js";
import { createPageActions } from "./pageActions.js";
import { createStartActions } from "./startActions.js";
import { createTrainingActions } from "./trainingActions.js";

/**
 * The part of the state that only some views know.
 * @typedef {object} Extras
 * @property {"help" | "share" | "upload" | "builder" | "class" | null} sheet  that is open over the page; class: one of a class's page
 * @property {string | null} composed  the link that was requested last; null until it arrives
 * @property {boolean} singleKeys  whether keyboard shortcuts work
 * @property {boolean} areSettingsOpen  whether the advanced settings are open
 * @property {import("./dock.js").DockPanel | "none" | null} dock  the panel that the user has opened; null: see `openPanelOf`
 * @property {Tab} tab  the part of the page that a small screen shows below the map
 * @property {import("../luck/starts.js").Starts | null} starts  the last many starts, which may be those of a sweep
 * @property {import("./startActions.js").WantedStarts | null} wantedStarts  what was asked for elsewhere, which the panel's form then shows
 * @property {"starts" | "sweep"} luckTab  the tab of "Is it luck?" that is chosen
 * @property {number | null} luckCell  the cell of a sweep whose starts the tab Starts shows
 * @property {import("./types.js").StartsCostMessage | null} startsCost  what they cost; null until it is known
 * @property {boolean} isSurfaceOpen  whether the map is shown in three dimensions
 * @property {number} runsSeen  grows whenever a run in the table changes
 * @property {number | null} animation  the share of it that the server has drawn; null: none is being drawn
 * @property {import("./types.js").AnimationMessage | null} animationFile  the last one that arrived
 * @property {import("../runs/run.js").RecordedRun[]} removedRuns  the last ones that were deleted, which can be restored
 * @property {import("./types.js").Status["run_ended"]} endSeen  the end of a run-until that was dismissed
 * @property {import("./types.js").Stopped | null} stopSeen  the early stop that was dismissed
 */
/** @typedef {"network" | "data" | "settings" | "lesson"} Tab */
/** @typedef {State & Extras} PageState */
/** @typedef {import("./store.js").Store<PageState>} PageStore */
/** Sends a message and returns its id, 0 for none. @typedef {(message: Record<string, unknown>) => number} Send */

/**
 * An action without an argument: it can be on a button (`data-action`) and on a key.
 * @typedef {object} Action
 * @property {string} name
 * @property {string} label  as in the help sheet
 * @property {string | null} key  as in KeyboardEvent.key
 * @property {string | null} control  the control that, when hidden, takes the key away, too
 * @property {"points" | "pictures"} [data]  the page that has it, if its control does not say so
 * @property {() => void} run
 */

/** Keys whose name is not what is printed on them. @type {Record<string, string>} */
const KEY_NAMES = { " ": "Space", ArrowRight: "→", Escape: "Esc" };

/** What is printed on a key. @param {string} key  as in KeyboardEvent.key */
export const keyName = (key) => KEY_NAMES[key] ?? key;

/**
 * The actions that buttons and keys run by name.
 * @param {PageStore} store @param {Send} send
 * @param {ReturnType<typeof createExperimentActions> & ReturnType<typeof createInsideActions> & ReturnType<typeof createPageActions> & ReturnType<typeof createReadingActions> & ReturnType<typeof createStartActions> & ReturnType<typeof createDockActions> & ReturnType<typeof createTrainingActions>} actions
 * @returns {Action[]}
 */
function listOf(store, send, actions) {
  const { togglePlay, advance, setView, setLogScale, openSheet, select, toggleDock, toggleTheme, togglePresentation, toggleSettings, toggleSurface } = actions;
  const view = () => store.get().view;
  return [
    { name: "toggle_play", label: "Play or pause", key: " ", control: "playButton", run: togglePlay },
    { name: "advance", label: "Train one epoch", key: "ArrowRight", control: "stepButton", run: () => advance("epoch") },
    { name: "advance_minibatch", label: "Train one minibatch", key: "m", control: "stepButton", run: () => advance("minibatch") },
    { name: "rewind", label: "Rewind: epoch 0, same initial weights", key: "w", control: "resetButton", run: () => send({ type: "rewind" }) },
    { name: "reset", label: "Reset: epoch 0, new initial weights", key: "r", control: "resetButton", run: () => send({ type: "reset" }) },
    { name: "reseed", label: "New weight seed", key: "s", control: "seeds", run: () => send({ type: "reseed" }) },
    { name: "regenerate", label: "Regenerate: new data, same network", key: "g", control: "regenerate", run: () => send({ type: "regenerate" }) },
    { name: "toggle_log", label: "Linear or logarithmic chart", key: "l", control: null, run: () => setLogScale(!store.get().logScale) },
    { name: "toggle_test_data", label: "Show test data", key: "t", control: "showTestData", run: () => setView({ show_test_data: !view().show_test_data }) },
    { name: "toggle_discretize", label: "Discretize output", key: "d", control: "discretize", run: () => setView({ discretize: !view().discretize }) },
    { name: "toggle_surface", label: "Map in three dimensions", key: "3", control: "surface", run: toggleSurface },
    { name: "toggle_settings", label: "More settings", key: "o", control: "lab", run: toggleSettings },
    { name: "toggle_compare", label: "Compare networks", key: "b", control: "compare", run: () => toggleDock("compare") },
    { name: "toggle_runs", label: "Table of runs", key: "n", control: "runTable", run: () => toggleDock("runs") },
    { name: "toggle_luck", label: "Is it luck? Many starts", key: "q", control: "luck", run: () => toggleDock("luck") },
    { name: "toggle_theme", label: "Light or dark theme", key: "c", control: null, run: toggleTheme },
    { name: "toggle_presentation", label: "Presentation mode", key: "p", control: null, run: togglePresentation },
    { name: "toggle_inside", label: "Look inside: gradients, activations, weights and more", key: "i", control: "lookInside", run: () => toggleDock("inside") },
    { name: "show_output", label: "Show the output on the map", key: "Escape", control: null, data: "points", run: () => select(null) },
    { name: "share", label: "Share this experiment", key: "k", control: null, run: () => openSheet("share") },
    { name: "upload", label: "Upload your data from a file or a table", key: "u", control: "ownData", run: () => openSheet("upload") },
    { name: "build", label: "Create a classroom link", key: null, control: null, run: () => openSheet("builder") },
    { name: "help", label: "This help", key: "?", control: null, run: () => openSheet("help") },
  ];
}

/**
 * @param {object} parts
 * @param {PageStore} parts.store
 * @param {Send} parts.send
 * @param {(opening: import("../net/replaceSession.js").Opening) => void} [parts.openExperiment]  replaces this experiment by another one
 * @param {readonly import("./insideActions.js").PanelKind[]} [parts.panels]  of Look inside
 * @param {"points" | "pictures"} [parts.data]  what the page is about: actions of controls that it lacks are left out
 */
export function createActions({ store, send, openExperiment = () => {}, panels = [], data = "points" }) {
  const inside = createInsideActions({ store, send, panels });
  const experiment = createExperimentActions({ store, send, openExperiment, onSelect: inside.lookAtUnit });
  const training = createTrainingActions({ store, send, configure: experiment.configure });
  const starts = createStartActions({ store, send, configure: experiment.configure });
  const dock = createDockActions({ store, lookInside: inside.lookInside, estimateStarts: starts.estimateStarts });
  const actions = { ...inside, ...experiment, ...training, ...starts, ...dock, ...createPageActions({ store, send }), ...createReadingActions({ store, send }) };
  const controls = store.get().schema?.controls ?? [];
  const elsewhere = controls.filter((control) => control.data && control.data !== data).map(({ name }) => name);
  const list = listOf(store, send, actions)
    .filter((action) => (action.data ?? data) === data && !elsewhere.includes(action.control ?? ""));
  return {
    ...actions,
    list,
    /** @param {string} name  of an action in `list` */
    run(name) {
      list.find((action) => action.name === name)?.run();
    },
    painting: createPainting({ store, send }),
    openExperiment,
  };
}

/** @typedef {ReturnType<typeof createActions>} PageActions */
