/** Tables of examples: how the server is asked to read one, what its answer says, and what the upload dialog shows of it. */

/** The largest table that the server takes, in bytes. */
export const MOST_BYTES = 2 ** 20;
/** Errors that are listed. */
const MOST_ERRORS = 100;

/** What a column can be. */
const ROLES = /** @type {const} */ (["x1", "x2", "label", "split"]);
/** @typedef {typeof ROLES[number]} Role */
/** Which column is what, counted from 0; null: none. @typedef {Partial<Record<Role, number | null>>} Columns */

/**
 * What the server made of a table.
 * @typedef {object} Answer
 * @property {string | null} code  of the examples; null: none were imported
 * @property {"classification" | "regression"} problem
 * @property {string} message  a sentence about it
 * @property {string[]} errors  a sentence for each
 * @property {string[]} notes  sentences on what is unusual about the table, and what was done about it
 * @property {boolean} isQuestion  whether `message` asks which column is which
 * @property {boolean} header  whether the first row is a header
 * @property {"classes" | "values" | null} kind  of the labels; null: not known
 * @property {string[]} names  of the columns; empty if nothing is known of them
 * @property {Columns} columns
 * @property {string[][]} preview  the first rows
 * @property {string[]} labels  names of the classes
 * @property {boolean} fits  whether all points lie on the map
 */

/** @type {Answer} */
const NOTHING = { code: null, problem: "classification", message: "", errors: [], notes: [], isQuestion: false, header: false, kind: null, names: [], columns: {}, preview: [], labels: [], fits: true };

/** What went wrong, by HTTP status, where the server sends no message. @type {Record<number, string>} */
const STATUS_MESSAGES = { 408: "The upload took too long.", 413: "The table is too large.", 503: "The server is busy. Try again in a moment." };
/** @type {Record<string, string>} */
const PART_NAMES = { train: "for training", validation: "for validation", test: "for testing" };

/**
 * What the user chose about a table; null: as the server finds it.
 * @typedef {object} Choices
 * @property {Columns} columns
 * @property {boolean} scale
 * @property {boolean | null} [header]  whether the first row is a header
 * @property {"classes" | "values" | null} [kind]  of the labels
 */

/**
 * What reads a table with these choices.
 * @param {Choices} choices
 * @returns {string} from the root of the server on
 */
export function pathOf({ columns, scale, header = null, kind = null }) {
  const query = new URLSearchParams();
  for (const role of ROLES) {
    const column = columns[role];
    if (column !== undefined && column !== null) query.set(role, String(column));
  }
  if (header !== null) query.set("header", String(header));
  if (kind !== null) query.set("kind", kind);
  if (scale) query.set("scale", "true");
  const text = query.toString();
  return `api/datasets${text && `?${text}`}`;
}

/**
 * Gives a column a role, which no other column has then.
 * @param {Columns} columns
 * @param {number} index  of the column
 * @param {Role | null} role  null: the column is not used
 * @returns {Columns}
 */
export function withRole(columns, index, role) {
  const others = Object.entries(columns).map(([name, other]) => [name, other === index ? null : other]);
  return { ...Object.fromEntries(others), ...(role && { [role]: index }) };
}

/**
 * The role of a column.
 * @param {Columns} columns
 * @param {number} index  of the column
 * @returns {Role | null} null: it is not used
 */
export function roleOf(columns, index) {
  return ROLES.find((role) => columns[role] === index) ?? null;
}

/**
 * The size of a table.
 * @param {Blob | string} body
 * @returns {number} bytes
 */
export function sizeOf(body) {
  return typeof body === "string" ? new TextEncoder().encode(body).length : body.size;
}

/**
 * Whether enough columns have a role; without x2 the data have one dimension.
 * @param {Columns} columns
 * @returns {boolean}
 */
export function isComplete({ x1 = null, label = null }) {
  return x1 !== null && label !== null;
}

/**
 * A file name that is safe to show: without invisible characters, some of which reverse the text after them.
 * @param {string} name
 * @returns {string} at most 80 characters
 */
export function plainName(name) {
  return name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\ufffd").slice(0, 80);
}

