/** Tables with examples: how the server is asked to read one, and what its answer says. */

/** The server takes no larger table. */
export const MOST_BYTES = 2 ** 20;
/** So many of its faults are told. */
const MOST_FAULTS = 100;

/** What a column can be. */
export const ROLES = /** @type {const} */ (["x1", "x2", "label", "split"]);
/** @typedef {typeof ROLES[number]} Role */
/** Which column is what, counted from 0; null: none. @typedef {Partial<Record<Role, number | null>>} Columns */

/**
 * What came of a table.
 * @typedef {object} Answer
 * @property {string | null} code  of the examples; null: none are taken
 * @property {"classification" | "regression"} problem
 * @property {string} says  a sentence about it
 * @property {string[]} faults  sentences, too
 * @property {string[]} notes  sentences on what is odd about the table, and what was done
 * @property {boolean} asks  whether `says` is a question: which column is what
 * @property {boolean} header  whether the first row has names
 * @property {"classes" | "values" | null} kind  of the labels; null: not known
 * @property {string[]} names  of the columns; none if nothing can be said of them
 * @property {Columns} columns
 * @property {string[][]} preview  the first rows
 * @property {string[]} labels  names of the classes
 * @property {boolean} fits  whether all points lie on the map
 */

/** @type {Answer} */
const NOTHING = { code: null, problem: "classification", says: "", faults: [], notes: [], asks: false, header: false, kind: null, names: [], columns: {}, preview: [], labels: [], fits: true };

/** The text for what is wrong where the server says nothing of its own. @type {Record<number, string>} */
const WORDS = { 408: "It took too long to arrive.", 413: "It is too large.", 503: "The server is busy: try again in a moment." };
/** @type {Record<string, string>} */
const PART_NAMES = { train: "for training", validation: "for validation", test: "for the test" };

/**
 * What is chosen about a table; null: as the server finds it.
 * @typedef {object} Choices
 * @property {Columns} columns
 * @property {boolean} scale
 * @property {boolean | null} [header]  whether the first row has names
 * @property {"classes" | "values" | null} [kind]  of the labels
 */

/**
 * @param {Choices} choices
 * @returns {string} an address on this server
 */
export function addressOf({ columns, scale, header = null, kind = null }) {
  const query = new URLSearchParams();
  for (const role of ROLES) {
    const column = columns[role];
    if (column !== undefined && column !== null) query.set(role, String(column));
  }
  if (header !== null) query.set("header", String(header));
  if (kind !== null) query.set("kind", kind);
  if (scale) query.set("scale", "true");
  const text = query.toString();
  return `/api/datasets${text && `?${text}`}`;
}

/**
 * A column given to a role, which no other has then; null: it is not used.
 * @param {Columns} columns @param {number} place @param {Role | null} role
 * @returns {Columns}
 */
export function withRole(columns, place, role) {
  const others = Object.entries(columns).map(([name, other]) => [name, other === place ? null : other]);
  return { ...Object.fromEntries(others), ...(role && { [role]: place }) };
}

/** The role of a column; null: it is not used. @param {Columns} columns @param {number} place @returns {Role | null} */
export function roleOf(columns, place) {
  return ROLES.find((role) => columns[role] === place) ?? null;
}

/** Bytes of a table. @param {Blob | string} body */
export function sizeOf(body) {
  return typeof body === "string" ? new TextEncoder().encode(body).length : body.size;
}

/** Whether enough columns have a role: x2 may be missing, then the data are of one dimension. @param {Columns} columns */
export function isWhole({ x1 = null, label = null }) {
  return x1 !== null && label !== null;
}

/**
 * A name as it may be shown: without characters that cannot be seen, of which some turn the text after them around.
 * @param {string} name
 */
export function plainName(name) {
  return name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\ufffd").slice(0, 80);
}

/** @param {number} count @param {string} noun */
const counted = (count, noun) => `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
/** With a capital and a full stop. @param {string} text */
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

/**
 * @param {number} status  of the answer
 * @param {any} body  of it; null: it was no JSON
 * @returns {Answer}
 */
export function readAnswer(status, body) {
  if (body === null || typeof body !== "object" || !Array.isArray(body.errors)) {
    return { ...NOTHING, says: WORDS[status] ?? "The server could not read it." };
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
  return { ...answer, code: examples, problem, labels: labels.filter(Boolean), says: `${counted(count, "example")}, ${what}${split}.` };
}

/** @param {{role: Role | null}[]} columns @returns {Columns} */
function rolesOf(columns) {
  return Object.fromEntries(columns.flatMap(({ role }, place) => (role ? [[role, place]] : [])));
}

/** @param {{code: string, message: string}[]} errors  the first of them @param {number} refused  how many there are */
function refusalOf(errors, refused) {
  const told = errors.slice(0, MOST_FAULTS).map(({ message }) => sentence(message));
  const asks = errors[0]?.code === "csv_unknown_columns";
  if (refused === 1 && told.length === 1) return { says: asks ? told[0] : `Nothing imported. ${told[0]}`, asks };
  const rest = refused - told.length;
  return {
    says: `Nothing imported: ${counted(refused, "error")}.`,
    faults: rest > 0 ? [...told, `And ${rest.toLocaleString("en-US")} more.`] : told,
  };
}

/**
 * Has the server read a table.
 * @param {typeof globalThis.fetch} fetch @param {string} address @param {Blob | string} body
 * @returns {Promise<Answer>}
 */
export async function askForTable(fetch, address, body) {
  try {
    const response = await fetch(address, { method: "POST", body, headers: { "Content-Type": "text/csv; charset=utf-8" } });
    return readAnswer(response.status, await response.json().catch(() => null));
  } catch {
    return { ...NOTHING, says: "The server does not answer. Try again when the connection is back." };
  }
}
