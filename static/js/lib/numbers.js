/**
 * Reads numbers as people type them, with a comma or a point, and explains why other text is not one. Pure. Text that could
 * mean two numbers is refused instead of guessed, and refused text never becomes another number.
 *
 * @typedef {object} Range
 * @property {number} [low]  the least allowed value
 * @property {number} [high]  the largest
 * @property {boolean} [above]  `low` itself is not allowed
 * @property {boolean} [whole]  whole numbers only
 * @property {string} [unit]  which may follow the number, as "%"
 */
/** What text means: a number, nothing, or why it is neither.
 * @typedef {{kind: "number", value: number} | {kind: "empty"} | {kind: "refused", reason: string}} Reading */

/** The digit zero of scripts whose keyboards have digits of their own: Arabic, Persian, Devanagari. */
const ZEROS = [0x0660, 0x06f0, 0x0966];
/** Signs that look like a minus or plus, and marks that are a comma or point elsewhere. @type {[RegExp, string][]} */
const ALIKE = [[/[−–‐‑﹣]/g, "-"], [/[\u066b]/g, ","], [/[\u066c]/g, "'"]];
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** Invisible characters that get into text when it is copied. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const BLANK = "[\\s\\u00a0\\u2007\\u2009\\u202f]";
const BLANKS_AROUND = new RegExp(`^${BLANK}+|${BLANK}+$`, "g");
const NUMBER = /^([+-]?)(\d+[.,]?\d*|[.,]\d+)(?:e([+-]?\d+))?$/i;
/** Groups of three digits, as thousands are written somewhere in the world; then perhaps decimals. */
const GROUPED = new RegExp(`^(\\d{1,3}([,.'’_]|${BLANK})\\d{3}(?:\\2\\d{3})*)(?:(?!\\2)[.,](\\d+))?$`);
/** One group with a comma or a point: it may just as well be a decimal fraction, unless it begins with a zero. */
const ONE_GROUP = /^([1-9]\d{0,2})([.,])(\d{3})$/;
/** Fractions that are one character, and what they are. @type {Record<string, string>} */
const FRACTIONS = { "½": "0.5", "¼": "0.25", "¾": "0.75", "⅕": "0.2", "⅛": "0.125" };
const LONGEST_QUOTE = 24;

