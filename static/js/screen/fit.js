/** How large a question can be, so that all of it is on the screen. Pure. Lengths are in the type size of the screen. */

/** @typedef {{heading: number, answer: number, columns: number}} Size */

/** From large to small; the style sheet has the same numbers under `data-fit`. @type {readonly Size[]} */
const SIZES = [
  { heading: 3.6, answer: 2.4, columns: 1 },
  { heading: 2.6, answer: 1.8, columns: 1 },
  { heading: 2.2, answer: 1.6, columns: 2 },
  { heading: 1.8, answer: 1.25, columns: 2 },
  { heading: 1.6, answer: 1.05, columns: 2 },
];

/** Room for the question and its answers in a window of 16:9. */
const ROOM = { width: 67, height: 28.7 };
/** Beside a map. */
const NARROW = { width: 26, height: 26 };
/** Width of a character and height of a line, as shares of the type size. */
const CHARACTER = 0.54;
const LINE = { heading: 1.2, answer: 1.25 };
/** Around an answer: its letter at the side, and its bar and a gap below. */
const [BESIDE, BELOW] = [11, 2];

/** @param {string} text @param {number} size @param {number} width @param {number} line */
const heightOf = (text, size, width, line) => Math.ceil((text.length * size * CHARACTER) / width) * size * line;

/**
 * The size of a question.
 * @param {{text: string, answers: readonly string[]}} question
 * @returns {number} 0 to 4; 0 is the largest
 */
export function fitOf({ text, answers }) {
  const room = answers.length > 0 ? ROOM : NARROW;
  const fitting = SIZES.findIndex(({ heading, answer, columns }) => {
    const width = room.width / columns - BESIDE;
    const heights = answers.map((one) => heightOf(one, answer, width, LINE.answer) + BELOW);
    const all = columns > 1 ? Math.ceil(answers.length / columns) * Math.max(...heights) : heights.reduce((sum, height) => sum + height, 0);
    return heightOf(text, heading, room.width, LINE.heading) + (heights.length > 0 ? all : 0) <= room.height;
  });
  return fitting < 0 ? SIZES.length - 1 : fitting;
}
