/** Questions to the class: ready ones, the reading of the form, and the numbers and lines of the answers. Pure. */

/**
 * @typedef {import("../classroom/types.js").Question} Question
 * @typedef {"choose" | "boundary" | "digit"} Kind  what the class does: chooses an answer, or draws
 * @typedef {{text: string, answers: string[], right: number | null, draws?: "boundary" | "digit", digit?: number | null}} Draft  no answers: the class draws
 */

export const MOST_ANSWERS = 6;
const LONGEST = { text: 300, answer: 120 };

/** To begin with; which answer is right depends on the experiment. @type {readonly Draft[]} */
export const READY = [
  { text: "Will the test accuracy reach 95%?", answers: ["Yes", "No"], right: null },
  { text: "Which learning rate learns fastest?", answers: ["0.001", "0.03", "0.3", "10"], right: null },
  { text: "What happens to the test loss if training goes on much longer?", answers: ["It keeps falling", "It levels off", "It rises again"], right: null },
  { text: "Can a network without hidden layers separate these classes?", answers: ["Yes", "No"], right: null },
  { text: "How many hidden neurons does this take at least?", answers: ["1", "2", "3", "4 or more"], right: null },
  { text: "What does more noise do to the test accuracy?", answers: ["Raises it", "Lowers it", "Nothing"], right: null },
  { text: "Where will the decision boundary be?", answers: [], right: null, draws: "boundary" },
];

/** The same where examples are pictures of digits. @type {readonly Draft[]} */
export const READY_FOR_DIGITS = [
  { text: "Draw a digit as you usually write it", answers: [], right: null, draws: "digit", digit: null },
  { text: "Draw a 7", answers: [], right: null, draws: "digit", digit: 7 },
  { text: "Draw a 4 that the network reads wrongly", answers: [], right: null, draws: "digit", digit: 4 },
  { text: "Will the test accuracy reach 95%?", answers: ["Yes", "No"], right: null },
  { text: "Which learning rate learns fastest?", answers: ["0.01", "0.3", "3", "100"], right: null },
  { text: "Does a second hidden layer help?", answers: ["Yes", "No", "It makes no difference"], right: null },
  { text: "Which two digits are confused most often?", answers: ["1 and 7", "3 and 5", "4 and 9", "2 and 7"], right: null },
];

/** What a question says that asks for a digit. @param {number | null} digit  null: any */
export const digitText = (digit) => (digit === null ? "Draw a digit" : `Draw ${digit === 8 ? "an" : "a"} ${digit}`);

/**
 * The question that a form describes, or what is wrong with it. Answers that are left empty do not count.
 * @param {{text: string, kind: Kind, digit: number | null, answers: readonly string[], right: number | null}} form
 * @returns {{question: Draft, fault: null} | {question: null, fault: string}}
 */
export function readQuestion({ text, kind, digit, answers, right }) {
  const refuse = (/** @type {string} */ fault) => ({ question: null, fault });
  const sentence = text.trim();
  if (sentence === "") return refuse("Type the question.");
  if (sentence.length > LONGEST.text) return refuse(`The question has ${sentence.length} characters; at most ${LONGEST.text} fit.`);
  if (kind !== "choose") return { question: { text: sentence, answers: [], right: null, draws: kind, digit: kind === "digit" ? digit : null }, fault: null };
  const given = answers.map((answer, index) => ({ text: answer.trim(), isRight: index === right })).filter((answer) => answer.text !== "");
  if (given.length < 2) return refuse("Give at least two answers.");
  const tooLong = given.findIndex((answer) => answer.text.length > LONGEST.answer);
  if (tooLong >= 0) return refuse(`Answer ${tooLong + 1} is longer than ${LONGEST.answer} characters.`);
  if (new Set(given.map((answer) => answer.text)).size < given.length) return refuse("Two answers are the same.");
  const place = given.findIndex(({ isRight }) => isRight);
  return { question: { text: sentence, answers: given.map((answer) => answer.text), right: place < 0 ? null : place }, fault: null };
}

/**
 * A bar for each answer. Their lengths are shares of all answers.
 * @param {Pick<Question, "answers" | "counts" | "right">} question
 * @returns {{text: string, count: number, share: number, isRight: boolean}[]}
 */
export function barsOf({ answers, counts, right }) {
  const total = (counts ?? []).reduce((sum, count) => sum + count, 0);
  return answers.map((text, index) => {
    const count = counts?.[index] ?? 0;
    return { text, count, share: total > 0 ? count / total : 0, isRight: index === right };
  });
}

/** How many have answered. @param {number} answered @param {number} present */
export function answeredText(answered, present) {
  // who has answered may have left since
  return `${answered} of ${Math.max(answered, present)} answered`;
}
