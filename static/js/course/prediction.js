/**
 * Pure: a step from prediction to answer. The reader chooses, runs the experiment, and sees the answer; nobody has to
 * choose first, and the answer can be asked for at any time.
 *
 * @typedef {object} StepRecord
 * @property {number | null} choice  the index of the answer that was predicted
 * @property {boolean} isShown  whether the answer is shown
 * @property {boolean} isSeen  whether the outcome was ever seen here
 */

/** @type {Readonly<StepRecord>} */
export const UNTOUCHED = Object.freeze({ choice: null, isShown: false, isSeen: false });

/** An answer is chosen; once the right one is known, that is no prediction any more. @param {StepRecord} record @param {number} choice @returns {StepRecord} */
export const choose = (record, choice) => (record.isShown ? record : { ...record, choice });

/** The reader asks for the answer. @param {StepRecord} record @returns {StepRecord} */
export const show = (record) => ({ ...record, isShown: true });

/** The step begins from the start; what was seen stays seen. @param {StepRecord} record @returns {StepRecord} */
export const restart = ({ isSeen }) => ({ ...UNTOUCHED, isSeen });

/** Something has happened in the playground. @param {StepRecord} record @param {{isSeen: boolean, isFinished: boolean}} what @returns {StepRecord} */
export function observe(record, { isSeen, isFinished }) {
  const next = { ...record, isSeen: record.isSeen || isSeen, isShown: record.isShown || isSeen || isFinished };
  return next.isSeen === record.isSeen && next.isShown === record.isShown ? record : next;
}

/** How the prediction turned out. @param {StepRecord} record @param {number} right  the index of the right answer */
export function verdictOf({ choice, isShown }, right) {
  if (!isShown) return null;
  if (choice === null) return "unasked";
  return choice === right ? "right" : "wrong";
}

const VERDICTS = { unasked: "The answer:", right: "You predicted it:", wrong: "Not quite. The answer:" };

/** The words before the right answer. @param {ReturnType<typeof verdictOf>} verdict */
export const verdictText = (verdict) => VERDICTS[verdict ?? "unasked"];

/** What is announced when the answer appears. @param {ReturnType<typeof verdictOf>} verdict @param {string} answer  the right one */
export const announcement = (verdict, answer) => (verdict === null ? "" : `${verdictText(verdict)} ${answer}.`);
