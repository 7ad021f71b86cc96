/**
 * Pure: which key is meant. On a keyboard with Latin letters that is the letter on it, wherever it is; on any other it is the
 * key in the place where a Latin keyboard has the letter.
 *
 * @typedef {{key: string, code: string, shiftKey?: boolean}} Pressed  of a KeyboardEvent
 */

/** The equivalents of characters of the Latin keyboard. @type {Record<string, string>} */
const ALIKE = { "؟": "?", "？": "?", "ı": "i", "İ": "i" };
/** What browsers say where an input method has the key. */
const UNKNOWN = new Set(["Process", "Unidentified"]);
const ASCII = /^[ -~]+$/;

/** The letter that a Latin keyboard has in the place of a key; undefined for other keys. @param {string} code */
const letterAt = (code) => /^Key([A-Z])$/.exec(code)?.[1].toLowerCase();

/** @param {string} key */
const isForeign = (key) => !ASCII.test(key) && !/\p{Script=Latin}/u.test(key);

/**
 * Reads one key after the other: some keyboards without Latin letters have a sign of punctuation on a letter's key, and
 * only what was pressed before tells them from Latin ones.
 * @returns {(event: Pressed) => string} a lower-case letter, another sign, or the name of a key as in KeyboardEvent.key
 */
export function createKeyReader() {
  let isLatin = true;

  return ({ key, code }) => {
    const letter = letterAt(code);
    if (letter !== undefined && /^[a-z]$/i.test(key)) isLatin = true;
    if (letter !== undefined && isForeign(key)) isLatin = false;
    if (Object.hasOwn(ALIKE, key)) return ALIKE[key];
    if (letter !== undefined && (isForeign(key) || UNKNOWN.has(key))) return letter;
    if (letter !== undefined && !isLatin && /^[!-~]$/.test(key)) return letter;
    return [...key].length === 1 ? key.toLowerCase() : key;
  };
}

/**
 * The number on a key of the row of digits or of the keypad, also where digits need Shift; null for other keys.
 * @param {Pressed} event
 */
export function digitOf({ key, code, shiftKey = false }) {
  if (/^\d$/.test(key)) return Number(key);
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  return digit === undefined || shiftKey ? null : Number(digit);
}
