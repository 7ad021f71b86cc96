/**
 * A student's place in a class, as this browser keeps it: the secret by which the server knows the seat again, the name,
 * and what the tab shows. Pure.
 *
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Entries
 * @typedef {{secret: string, name: string | null, at: number}} Seat
 * @typedef {import("../page/subject.js").SubjectName} SubjectName
 */

import { subjectOfLink } from "../page/subject.js";

/** The entry with the seats of all classes, by code. */
const KEY = "seats";
/** How long a seat is kept, in ms: classes do not last that long. */
const KEPT_FOR = 7 * 24 * 3600 * 1000;
const LENGTH = 32;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const CODE = /^[0-9A-HJKMNP-TV-Z]{6}$/;

/**
 * The code in the address of a student's page: case, spaces, hyphens and look-alikes are forgiven.
 * @param {string} path  from the root of the server on: class/CODE…
 * @returns {string | null} null if it is none
 */
export function codeIn(path) {
  let text = path.split("/")[1] ?? "";
  try {
    text = decodeURIComponent(text);
  } catch {
    return null;
  }
  const code = text.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return CODE.test(code) ? code : null;
}

/** A code as it is read: in two halves. @param {string} code */
export const spokenCode = (code) => code.replace(/^(...)(...)$/, "$1 $2");

/**
 * The path of a student's page, from the root of the server on.
 * @param {string} code @param {string | null | undefined} lesson @param {SubjectName} [subject]  a lesson has its own
 */
export function pathOf(code, lesson, subject = "plane") {
  if (lesson) return `class/${code}/lessons/${lesson}`;
  return subject === "digits" ? `class/${code}/digits` : `class/${code}`;
}

/** A page of the class, by what is on it. @typedef {{lesson: string, subject: SubjectName}} Place  lesson: "" for none */

/**
 * The page that can show a student what there is now: the present lesson, if what is shown belongs on its page.
 * @param {object} now
 * @param {{lesson: string | null, link: string} | null} now.task
 * @param {SubjectName | null} now.shown  the subject of the network that the server shows; null: it shows none yet
 * @param {Place} here  the present page
 * @returns {Place}
 */
export function placeOf({ task, shown }, here) {
  if (shown === null) return here;
  if (task === null) return { lesson: shown === here.subject ? here.lesson : "", subject: shown };
  const ofTask = subjectOfLink(task.link) ?? "plane";
  return { lesson: ofTask === shown ? task.lesson ?? "" : "", subject: shown };
}

/** @param {(bytes: Uint8Array<ArrayBuffer>) => unknown} fill  with random bytes */
function newSecret(fill) {
  const bytes = new Uint8Array(LENGTH);
  fill(bytes);
  return [...bytes].map((byte) => LETTERS[byte % LETTERS.length]).join("");
}

/** @param {unknown} value @returns {value is Seat} */
function isSeat(value) {
  const { secret, at } = Object(value);
  return typeof secret === "string" && /^[\w-]{16,64}$/.test(secret) && typeof at === "number";
}

/**
 * The seat in a class: the one that this browser has, or else a new one.
 * @param {object} parts
 * @param {() => Entries} parts.storage  may throw
 * @param {string} parts.code
 * @param {number} parts.now  ms since 1970
 * @param {(bytes: Uint8Array<ArrayBuffer>) => unknown} parts.fill  with random bytes
 */
export function createSeat({ storage, code, now, fill }) {
  let present = code;
  const known = read()[code];
  /** @type {Seat} */
  const seat = { secret: known?.secret ?? newSecret(fill), name: typeof known?.name === "string" ? known.name : null, at: now };
  let isKept = write({ ...read(), [code]: seat });

  /** @returns {Record<string, Seat>} those that are not too old */
  function read() {
    try {
      const entries = Object.entries(Object(JSON.parse(storage().getItem(KEY) ?? "{}")));
      return Object.fromEntries(/** @type {[string, Seat][]} */ (entries.filter(([, value]) => isSeat(value) && now - value.at < KEPT_FOR)));
    } catch {
      return {};
    }
  }

  /** @param {Record<string, Seat>} seats @returns {boolean} whether the browser keeps them */
  function write(seats) {
    try {
      storage().setItem(KEY, JSON.stringify(seats));
      return true;
    } catch {
      return false;
    }
  }

  return {
    secret: seat.secret,
    /** The name that was chosen; null: none yet. */
    get name() {
      return seat.name;
    },
    /** Whether a reload finds the seat again. */
    get isKept() {
      return isKept;
    },
    /** @param {string | null} name */
    keepName(name) {
      if (name === seat.name) return;
      seat.name = name;
      isKept = write({ ...read(), [present]: seat });
    },
    /** The class has another code now. @param {string} next */
    moveTo(next) {
      if (next === present) return;
      const { [present]: _old, ...others } = read();
      present = next;
      isKept = write({ ...others, [next]: seat });
    },
    /** The seat is given up. */
    forget() {
      const { [present]: _old, ...others } = read();
      write(others);
    },
  };
}

/** The task that this tab's experiment belongs to, and how often everyone was brought to a step of it.
 * @typedef {{number: number, moves: number}} KnownTask  number: 0 for none; moves: -1 before the lesson has begun */

const TASK = "task";

/** @param {() => Entries} storage  may throw */
export function createTaskMemory(storage) {
  /** @type {KnownTask} */
  let known = { number: 0, moves: 0 };
  try {
    const { number, moves } = Object(JSON.parse(storage().getItem(TASK) ?? "{}"));
    if (Number.isInteger(number) && Number.isInteger(moves)) known = { number, moves };
  } catch {
    // the server hands the task out again
  }
  return {
    /** @returns {KnownTask} */
    get: () => known,
    /** @param {KnownTask} task */
    set(task) {
      if (task.number === known.number && task.moves === known.moves) return;
      known = { number: task.number, moves: task.moves };
      try {
        storage().setItem(TASK, JSON.stringify(known));
      } catch {
        // it is remembered as long as the page
      }
    },
  };
}
