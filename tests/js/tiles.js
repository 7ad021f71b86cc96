/** Tiles and results of a class, for tests. */

/** @param {number} seat @param {object} [changes] @returns {import("../../static/js/classroom/types.js").Tile} */
export const tile = (seat, changes = {}) => ({
  seat, name: `Student ${seat}`, state: "training", hand: false, epoch: 120, train_loss: 0.1, test_loss: 0.2, train_accuracy: 0.9, test_accuracy: 0.8,
  reached: {}, differs: [], chosen: {}, parameters: 9, classes: 2, dimensions: 2, ...changes,
});

/** @param {number} seat @param {object} [changes] @returns {import("../../static/js/classroom/types.js").Result} */
export const result = (seat, changes = {}) => ({
  seat, name: `Student ${seat}`, link: "#seed=1", epoch: 100, train_loss: 0.1, test_loss: 0.2, train_accuracy: 0.9, test_accuracy: 0.8,
  reached: {}, layers: [2, 4, 1], parameters: 17, chosen: {}, ...changes,
});
