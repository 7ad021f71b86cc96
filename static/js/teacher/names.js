/** Whether this page shows the names of students, or numbers in their place: one choice for all views of the class. */

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 * @typedef {{seat: number | null, name: string | null}} Named
 */

/** The entry of the tab's storage that a reload finds. */
const ENTRY = "class-names";

/**
 * The same object without the name; without a seat it is the teacher's own.
 * @template {Named} T @param {T} named @returns {T}
 */
const numbered = (named) => (named.seat === null || named.name === null ? named : { ...named, name: `Student ${named.seat}` });

/**
 * Remembers what was made of the last argument, so that nothing is new to the views that was not before.
 * @template T, R @param {(from: T) => R} make @returns {(from: T) => R}
 */
function remembered(make) {
  /** @type {{from: T, made: R} | null} */
  let last = null;
  return (from) => {
    if (last?.from !== from) last = { from, made: make(from) };
    return last.made;
  };
}

/** Makes the state that is shown while names are hidden. */
function createNameless() {
  /** @type {WeakMap<object, any>} */
  const made = new WeakMap();
  const each = /** @type {<T extends Named>(named: T) => T} */ ((named) => made.get(named) ?? (made.set(named, numbered(named)), made.get(named)));
  const tilesOf = remembered((/** @type {ClassState["tiles"]} */ tiles) => new Map([...tiles].map(([seat, tile]) => [seat, each(tile)])));
  const snapshotsOf = remembered((/** @type {NonNullable<ClassState["room"]>["snapshots"]} */ snapshots) => snapshots.map(each));
  const roomOf = remembered((/** @type {ClassState["room"]} */ room) => room && { ...room, snapshots: snapshotsOf(room.snapshots) });
  const resultsOf = remembered((/** @type {ClassState["results"]} */ results) => results && { ...results, results: results.results.map(each) });
  const digitsOf = remembered((/** @type {ClassState["digits"]} */ digits) => digits && { ...digits, drawn: digits.drawn.map((one) => ({ ...one, name: "" })) });
  return remembered((/** @type {ClassState} */ state) => ({
    ...state, digits: digitsOf(state.digits), tiles: tilesOf(state.tiles), room: roomOf(state.room), results: resultsOf(state.results), watching: state.watching && each(state.watching),
  }));
}

/**
 * @param {object} parts
 * @param {() => Pick<Storage, "getItem" | "setItem" | "removeItem">} parts.tab  the tab's storage, which may throw
 * @param {() => void} parts.onChange
 */
export function createNames({ tab, onChange }) {
  const nameless = createNameless();
  let areHidden = false;
  try {
    areHidden = tab().getItem(ENTRY) !== null;
  } catch {
    // they are shown
  }

  return {
    get areHidden() {
      return areHidden;
    },
    toggle() {
      areHidden = !areHidden;
      try {
        if (areHidden) tab().setItem(ENTRY, "hidden");
        else tab().removeItem(ENTRY);
      } catch {
        // it lasts as long as the page
      }
      onChange();
    },
    /** What views are to draw. @param {ClassState} state @returns {ClassState} */
    shown: (state) => (areHidden ? nameless(state) : state),
  };
}