/** The digits, signs and powers of text in one notation. @param {string} text */
function plain(text) {
  let result = text.replace(UNSEEN, "").replace(BLANKS_AROUND, "")
    // the wide forms of East Asian keyboards
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
  for (const [pattern, sign] of ALIKE) result = result.replace(pattern, sign);
  result = [...result].map((sign) => {
    const code = sign.codePointAt(0) ?? 0;
    const zero = ZEROS.find((first) => code >= first && code < first + 10);
    return zero === undefined ? sign : String(code - zero);
  }).join("");
  // as the page writes it: 1.2·10⁻⁴
  return result.replace(/(\d)\s*[·×*]\s*10(?:\^([+-]?\d+)|([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))$/, (_all, digit, typed, raised) =>
    `${digit}e${typed ?? [...raised].map((sign) => (sign === "⁻" ? "-" : sign === "⁺" ? "+" : SUPERSCRIPTS.indexOf(sign))).join("")}`);
}

/**
 * What is expected, in words: "a whole number from 1 to 100".
 * @param {Range} range
 * @returns {string}
 */
export function expected({ low = -Infinity, high = Infinity, above = false, whole = false }) {
  const what = whole ? "a whole number" : "a number";
  if (Number.isFinite(low) && Number.isFinite(high)) return `${what} ${above ? "above" : "from"} ${shown(low)} ${above ? "up to" : "to"} ${shown(high)}`;
  if (Number.isFinite(low)) return above ? `${what} above ${shown(low)}` : `${what} of at least ${shown(low)}`;
  if (Number.isFinite(high)) return `${what} of at most ${shown(high)}`;
  return whole ? what : `${what}, such as 0.25`;
}

/** @param {number} value */
const shown = (value) => String(Number(value.toPrecision(9)));

/** Text, short enough to be quoted. @param {string} text */
function quoted(text) {
  const characters = [...text.replace(BLANKS_AROUND, "")];
  return `“${characters.length > LONGEST_QUOTE ? `${characters.slice(0, LONGEST_QUOTE - 1).join("")}…` : characters.join("")}”`;
}

/** @param {number} value @param {Range} range */
function isWithin(value, { low = -Infinity, high = Infinity, above = false }) {
  return (above ? value > low : value >= low) && value <= high;
}

/**
 * Why digits that may be grouped as thousands are not read; null if they are a plain number.
 * @param {string} text  without blanks around @param {Range} range
 */
function whyGrouped(text, range) {
  const sign = text.startsWith("-") ? "-" : "";
  const body = text.replace(/^[+-]/, "");
  const one = ONE_GROUP.exec(body);
  if (one) {
    const [, thousands, mark, rest] = one;
    const [grouped, decimal] = [`${sign}${thousands}${rest}`, `${sign}${thousands}.${rest}`];
    // the page writes decimals with a point; and where a thousand is out of range, the comma is a decimal one
    if (!range.whole && (mark === "." || !isWithin(Number(grouped), range))) return null;
    return range.whole ? `has a thousands separator; write ${grouped}` : `could be ${grouped} or ${decimal}; write one of these`;
  }
  const match = GROUPED.exec(body);
  if (!match || /^\d+[.,]\d+$/.test(body)) return null;
  const [, groups, , decimals] = match;
  return `has thousands separators; write ${sign}${groups.replace(/\D/g, "")}${decimals === undefined ? "" : `.${decimals}`}`;
}

/** What to do about text that is not a number. @param {string} text */
function hintAt(text) {
  if (Object.hasOwn(FRACTIONS, text)) return `; write ${FRACTIONS[text]}`;
  if (/^[+-]?\d+\s*[/⁄∕:]\s*\d+$/.test(text)) return "; write fractions as decimals, such as 0.5";
  if (/%$/.test(text)) return "; leave out the percent sign";
  return "";
}

/** @param {number} value @param {string} digits  as typed @returns {string | null} why it is not the number that was typed */
function whyLost(value, digits) {
  if (!Number.isFinite(value)) return "is too large";
  return value === 0 && /[1-9]/.test(digits) ? "is too close to 0" : null;
}

/**
 * Reads a number. Decimal comma and point are the same; blanks around it, a typographic minus, digits of other scripts and
 * powers as the page writes them (1.2·10⁻⁴) are understood.
 * @param {string} text
 * @param {Range} [range]
 * @returns {Reading}
 */
export function readNumber(text, range = {}) {
  const { unit = "", whole = false } = range;
  let typed = plain(text);
  if (typed === "") return { kind: "empty" };
  if (unit !== "" && typed.endsWith(unit)) typed = typed.slice(0, -unit.length).replace(BLANKS_AROUND, "");
  const refused = (/** @type {string} */ why) => /** @type {Reading} */ ({ kind: "refused", reason: `${quoted(text)} ${why}` });
  const grouped = whyGrouped(typed, range);
  if (grouped) return refused(`${grouped}.`);
  const match = NUMBER.exec(typed);
  if (!match) return refused(`is not ${whole ? "a whole number" : "a number"}${hintAt(typed)}. Expected ${expected(range)}.`);
  const [, sign, digits, exponent = "0"] = match;
  const value = Number(`${sign}${digits.replace(",", ".")}e${exponent}`);
  const lost = whyLost(value, digits);
  if (lost) return refused(`${lost}. Expected ${expected(range)}.`);
  if (whole && !Number.isSafeInteger(value)) return refused(`is not a whole number. Expected ${expected(range)}.`);
  if (!isWithin(value, range)) return refused(`is out of range. Expected ${expected(range)}.`);
  return { kind: "number", value: value === 0 ? 0 : value };
}

/**
 * Whole numbers in a row, with a comma, a semicolon or a blank between them; null if anything else is there.
 * @param {string} text
 * @returns {number[] | null}
 */
export function readWholes(text) {
  const parts = plain(text).split(/\s*[,;]\s*|\s+/);
  if (parts.length === 1 && parts[0] === "") return [];
  const readings = parts.map((part) => readNumber(part, { whole: true }));
  const values = readings.flatMap((reading) => (reading.kind === "number" ? [reading.value] : []));
  return values.length === parts.length ? values : null;
}

/**
 * The number that an arrow key leads to: one step on, within the range, with no more decimals than number and step have.
 * @param {number} value @param {number} steps  1 for up, -1 for down, 10 for a page
 * @param {Range & {step: number}} range
 * @returns {number}
 */
export function stepped(value, steps, { low = -Infinity, high = Infinity, above = false, step }) {
  const decimals = Math.min(15, Math.max(decimalsOf(value), decimalsOf(step)));
  const next = Number((value + steps * step).toFixed(decimals));
  const least = above && next <= low ? Math.min(value, high) : low;
  return clamp(next, least, high);
}

/** The number of a range that is nearest to a value. @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/** Decimals that a number is written with. @param {number} value */
function decimalsOf(value) {
  const [digits, exponent = "0"] = String(value).split("e");
  return Math.max(0, (digits.split(".")[1]?.length ?? 0) - Number(exponent));
}

/**
 * A seed as it is used: any text, but one that is plainly a number with a decimal comma means that number.
 * @param {string} text
 */
export const seedOf = (text) => (/^\s*\d+,\d+\s*$/.test(text) ? text.trim().replace(",", ".") : text);
