/** What a student's page says of its class. Pure. */

import { isPaused } from "../classroom/follow.js";
import { isExperimenting } from "../classroom/state.js";
import { formatCount } from "../lib/format.js";
import { dealtText, doneText } from "../results/grid.js";
import { spokenCode } from "../classroom/seat.js";

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 * @typedef {"tryIt" | "goBack" | "seeRuns"} Command  of the class, or of this page
 * @typedef {{text: string, tone: "task" | "notice" | "none", button: {label: string, command: Command} | null}} Line  none: nothing matters now
 */

/** Whose network the page shows. @param {import("../core/types.js").Watched} watching */
export function watchedText({ seat, name }) {
  if (seat === null) return "Watching your teacher’s network";
  return name ? `Watching ${name}’s network` : "Watching a classmate’s network";
}

/**
 * What the class's experiment is to a student: the run they have, or how far all runs are.
 * @param {import("../classroom/state.js").Experiment} experiment
 * @param {number | null} seat  the student's
 * @param {readonly import("../core/types.js").Field[]} fields  of the schema
 */
export function experimentText(experiment, seat, fields) {
  const dealt = dealtText(experiment, seat, fields);
  return dealt || `Your class runs an experiment: ${doneText(experiment)}.`;
}

/**
 * The line at the top: what matters most now.
 * @param {Pick<ClassState, "joined" | "room" | "watching" | "refusal" | "experiment">} state
 * @param {readonly import("../core/types.js").Field[]} fields  of the schema
 * @returns {Line}
 */
export function lineOf({ joined, room, watching, refusal, experiment }, fields) {
  /** @param {string} text @param {Line["button"]} [button] @returns {Line} */
  const notice = (text, button = null) => ({ text, tone: "notice", button });
  if (joined && refusal) return notice("The class is interrupted. This page rejoins by itself.");
  if (joined?.waiting) return notice("Your teacher will let you in soon. Until then, try things out.");
  if (watching) {
    const mayTry = room?.mode === "follow" && room.settings.may_try;
    return notice(watchedText(watching), mayTry ? { label: "Try it yourself", command: "tryIt" } : null);
  }
  if (joined?.trying) {
    return notice("This is your own copy.", { label: room?.shown?.seat ? "Back to the class" : "Back to the teacher", command: "goBack" });
  }
  if (room?.mode === "follow" && room.shown?.seat && room.shown.seat === joined?.seat) return notice("The class is watching your network.");
  if (joined && experiment && isExperimenting({ room, experiment })) {
    return { text: experimentText(experiment, joined.seat, fields), tone: "task", button: { label: "See all runs", command: "seeRuns" } };
  }
  if (room?.task) return { text: [room.task.title, room.task.text].filter(Boolean).join(" · ") || "Your teacher has handed out this experiment.", tone: "task", button: null };
  return { text: room ? "No task yet: explore on your own." : "", tone: "none", button: null };
}

/** Who is here, for those who are in the class. @param {Pick<ClassState, "room" | "joined">} state @returns {{here: string, away: string}} */
export function presenceOf({ room, joined }) {
  if (!room || !joined || joined.waiting) return { here: "", away: "" };
  return { here: `${formatCount(room.present)} here`, away: room.teacher ? "" : "teacher away" };
}

/** Why the page is covered. @param {ClassState} state @returns {{title: string, text: string} | null} */
export function pauseOf(state) {
  return isPaused(state) && state.ended === null ? { title: "Eyes on the teacher", text: "Your network is paused, and nothing is lost." } : null;
}

/** What ended the class for this page. @type {Record<"ended" | "removed" | "left", {title: string, text: string}>} */
export const ENDS = {
  ended: { title: "The class has ended", text: "Thanks for taking part. You can go on by yourself in the playground, where your runs are saved in this browser." },
  removed: { title: "You are no longer in the class", text: "The teacher has removed you from the class. If that was a mistake, ask to join again." },
  left: { title: "You have left the class", text: "Your seat is free again." },
};

/**
 * Why the class has not let the page in.
 * @param {{code: string, message: string}} refusal
 * @param {string} code  of the class
 * @param {boolean} isKnown  whether this browser has a seat in the class
 * @returns {{title: string, text: string, isFinal: boolean}} isFinal: the page does not try again by itself
 */
export function refusalOf(refusal, code, isKnown) {
  switch (refusal.code) {
    case "no_such_class":
      return { title: `Class ${spokenCode(code)} is not open`, isFinal: false,
        text: isKnown ? "It is interrupted, or has ended. If it goes on, this page joins again by itself."
          : "Check the code with your teacher. If it is right, wait: this page joins as soon as the class is open." };
    case "class_locked":
      return { title: "This class is locked", isFinal: false, text: "Your teacher isn’t letting anyone new in right now. This page keeps trying." };
    case "class_full":
      return { title: "This class is full", isFinal: false, text: "All of its seats are taken. This page keeps trying." };
    case "rate_limited":
      return { title: "Too many wrong codes", isFinal: false, text: "Check the code with your teacher. This page tries again in a moment." };
    default:
      return { title: "You can’t join this class", isFinal: true, text: refusal.message };
  }
}

/** Whether a refusal is about the name, and another one may do. @param {ClassState["refusal"]} refusal */
export const isAboutName = (refusal) => refusal !== null && ["bad_text", "too_short", "too_long", "name_taken"].includes(refusal.code);

/** What to do about a refused name. @param {{code: string, message: string}} refusal */
export function nameFaultOf({ code }) {
  if (code === "name_taken") return "Someone has just taken this name. Choose another one.";
  if (code === "too_short") return "Enter a name.";
  if (code === "too_long") return "Use at most 24 characters.";
  return "Use letters, digits, and spaces.";
}

/** Letters without what case and accents add. @param {string} text */
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** The names that a search finds. @param {readonly string[]} names @param {string} search */
export const namesLike = (names, search) => names.filter((name) => plain(name).includes(plain(search.trim())));

/**
 * How many chose each answer.
 * @param {Pick<import("../classroom/types.js").Question, "answers" | "counts" | "right">} question
 * @param {number | null} own  the student's answer
 * @returns {{text: string, share: number, percent: string, isRight: boolean, isOwn: boolean, marks: string}[]}
 */
export function barsOf({ answers, counts, right }, own) {
  const total = (counts ?? []).reduce((sum, count) => sum + count, 0);
  return answers.map((text, index) => {
    const share = total > 0 ? (counts?.[index] ?? 0) / total : 0;
    const [isRight, isOwn] = [index === right, index === own];
    const marks = [isRight ? "Right answer" : "", isOwn ? "Your answer" : ""].filter(Boolean).join(" · ");
    return { text, share, percent: `${Math.round(100 * share)}%`, isRight, isOwn, marks };
  });
}
