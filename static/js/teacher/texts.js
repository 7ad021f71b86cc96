/** The words and numbers of the class bar and its cards. Pure. */

import { formatCount, formatLoss, formatPercent } from "../lib/format.js";

/**
 * @typedef {import("../classroom/types.js").ClassStateMessage} Room
 * @typedef {import("../classroom/types.js").Snapshot} Snapshot
 */

/** Keys of the class bar. Escape closes a panel, and names are hidden where there are some. */
export const KEYS = { close: "Escape", wall: "v", join: "j", names: "h" };

/** A code in two groups, as it is read out. @param {string} code */
export const spacedCode = (code) => code.replace(/^(.{3})(?=.)/, "$1 ");

/** A code letter by letter, for those who listen. @param {string} code */
export const spelledCode = (code) => [...code].join(" ");

/** @param {number} count @param {string} one @param {string} [several] */
const counted = (count, one, several = `${one}s`) => `${formatCount(count)} ${count === 1 ? one : several}`;

/** How many are here, and of how many. @param {Pick<Room, "present" | "seats">} room */
export function presentText({ present, seats }) {
  return seats > present ? `${formatCount(present)} of ${counted(seats, "student")} here` : `${counted(present, "student")} here`;
}

/** @param {number} hands */
export const handsText = (hands) => `${counted(hands, "hand")} raised`;

/** @param {number} waiting */
export const waitingText = (waiting) => `${formatCount(waiting)} in the waiting room`;

/** Whose snapshot it is. @param {Pick<Snapshot, "seat" | "name">} snapshot */
export const ownerOf = ({ seat, name }) => name ?? (seat === null ? "Your network" : "A student");

/** Where a snapshot stood. @param {Pick<Snapshot, "epoch" | "test_loss" | "test_accuracy">} snapshot */
export function reachedText({ epoch, test_loss, test_accuracy }) {
  const measure = test_accuracy === null ? `test loss ${formatLoss(test_loss)}` : `test accuracy ${formatPercent(test_accuracy)}`;
  return `epoch ${formatCount(epoch)}, ${measure}`;
}

/**
 * The task in a few words.
 * @param {Room["task"]} task
 */
export function taskText(task) {
  if (!task) return "Nothing handed out yet";
  if (task.lesson === null) return task.text || "Your experiment";
  const first = task.first + 1;
  const steps = task.last === null
    ? first === 1 ? "all steps" : `from step ${first}`
    : task.last + 1 === first ? `step ${first}` : `steps ${first} to ${task.last + 1}`;
  return `${task.title}, ${steps}`;
}

/** Longest name of a student, and most names of a list. */
const NAME_LENGTH = 24;
const MOST_NAMES = 500;

/**
 * The names of a list, one on each line; a comma or a tab separates them, too.
 * @param {string} text
 * @returns {{names: string[], fault: string | null}}
 */
export function namesIn(text) {
  const names = [...new Set(text.split(/[\n,;\t]+/).map((name) => name.normalize("NFKC").trim().replace(/\s+/g, " ")).filter(Boolean))];
  const tooLong = names.find((name) => [...name].length > NAME_LENGTH);
  if (tooLong) return { names, fault: `“${tooLong}” is longer than ${NAME_LENGTH} characters.` };
  if (names.length > MOST_NAMES) return { names, fault: `The list has ${formatCount(names.length)} names; a class has room for ${MOST_NAMES}.` };
  return { names, fault: null };
}
