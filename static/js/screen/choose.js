/** What the screen shows. Pure. */

import { isExperimenting } from "../classroom/state.js";

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 * @typedef {import("../classroom/types.js").ClassStateMessage} Room
 * @typedef {Exclude<Room["screen"], "auto"> | "paused" | "connecting" | "refused" | "over"} View
 */

/** What there is to show, what the class does first. @type {readonly {view: View, isThere: (room: Room, state: ClassState) => boolean}[]} */
const ORDER = [
  { view: "question", isThere: (room) => room.question !== null },
  { view: "paused", isThere: (room) => room.mode === "pause" },
  { view: "network", isThere: (room) => room.mode === "follow" },
  { view: "snapshots", isThere: (room) => room.side_by_side.length > 0 },
  // until the next task
  { view: "experiment", isThere: (room, state) => room.experiment && isExperimenting(state) },
  { view: "wall", isThere: (room) => room.present > 0 },
  { view: "join", isThere: () => true },
];

/** Views that a teacher can choose only while there is something to show. @type {Partial<Record<View, (state: ClassState, room: Room) => boolean>>} */
const NEEDS = {
  question: (_, room) => room.question !== null,
  network: ({ watching }, room) => watching !== null || room.mode === "follow",
  snapshots: (_, room) => room.side_by_side.length > 0,
  experiment: (_, room) => room.experiment,
};

/**
 * What to show: what the teacher has chosen, if there is something to show, or else what the class does.
 * @param {ClassState} state
 * @returns {View}
 */
export function viewOf(state) {
  const { room, refusal, ended } = state;
  if (ended) return "over";
  if (!room) return refusal ? "refused" : "connecting";
  const { screen } = room;
  if (screen !== "auto" && (NEEDS[screen]?.(state, room) ?? true)) return screen;
  return ORDER.find(({ isThere }) => isThere(room, state))?.view ?? "join";
}

/** Whether the class is paused, and the screen shows something else than that. @param {View} view @param {Room | null} room */
export const isPausedBeside = (view, room) => room?.mode === "pause" && view !== "paused";
