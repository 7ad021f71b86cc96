/** The words of the screen. Pure. */

import { formatCount, formatLoss, formatPercent } from "../lib/format.js";

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 * @typedef {import("../classroom/types.js").ClassStateMessage} Room
 * @typedef {import("../classroom/types.js").Snapshot} Snapshot
 * @typedef {import("./choose.js").View} View
 */

/** Whose network is shown. @param {{seat: number | null, name: string | null} | null} shown */
export function networkTitle(shown) {
  if (!shown || shown.seat === null) return "The teacher’s network";
  return shown.name === null ? "A student’s network" : `The network of ${shown.name}`;
}

/** @type {Partial<Record<View, string>>} */
const TITLES = { question: "Question", snapshots: "Side by side", experiment: "Class experiment" };

/** The line at the top. @param {View} view @param {Pick<ClassState, "room" | "watching">} state */
export function titleOf(view, { room, watching }) {
  if (view === "network") return networkTitle(watching ?? room?.shown ?? null);
  if (view === "wall") return room?.task?.title || "The class";
  return TITLES[view] ?? "";
}

/** How many are here, for those who are about to join. @param {number} present */
export const hereText = (present) => (present === 1 ? "1 student is here" : `${formatCount(present)} students are here`);

/** How many have answered. @param {number} answered @param {number} present */
export function answeredText(answered, present) {
  // some who answered may have left
  const all = Math.max(answered, present);
  return answered === all ? `All ${formatCount(all)} have answered` : `${formatCount(answered)} of ${formatCount(all)} have answered`;
}

/** @param {Pick<Snapshot, "seat" | "name">} snapshot */
export const ownerText = ({ seat, name }) => name ?? (seat === null ? "Teacher" : "A student");

/** Where a snapshot was. @param {Pick<Snapshot, "epoch" | "test_loss" | "test_accuracy">} snapshot */
export function reachedText({ epoch, test_loss, test_accuracy }) {
  const measure = test_accuracy === null ? `Test loss ${formatLoss(test_loss)}` : formatPercent(test_accuracy);
  return `${measure} · epoch ${formatCount(epoch)}`;
}

/** Why the screen shows nothing. @param {Pick<ClassState, "refusal" | "code">} state @param {boolean} hasSecret */
export function waitingTexts({ refusal, code }, hasSecret) {
  if (!hasSecret) return { title: "No class to show", text: "Open this page from the teacher’s page: Screen…, then Open." };
  if (refusal?.code === "wrong_secret") return { title: "This address is no longer valid", text: "Open the screen again from the teacher’s page." };
  if (refusal?.code === "no_such_class") return { title: "Waiting for the class", text: `The class ${code} is not open at the moment. It appears here as soon as the teacher is back.` };
  return { title: "Connecting…", text: refusal?.message ?? "" };
}