/** @param {number} count @param {string} noun */
const counted = (count, noun) => `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
/** With a capital and a period. @param {string} text */
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

/**
 * Reads the server's answer.
 * @param {number} status  of HTTP
 * @param {any} body  parsed; null: it was not JSON
 * @returns {Answer}
 */
export function readAnswer(status, body) {
  if (body === null || typeof body !== "object" || !Array.isArray(body.errors)) {
    return { ...NOTHING, message: STATUS_MESSAGES[status] ?? "The server could not read the table." };
  }
  const { examples, errors, refused, columns, preview, labels, classes, count, parts, fits, notes, header, kind } = body;
  const answer = {
    ...NOTHING, names: columns.map((/** @type {any} */ { name }) => name), columns: rolesOf(columns), preview, fits: fits !== false, notes, header, kind,
  };
  if (examples === null) return { ...answer, ...refusalOf(errors, refused) };
  const problem = classes > 0 ? "classification" : "regression";
  const what = classes > 0 ? counted(classes, "class") : "values";
  const given = ["train", "validation", "test"].filter((part) => parts[part] > 0).map((part) => `${parts[part].toLocaleString("en-US")} ${PART_NAMES[part]}`);
  const split = given.length > 0 ? `, ${given.join(", ")}` : "";
  return { ...answer, code: examples, problem, labels: labels.filter(Boolean), message: `${counted(count, "example")}, ${what}${split}.` };
}

/** @param {{role: Role | null}[]} columns @returns {Columns} */
function rolesOf(columns) {
  return Object.fromEntries(columns.flatMap(({ role }, index) => (role ? [[role, index]] : [])));
}

/** @param {{code: string, message: string}[]} errors  the first of them @param {number} count  how many there are */
function refusalOf(errors, count) {
  const listed = errors.slice(0, MOST_ERRORS).map(({ message }) => sentence(message));
  const isQuestion = errors[0]?.code === "csv_unknown_columns";
  if (count === 1 && listed.length === 1) return { message: isQuestion ? listed[0] : `Nothing imported. ${listed[0]}`, isQuestion };
  const rest = count - listed.length;
  return {
    message: `Nothing imported: ${counted(count, "error")}.`,
    errors: rest > 0 ? [...listed, `And ${rest.toLocaleString("en-US")} more.`] : listed,
  };
}

/**
 * Lets the server read a table.
 * @param {typeof globalThis.fetch} fetch @param {string} address @param {Blob | string} body
 * @returns {Promise<Answer>}
 */
export async function askForTable(fetch, address, body) {
  try {
    const response = await fetch(address, { method: "POST", body, headers: { "Content-Type": "text/csv; charset=utf-8" } });
    return readAnswer(response.status, await response.json().catch(() => null));
  } catch {
    return { ...NOTHING, message: "The server is not responding. Try again once the connection is back." };
  }
}

/* ---- The upload dialog ---- */

/** What a column can be used for, as the user reads it. @type {readonly (readonly [Role | "", string])[]} */
export const ROLE_NAMES = [["", "Not used"], ["x1", "x₁"], ["x2", "x₂"], ["label", "Class or value"], ["split", "Training or test"]];

/**
 * The role of an option of a column's select.
 * @param {string} value  of the option
 * @returns {Role | null} null: the column is not used
 */
export const roleNamed = (value) => ROLES.find((role) => role === value) ?? null;

/** @param {string} name  of the file, or "" for rows that were pasted */
const prefix = (name) => (name ? `${name}: ` : "");

/**
 * What is said while a table is read.
 * @param {string} name  of the file, or "" for rows that were pasted
 * @returns {string}
 */
export const readingText = (name) => `Reading ${name || "the rows"}…`;

/**
 * What is said of a table that is too large.
 * @param {string} name  of the file, or "" for rows that were pasted
 * @returns {string}
 */
export const tooLargeText = (name) => `${prefix(name)}The table is larger than ${MOST_BYTES / 2 ** 20} MiB, the limit.`;

/**
 * What is said of a table that has been read.
 * @param {Answer} answer
 * @param {string} name  of the file, or "" for rows that were pasted
 * @param {boolean} isScaled  whether its points are scaled to the map
 * @returns {{text: string, isBad: boolean}}
 */
export function resultText({ code, message, fits, isQuestion }, name, isScaled) {
  const beyond = code !== null && !fits && !isScaled ? " Some points lie outside the map. Scale them to fit." : "";
  return { text: `${prefix(name)}${message}${beyond}`, isBad: code === null && !isQuestion };
}

/**
 * The preview of a table.
 * @param {Pick<Answer, "names" | "columns" | "preview">} answer
 * @returns {{heads: {title: string, label: string, role: Role | "", isUsed: boolean}[], rows: string[][]}}
 *   `label`: accessible name of the column's select; each row has a cell for each column
 */
export function previewOf({ names, columns, preview }) {
  return {
    heads: names.map((name, index) => ({
      title: name || `Column ${index + 1}`, label: `Use of ${name || `column ${index + 1}`}`,
      role: roleOf(columns, index) ?? "", isUsed: Object.values(columns).includes(index),
    })),
    rows: preview.map((row) => names.map((_, index) => row[index] ?? "")),
  };
}

/**
 * Whether a table may be among what is dragged: any file but an experiment.
 * @param {Iterable<{kind: string, type: string}>} items
 * @returns {boolean}
 */
export const carriesTable = (items) => [...items].some(({ kind, type }) => kind === "file" && type !== "application/json");
