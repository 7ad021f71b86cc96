/** The code of a class, as it is typed. Pure. */

export const CODE_LENGTH = 6;

/**
 * The characters of a code in what was typed or pasted: case, spaces, hyphens and look-alikes are forgiven, and a link to the
 * class will do.
 * @param {string} text
 * @returns {string} at most six letters and digits
 */
export function codeOf(text) {
  const [, linked = text] = /.*\/class\/([^/?#]+)/s.exec(text) ?? [];
  const letters = linked.toUpperCase().replace(/[^0-9A-Z]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return letters.slice(0, CODE_LENGTH);
}

/**
 * What a field for a code shows: "ABC 234", with the caret where it was.
 * @param {string} text  in the field
 * @param {number} caret  characters before it
 * @returns {{text: string, caret: number}}
 */
export function shownCode(text, caret) {
  const code = codeOf(text);
  const before = Math.min(code.length, codeOf(text.slice(0, caret)).length);
  return { text: code.length > 3 ? `${code.slice(0, 3)} ${code.slice(3)}` : code, caret: before > 3 ? before + 1 : before };
}

/**
 * What is wrong with a code.
 * @param {string} code  as `codeOf` returns it
 * @returns {string} "" if it can be one
 */
export function faultOf(code) {
  if (code === "") return "Type the code that your teacher shows.";
  if (code.length < CODE_LENGTH) return `A code has six letters and digits; this one has ${code.length}.`;
  return code.includes("U") ? "A code has no U. Is it a V?" : "";
}
