/** What teacher, students and screen can do in a class: one function for each command. Only these send. */

import { base64Of } from "../net/protocol.js";

/**
 * @typedef {import("./types.js").SettingOfClass} SettingOfClass
 * @typedef {import("./types.js").ClassStateMessage} ClassStateMessage
 */

/** @param {(message: Record<string, unknown>) => unknown} send */
export function createClassActions(send) {
  return {
    /* ---- The teacher ---- */

    /** @param {Partial<SettingOfClass>} changes */
    setClass: (changes) => send({ type: "set_class", changes }),
    /** A new secret and code; all who are in the class stay. */
    renewCode: () => send({ type: "renew_code" }),
    /** Gives the class up on this server: all come back where new connections arrive. */
    moveClass: () => send({ type: "move_class" }),
    /** @param {ClassStateMessage["mode"]} mode @param {{seat?: number | null, withName?: boolean}} [shown]  whose network all follow */
    setMode: (mode, { seat = null, withName = false } = {}) => send({ type: "set_mode", mode, seat, with_name: withName }),
    /** @param {{text?: string, link?: string, lesson?: string | null, first?: number, last?: number | null}} task */
    handOut: (task) => send({ type: "hand_out", ...task }),
    /** @param {{first: number, last: number | null, go?: number | null}} steps  from 0; last: null for all */
    pace: ({ first, last, go = null }) => send({ type: "pace", first, last, go }),
    /** @param {boolean} on @param {readonly number[]} [seats]  the tiles in view */
    watchWall: (on, seats = []) => send({ type: "watch_wall", on, seats }),
    /** @param {number | null} seat  null: back to one's own network */
    look: (seat) => send({ type: "look", seat }),
    /** @param {number} seat @param {string} name */
    rename: (seat, name) => send({ type: "rename", seat, name }),
    /** @param {number} seat */
    remove: (seat) => send({ type: "remove", seat }),
    /** @param {readonly number[]} [seats]  none: all who wait */
    admit: (seats = []) => send({ type: "admit", seats }),
    /** @param {number | null} [seat]  null: everyone */
    lowerHand: (seat = null) => send({ type: "lower_hand", seat }),
    /** @param {number | null} [seat]  null: one's own network @param {string} [note] */
    keepSnapshot: (seat = null, note = "") => send({ type: "keep_snapshot", seat, note }),
    /** @param {number} snapshot @param {string | null} note  null deletes it */
    editSnapshot: (snapshot, note) => send({ type: "edit_snapshot", snapshot, note }),
    /** @param {readonly number[]} snapshots  none: no more @param {boolean} [mayTake] */
    showSnapshots: (snapshots, mayTake = true) => send({ type: "show_snapshots", snapshots, may_take: mayTake }),
    /** @param {{hovered?: string | null, panel?: string | null, example?: number | null, drawing?: Uint8Array | null}} what */
    point: ({ hovered = null, panel = null, example = null, drawing = null }) =>
      send({ type: "point", hovered, panel, example, drawing: drawing && base64Of(drawing) }),
    /** @param {{text: string, answers: readonly string[], right?: number | null, draws?: "boundary" | "digit", digit?: number | null}} question  no answers: everyone draws */
    ask: ({ text, answers, right = null, draws = "boundary", digit = null }) => send({ type: "ask", text, answers, right, draws, digit }),
    reveal: () => send({ type: "reveal" }),
    closeQuestion: () => send({ type: "close_question" }),
    /** @param {{link: string, epochs: number, count?: number, vary?: string, grid?: Record<string, unknown[]> | null}} experiment */
    startExperiment: (experiment) => send({ type: "start_experiment", ...experiment }),
    cancelExperiment: () => send({ type: "cancel_experiment" }),
    /** @param {ClassStateMessage["screen"]} view */
    showOnScreen: (view) => send({ type: "show_on_screen", view }),
    askResults: () => send({ type: "ask_results" }),
    /** Snapshots, answers, the experiment, and all who are not here. */
    forget: () => send({ type: "forget" }),
    endClass: () => send({ type: "end_class" }),

    /* ---- Students ---- */

    /** @param {boolean} on */
    raiseHand: (on) => send({ type: "raise_hand", on }),
    /** Goes on from the network that is shown, in one of one's own. */
    tryIt: () => send({ type: "try_it" }),
    /** Back from `tryIt` to the network that all follow. */
    goBack: () => send({ type: "return" }),
    /** @param {number} snapshot */
    takeOver: (snapshot) => send({ type: "take_over", snapshot }),
    /** @param {number} question @param {{choice?: number | null, strokes?: number[][][] | null, drawing?: Uint8Array | null, digit?: number | null}} answer */
    answer: (question, { choice = null, strokes = null, drawing = null, digit = null }) =>
      send({ type: "answer", question, choice, strokes, drawing: drawing && base64Of(drawing), digit }),
    leave: () => send({ type: "leave" }),
  };
}

/** @typedef {ReturnType<typeof createClassActions>} ClassActions */
