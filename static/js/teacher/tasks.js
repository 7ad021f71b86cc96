/** What the teacher hands out: a form that is read, and the command made of it. Pure. */

import { MOST_OF_LINK } from "../net/address.js";

/**
 * A lesson that can be handed out.
 * @typedef {object} LessonChoice
 * @property {string} name
 * @property {string[]} steps  their titles
 */
/**
 * What the form says.
 * @typedef {object} TaskForm
 * @property {"experiment" | "lesson" | "link"} source
 * @property {string} text  a sentence of instruction
 * @property {string} experiment  the link of the teacher's experiment, edited or as it is
 * @property {string} pasted
 * @property {string} lesson  its name
 * @property {number} first  the first open step, from 0
 * @property {number | null} last  the last one, null for all
 */
/** @typedef {{text: string, link?: string, lesson?: string, first?: number, last?: number | null}} Task  as `hand_out` takes it */

/**
 * What a pasted address leads to.
 * @param {string} pasted
 * @param {readonly string[]} lessons  names of those that there are
 * @returns {{link: string} | {lesson: string} | null}  null if it is neither an experiment nor a lesson
 */
export function pastedTask(pasted, lessons) {
  const text = pasted.trim();
  const lesson = /\/lessons\/([\w-]+)/.exec(text)?.[1];
  // an experiment in a lesson's page is the lesson's
  if (lesson && lessons.includes(lesson)) return { lesson };
  const link = /[#?].*$/s.exec(text)?.[0];
  return link && /=/.test(link) && link.length <= MOST_OF_LINK ? { link } : null;
}

/**
 * The task that a form describes, or what is wrong with it.
 * @param {TaskForm} form
 * @param {readonly LessonChoice[]} lessons
 * @returns {{task: Task, fault: null} | {task: null, fault: string}}
 */
export function readTask({ source, text, experiment, pasted, lesson, first, last }, lessons) {
  const sentence = text.trim();
  if (source === "experiment") return { task: { text: sentence, link: experiment }, fault: null };
  if (source === "lesson") return { task: { text: sentence, lesson, ...stepsOf(first, last, lessons.find(({ name }) => name === lesson)) }, fault: null };
  if (pasted.trim() === "") return { task: null, fault: "Paste the link of an experiment or a lesson." };
  const target = pastedTask(pasted, lessons.map(({ name }) => name));
  if (!target) return { task: null, fault: "This is not the link of an experiment or a lesson: no settings follow a # in it." };
  return { task: { text: sentence, ...target }, fault: null };
}

/**
 * The open steps in order and within the lesson; all the rest is "all".
 * @param {number} first @param {number | null} last @param {LessonChoice | undefined} lesson
 * @returns {{first: number, last: number | null}}
 */
export function stepsOf(first, last, lesson) {
  const end = Math.max(0, (lesson?.steps.length ?? 1) - 1);
  const from = Math.max(0, Math.min(first, end));
  return { first: from, last: last === null || last >= end ? null : Math.max(from, last) };
}
