/** Which students the wall shows, and in which order. Pure. */

/** @typedef {import("../classroom/types.js").Tile} Tile */

/** @typedef {"name" | "loss" | "accuracy" | "goal" | "hand" | "stuck"} Sort */
/**
 * What tiles must have in common to be shown. `loss` holds losses from `low` up to `high`, which is included in the last
 * column only.
 * @typedef {{kind: "state", value: Tile["state"]} | {kind: "reached"} | {kind: "hand"}
 *   | {kind: "loss", low: number, high: number, isLast: boolean} | {kind: "chosen", field: string, value: string}} Filter
 */

/** @type {{value: Sort, label: string}[]} */
export const SORTS = [
  { value: "name", label: "Name" }, { value: "loss", label: "Loss" }, { value: "accuracy", label: "Accuracy" },
  { value: "goal", label: "Goal" }, { value: "hand", label: "Hand" }, { value: "stuck", label: "Stuck" },
];

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** The loss that counts: of the test examples or, without these, of the training examples. @param {Pick<Tile, "test_loss" | "train_loss">} tile */
export const lossOf = ({ test_loss: test, train_loss: train }) => test ?? train;

/** The accuracy that counts. @param {Pick<Tile, "test_accuracy" | "train_accuracy">} tile */
export const accuracyOf = ({ test_accuracy: test, train_accuracy: train }) => test ?? train;

/** Whether a student has reached a goal. @param {Pick<Tile, "reached">} tile */
export const hasReached = ({ reached }) => Object.keys(reached).length > 0;

/** The epoch in which the first goal was reached. @param {Pick<Tile, "reached">} tile */
const reachedIn = ({ reached }) => Math.min(Infinity, ...Object.values(reached));

/** Who needs help first. @type {Partial<Record<Tile["state"], number>>} */
const TROUBLE = { stuck: 0, diverged: 1 };

/** What a sort compares: less comes first. @type {Record<Exclude<Sort, "name">, (tile: Tile) => number>} */
const KEYS = {
  loss: (tile) => (tile.state === "diverged" ? Infinity : lossOf(tile) ?? Infinity),
  accuracy: (tile) => -(accuracyOf(tile) ?? -Infinity),
  goal: reachedIn,
  hand: ({ hand }) => (hand ? 0 : 1),
  stuck: ({ state }) => TROUBLE[state] ?? 2,
};

/** By name, and by seat where names are the same. @param {{name: string, seat: number}} a @param {{name: string, seat: number}} b */
export const byName = (a, b) => collator.compare(a.name, b.name) || a.seat - b.seat;

/**
 * Tiles in order; those that are equal are ordered by name.
 * @param {Iterable<Tile>} tiles @param {Sort} sort
 * @returns {Tile[]}
 */
export function sortedTiles(tiles, sort) {
  if (sort === "name") return [...tiles].sort(byName);
  const key = KEYS[sort];
  const keyed = [...tiles].map((tile) => ({ tile, value: key(tile) }));
  return keyed.sort((a, b) => (a.value === b.value ? byName(a.tile, b.tile) : a.value - b.value)).map(({ tile }) => tile);
}

/** Whether a tile passes a filter. @param {Tile} tile @param {Filter} filter */
export function passes(tile, filter) {
  switch (filter.kind) {
    case "state": return tile.state === filter.value;
    case "reached": return hasReached(tile);
    case "hand": return tile.hand;
    case "chosen": return tile.chosen[filter.field] === filter.value;
    case "loss": {
      const loss = lossOf(tile);
      return loss !== null && tile.state !== "diverged" && loss >= filter.low && (loss < filter.high || (filter.isLast && loss <= filter.high));
    }
  }
}

/** A text by which names are searched. @param {string} text */
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();

/**
 * The seats that are shown, in order.
 * @param {Iterable<Tile>} tiles
 * @param {{sort: Sort, filters: readonly Filter[], query: string}} choice  query: a part of the name
 * @param {(tile: Tile) => string} [nameOf]  as it is shown
 * @returns {number[]}
 */
export function seatsToShow(tiles, { sort, filters, query }, nameOf = ({ name }) => name) {
  const wanted = plain(query);
  const those = [...tiles].filter((tile) => filters.every((filter) => passes(tile, filter)) && plain(nameOf(tile)).includes(wanted));
  return sortedTiles(those, sort).map(({ seat }) => seat);
}

/** What a filter is about: there is one filter of each. @param {Filter} filter */
const subjectOf = (filter) => (filter.kind === "chosen" ? `chosen ${filter.field}` : filter.kind === "state" || filter.kind === "reached" || filter.kind === "hand" ? "state" : "loss");

/** @param {Filter} a @param {Filter} b */
export const isSameFilter = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * The filters after one was clicked: it is added, replaces another of the same subject, or goes if it was there.
 * @param {readonly Filter[]} filters @param {Filter} filter
 * @returns {Filter[]}
 */
export function toggled(filters, filter) {
  if (filters.some((other) => isSameFilter(other, filter))) return filters.filter((other) => !isSameFilter(other, filter));
  return [...filters.filter((other) => subjectOf(other) !== subjectOf(filter)), filter];
}

/** In ms: changing numbers change the order at most this often. */
const EVERY = 2000;

/**
 * Keeps tiles where they are while somebody points at them, and otherwise changes their order only now and then. Meanwhile
 * those that are new come last, and those that have left keep their place.
 */
export function createOrder() {
  /** @type {number[]} */
  let seats = [];
  let last = -Infinity;
  return {
    /**
     * @param {number[]} wanted  the seats in their order as of now
     * @param {{now: number, isHeld: boolean, isChosen: boolean}} when  isHeld: the pointer or the focus is on the wall;
     *   isChosen: the user has just chosen another order or filter
     * @returns {{seats: readonly number[], waits: number}} waits: in ms, until the order should be asked for again; Infinity: not by itself
     */
    next(wanted, { now, isHeld, isChosen }) {
      const isDue = isChosen || (!isHeld && now - last >= EVERY);
      if (isDue) {
        seats = wanted;
        last = now;
        return { seats, waits: Infinity };
      }
      const known = new Set(seats);
      const added = wanted.filter((seat) => !known.has(seat));
      if (added.length > 0) seats = [...seats, ...added];
      const isSame = seats.length === wanted.length && seats.every((seat, index) => seat === wanted[index]);
      return { seats, waits: isSame || isHeld ? Infinity : Math.max(0, last + EVERY - now) };
    },
  };
}
