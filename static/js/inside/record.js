/** What a panel showed over the epochs: each look at its epoch, until a new run begins. Pure. */

/**
 * @template T
 * @typedef {object} EpochRecord
 * @property {number[]} epochs  ascending
 * @property {T[]} rows  one for each epoch
 * @property {(run: string, epoch: number, row: T) => void} add  a row of another run replaces all others
 */

/**
 * @template T
 * @param {number} most  rows that are held, 4 or more; then every other one is left out
 * @returns {EpochRecord<T>}
 */
export function createRecord(most) {
  let held = "";
  /** @type {EpochRecord<T>} */
  const record = {
    epochs: [],
    rows: [],
    add(run, epoch, row) {
      const { epochs, rows } = record;
      // the same epoch again is the same network with a weight edited
      let length = run === held ? epochs.length : 0;
      while (length > 0 && epochs[length - 1] >= epoch) length -= 1;
      epochs.length = rows.length = length;
      epochs.push(epoch);
      rows.push(row);
      held = run;
      if (epochs.length > most) halve();
    },
  };

  function halve() {
    const last = record.epochs.length - 1;
    let kept = 0;
    for (let index = 0; index <= last; index++) {
      if (index % 2 !== 0 && index !== last) continue;
      record.epochs[kept] = record.epochs[index];
      record.rows[kept] = record.rows[index];
      kept += 1;
    }
    record.epochs.length = record.rows.length = kept;
  }

  return record;
}

/**
 * Tells runs apart: a new one begins when the epochs or updates go back, or with another network.
 * @returns {(frame: Pick<import("../core/types.js").Frame, "epoch" | "step" | "shapes" | "digits">) => string} for each
 *   frame that comes, a name of its run
 */
export function createRunCounter() {
  let [run, epoch, step, size] = [0, 0, 0, ""];
  return (frame) => {
    const { digits, shapes } = frame;
    // of pictures, not every frame has the parameters
    const nowSize = digits ? `${shapes.pictures} ${shapes.links}` : `${shapes.thumbnails[0]} ${shapes.params[0]}`;
    if (frame.epoch < epoch || frame.step < step || nowSize !== size) run += 1;
    [epoch, step, size] = [frame.epoch, frame.step, nowSize];
    return String(run);
  };
}
