/**
 * The panels of Look inside. Each is declared by the `panel` of its module; the list follows from that of the engine.
 *
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("./look.js").Look} Look
 */

/**
 * A panel that is open.
 * @typedef {object} Panel
 * @property {(look: Look | null, state: State) => string | null} why  why there is nothing to show; null: there is something
 * @property {(look: Look | null, state: State, frame: import("../core/types.js").Frame | null) => void} draw  called if there is
 *   something to show; `look` is null only for a panel that asks the server for none
 */
/** @typedef {{actions: import("../core/actions.js").PageActions, schema: import("../core/types.js").Schema}} PanelParts */
/**
 * What a panel is.
 * @typedef {object} PanelEntry
 * @property {import("../core/types.js").PanelName} name  as on the wire
 * @property {string} label  of its tab
 * @property {string} lead  what one sees, and what to look for
 * @property {(element: HTMLElement, parts: PanelParts) => Panel} create  called when it is opened for the first time
 * @property {boolean} [isAboutUnit]  it looks at the selected unit
 * @property {boolean} [isComputedOnOpen]  it asks the server to compute at once
 * @property {boolean} [isExport]  it shows an export of the server instead of looks
 * @property {boolean} [isLocal]  it shows what frames and data hold, and asks the server for nothing
 */

// generated: panels
import { panel as gradients } from "./gradients.js";
import { panel as activations } from "./activations.js";
import { panel as weights } from "./weights.js";
import { panel as space } from "./space.js";
import { panel as landscape } from "./landscape.js";
import { panel as regions } from "./regions.js";
import { panel as step } from "./step.js";
import { panel as confusion } from "./confusion.js";
import { panel as code } from "./code.js";

/** In the order of their tabs. @type {readonly PanelEntry[]} */
export const PANELS = [gradients, activations, weights, space, landscape, regions, step, confusion, code];
// end generated
