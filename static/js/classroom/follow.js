/**
 * A page that shows a network which is not its own: what it may send, what of it is locked, and which unit it shows. Pure.
 *
 * @typedef {import("./state.js").ClassState} ClassState
 * @typedef {import("../core/types.js").ConfigMessage} ConfigMessage
 * @typedef {import("../core/types.js").Frame} Frame
 */

import { showsOutput } from "../net/protocol.js";
import { isOfClass } from "./wire.js";

/** What a page may always send. */
const ALWAYS = new Set(["join", "hello", "ack", "visible", "ping"]);
/** Controls that only change what this page shows. */
const OF_PAGE = new Set(["surface", "runTable"]);
/** Editing weights: a card says their value, without a word on that. */
const WEIGHTS = "weights";
/** What locked controls say of themselves. */
export const WATCHING = "You are watching another network";
/** Commands of a class, by which nothing is trained. */
const OF_CLASS = new Set(["set_class", "renew_code", "move_class", "set_mode", "hand_out", "pace", "watch_wall", "look", "rename", "remove", "admit", "lower_hand",
  "keep_snapshot", "edit_snapshot", "show_snapshots", "point", "ask", "reveal", "close_question", "start_experiment", "cancel_experiment",
  "show_on_screen", "ask_results", "forget", "end_class", "raise_hand", "try_it", "return", "take_over", "answer", "leave"]);

/** Whether the page stands still until the teacher goes on. @param {Pick<ClassState, "role" | "room" | "joined">} state */
export const isPaused = ({ role, room, joined }) => role === "student" && room?.mode === "pause" && joined?.waiting === false;

/** Whether the page can only look. @param {Pick<ClassState, "role" | "room" | "joined" | "watching">} state */
export const isHeld = (state) => state.watching !== null || isPaused(state);

/** Whether a command can be sent now. @param {string} type @param {Pick<ClassState, "role" | "room" | "joined" | "watching">} state */
export const maySend = (type, state) => ALWAYS.has(type) || OF_CLASS.has(type) || !isHeld(state);

/**
 * The experiment of another network: all that would change it is locked.
 * @param {ConfigMessage} message
 * @param {readonly {name: string}[]} controls  of the schema
 * @returns {ConfigMessage}
 */
export const readOnly = (message, controls) =>
  ({ ...message, view: { ...message.view, hidden: [...message.view.hidden, WEIGHTS], locked: controls.map(({ name }) => name).filter((name) => name !== WEIGHTS && !OF_PAGE.has(name)) } });

/**
 * The unit that a frame shows in full.
 * @param {Pick<Frame, "selected" | "arrays" | "shapes" | "digits">} frame
 * @param {readonly number[]} layers  units per layer
 * @param {number} features  how many there are, used or not
 * @returns {number | null} null: the output
 */
export function selectedIn(frame, layers, features) {
  if (frame.digits) return null;
  const isOutput = frame.arrays.classes !== undefined || showsOutput(frame, features, layers[layers.length - 1] ?? 1);
  return isOutput ? null : frame.selected;
}

/** Whether a message is of the class rather than of a session. @param {{type: string}} message @param {boolean} isAtDoor  nobody has let the page in yet */
export const isTaken = ({ type }, isAtDoor) => isOfClass(type) || (isAtDoor && type === "error");
