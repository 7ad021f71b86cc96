/** The page's state before the server has said anything: pure. */

/**
 * @typedef {import("./types.js").Schema} Schema
 * @typedef {import("./actions.js").PageState} PageState
 */

import { LOCKED } from "./locks.js";

/**
 * @param {Schema} schema
 * @param {string} theme
 * @returns {PageState} every field of the config at its default
 */
export function initialState(schema, theme) {
  return {
    schema,
    config: /** @type {any} */ (Object.fromEntries(schema.fields.map((field) => [field.name, field.default]))),
    view: { show_test_data: false, discretize: false, hide_text: false, show_bias_units: false, show_changes: false, words: false, sound: false, hidden: [], locked: [], compare: [] },
    lockReason: LOCKED, link: "", layers: [], revision: -1, effect: "nothing",
    status: { playing: false, speed: "epoch", diverged: null, stopped: null, position: null, run_until: null, run_ended: null },
    connection: "connecting", retryAt: null, reason: "", cause: null, session: null,
    storageError: null, warnings: [], errors: [], stopSeen: null, endSeen: null,
    hovered: null, marked: null, selected: null, data: null, own: null, table: null, goals: [], remark: null, reading: null, followed: null, exported: null, archive: null, composed: null,
    inside: { panel: null, last: "gradients", options: {}, format: "numpy" },
    logScale: false, theme, presentation: false, sheet: null, singleKeys: true, areSettingsOpen: false, dock: null, tab: "network",
    isSurfaceOpen: false, starts: null, startsCost: null, wantedStarts: null, luckTab: "starts", luckCell: null,
    runsSeen: 0, removedRuns: [], overlays: [], animation: null, animationFile: null,
  };
}
