/** The actions that change the experiment: its config, its network, its view, its data, or all of it. */

import { linkForOwn } from "../data/examples.js";
import { askForTable, sizeOf } from "../data/table.js";
import { locksOf } from "./locks.js";
import { withPresets } from "./presets.js";

/**
 * @typedef {import("./types.js").Config} Config
 * @typedef {import("./types.js").View} View
 */

/** Bytes of a message that its number takes. */
const BYTES_OF_ID = 64;
/** Units of a new layer, as in the original. */
const NEW_LAYER_UNITS = 2;

/**
 * The actions that change features, layers and neurons.
 * @param {object} parts
 * @param {import("./actions.js").PageStore} parts.store
 * @param {(changes: Partial<Config>) => void} parts.configure
 */
function createNetworkActions({ store, configure }) {
  const { schema } = store.get();

  /** @param {(sizes: number[]) => number[]} change */
  function changeLayers(change) {
    configure({ hidden_layer_sizes: change(store.get().config.hidden_layer_sizes) });
  }

  /** @param {number} layer @param {(units: number) => number} change */
  function changeUnits(layer, change) {
    changeLayers((sizes) => sizes.map((units, index) => (index === layer ? change(units) : units)));
  }

  return {
    /** @param {string} name */
    toggleFeature(name) {
      const used = store.get().config.features;
      configure({ features: schema.features.map((feature) => feature.name).filter((other) => used.includes(other) !== (other === name)) });
    },

    addLayer: () => changeLayers((sizes) => (sizes.length < schema.limits.page_layers ? [...sizes, NEW_LAYER_UNITS] : sizes)),
    removeLayer: () => changeLayers((sizes) => sizes.slice(0, -1)),
    /** @param {number} layer  of the hidden ones, from 0 */
    addUnit: (layer) => changeUnits(layer, (units) => Math.max(units, Math.min(units + 1, schema.limits.page_units))),
    /** @param {number} layer  of the hidden ones, from 0 */
    removeUnit: (layer) => changeUnits(layer, (units) => Math.max(1, units - 1)),
  };
}

/**
 * @param {object} parts
 * @param {import("./actions.js").PageStore} parts.store
 * @param {import("./actions.js").Send} parts.send
 * @param {(opening: import("../net/replaceSession.js").Opening) => void} parts.openExperiment
 * @param {() => void} parts.onSelect  another unit is selected
 */
export function createExperimentActions({ store, send, openExperiment, onSelect }) {
  const { schema } = store.get();

  /** @param {number | null} unit  its number; null is the output */
  function select(unit) {
    const before = store.get();
    store.set({ selected: unit, hovered: null });
    if (before.selected !== unit || before.hovered !== null) send({ type: "select", unit });
    if (before.selected !== unit) onSelect();
  }

  /** @param {Partial<Config>} changes */
  function configure(changes) {
    const before = store.get();
    const { fields: locked } = locksOf(schema.controls ?? [], before.view.locked ?? []);
    changes = withPresets(schema, before.config, changes, locked);
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

  /** @param {string} link */
  function openLink(link) {
    const { dock } = store.get();
    // networks that the link compares are shown
    store.set({ warnings: [], errors: [], selected: null, hovered: null, dock: dock === "none" ? null : dock });
    // the first message of a connection may be larger than the others
    if (sizeOf(JSON.stringify({ type: "open", link })) > schema.limits.message_bytes - BYTES_OF_ID) openExperiment({ link });
    else send({ type: "open", link });
  }

  return {
    ...createNetworkActions({ store, configure }),
    configure, setView, select, openLink,

    /** @param {number | null} unit  under the pointer or the focus */
    hover(unit) {
      const before = store.get();
      if (before.hovered === unit) return;
      store.set({ hovered: unit });
      send({ type: "select", unit: unit ?? before.selected });
    },

    /** @param {number} index  into `params` @param {number} value */
    setParameter: (index, value) => send({ type: "set_parameter", index, value }),

    /** Swaps the network of a variant and the main network. @param {number} variant  its index */
    swap: (variant) => send({ type: "swap", variant }),

    /** Opens the next experiment of a lesson, which is not bound by what the last one has locked. @param {string} link */
    openLesson(link) {
      if (store.get().view.locked.length > 0) openExperiment({ link, isLesson: true });
      else openLink(link);
    },

    /** Replaces the current data by the user's own examples, to be drawn on the flat map. */
    drawOwn() {
      store.set({ isSurfaceOpen: false });
      const isClasses = store.get().config.problem === "classification";
      configure(isClasses ? { dataset: "own" } : { regression_dataset: "reg-own" });
      // otherwise half of what is added would be invisible at once
      setView({ show_test_data: true });
    },

    /** @param {string} address @param {Blob | string} body @returns {Promise<import("../data/table.js").Answer>} */
    readTable: (address, body) => askForTable(fetch, address, body),

    /** Restarts with examples that the server has read from a table.
     * @param {string} examples  their code @param {"classification" | "regression"} problem  that they pose */
    useExamples: (examples, problem) => openExperiment({ link: linkForOwn(store.get().link, problem, schema.fields), examples }),

    /** Requests the present examples as a table. */
    downloadData: () => send({ type: "export", format: "csv" }),

    /** Requests the link that the experiment would have with other values of the view. @param {Record<string, unknown>} changes */
    compose(changes) {
      store.set({ composed: null });
      send({ type: "compose", changes });
    },
  };
}
