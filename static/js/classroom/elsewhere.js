/**
 * The teacher's page of another subject, which opens when a network comes that the present page cannot show. A student who is
 * looked at over the shoulder is looked at there, too.
 *
 * @typedef {import("../page/subject.js").SubjectName} SubjectName
 */

/** The entry of the tab's storage with the student to look at. */
const ENTRY = "class-look";
/** Where the pages are, from the root on. @type {Record<SubjectName, string>} */
const PATHS = { plane: "teach", digits: "teach/digits" };

/**
 * @param {object} parts
 * @param {() => Pick<Storage, "getItem" | "setItem" | "removeItem">} parts.tab  the tab's storage, which may throw
 * @param {(path: string) => void} parts.go  opens a page, from the root on
 * @param {() => string} parts.ownLink  that of the teacher's own network, as the address has it
 */
export function createElsewhere({ tab, go, ownLink }) {
  /** The student to look at, until that is so. @type {number | null} */
  let seat = null;
  /** Where the teacher's own network is shown, if not here. @type {string | null} */
  let own = null;
  try {
    seat = Number(tab().getItem(ENTRY)) || null;
    tab().removeItem(ENTRY);
  } catch {
    // the page shows the teacher's own network
  }

  return {
    /** The student to look at, once the class has let the page in. */
    get seat() {
      return seat;
    },
    /** What comes is a network of another subject. @param {SubjectName} other @param {string} link  of its experiment @param {{seat: number | null} | null} watching */
    leave(other, link, watching) {
      if (watching) {
        try {
          tab().setItem(ENTRY, String(watching.seat));
        } catch {
          // then it is to be opened once more
        }
        return go(PATHS[other] + ownLink());
      }
      own = PATHS[other] + link;
      // the student's network is on its way
      if (seat === null) go(own);
    },
    /** The page looks at the student. */
    arrived() {
      seat = null;
    },
    /** It cannot: the student is gone. */
    refused() {
      if (seat === null) return;
      seat = null;
      if (own !== null) go(own);
    },
  };
}
