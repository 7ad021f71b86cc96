import assert from "node:assert/strict";
import { test } from "node:test";

import { fixedAxes, gridOf, showing, usualArrangement, withSide } from "../../static/js/cells/arrangement.js";
import { bestAfter } from "../../static/js/cells/best.js";
import { cellAt, cellCount, cellsOf, isReliable, presentCell, rankedCells, usualThreshold } from "../../static/js/cells/cells.js";
import { isFiltering, keeps, noFilter, withValue } from "../../static/js/cells/filter.js";
import { heightOfCells, widthsOf } from "../../static/js/cells/heatMap.js";
import { comparisonOf, pairsOf } from "../../static/js/cells/pairs.js";
import { brushed, brushesOf, curveAt, lineAt, lineOf } from "../../static/js/cells/parallel.js";
import { shadeScale, spreadOf } from "../../static/js/cells/shades.js";
import { bestText, cellName, cellText, cellWords, pairsText, sameText } from "../../static/js/cells/texts.js";
import { openedStart, openingOf, settingsOf } from "../../static/js/luck/opening.js";
import { areOf } from "../../static/js/luck/starts.js";
import { BY_EPOCH, BY_LOSS } from "../../static/js/luck/statistics.js";
import { field } from "./fields.js";

const AXES = [
  { key: "activation", field: "activation", values: ["relu", "tanh"], texts: ["relu", "tanh"] },
  { key: "networkShape", field: "hidden_layer_sizes", values: [[1], [4, 2], [8]], texts: ["1", "4,2", "8"] },
];
const FIELDS = new Map([
  field("activation", { label: "Activation", kind: "choice", effect: "network", choices: [{ value: "relu", label: "ReLU" }, { value: "tanh", label: "Tanh" }] }),
  field("hidden_layer_sizes", { label: "Hidden layer sizes", kind: "integers", effect: "network" }),
  field("noise", { label: "Noise", group: "data", effect: "data" }),
].map((one) => [one.name, one]));
const COUNT = 4;
const LOSS = { measure: BY_LOSS, isGoal: false, threshold: 0.2 };
const EPOCHS = { measure: BY_EPOCH, isGoal: true, threshold: Infinity };

const start = (index, loss, changes = {}) => ({ index, seed: "0.5", weight_seed: String((index % COUNT) + 1), weight_offset: 0, epoch: 10, test_loss: loss, train_loss: loss, diverged: null, reached: null, ...changes });
/** A sweep with these losses, cell by cell; null: it diverged. @param {(number | null)[][]} losses */
const sweepOf = (losses, changes = {}) => /** @type {any} */ ({
  axes: AXES, count: COUNT, vary: "weights", examples: null, config: { activation: "tanh", hidden_layer_sizes: [4, 2], learning_rate: 0.03, seed: "0.5", weight_seed: "", weight_offset: 0 },
  starts: losses.flatMap((cell, at) => cell.map((loss, index) => (loss === null ? start(at * COUNT + index, 9, { diverged: 3 }) : start(at * COUNT + index, loss)))), ...changes,
});

test("the last axis changes fastest", () => {
  assert.equal(cellCount(AXES), 6);
  assert.deepEqual([cellAt(AXES, [0, 2]), cellAt(AXES, [1, 0])], [2, 3]);
});

test("a cell sums its starts up", () => {
  const [cell, empty] = cellsOf(sweepOf([[0.1, 0.4, 0.2, 0.3]]), LOSS);
  assert.deepEqual([cell.places, cell.count, cell.reached, cell.diverged], [[0, 0], 4, 2, 0]);
  assert.deepEqual([cell.low, cell.median, cell.high].map((value) => Number(value.toFixed(4))), [0.175, 0.25, 0.325]);
  assert.deepEqual([empty.count, empty.median, isReliable(empty)], [0, Infinity, false]);
});

test("starts that diverged count as infinite", () => {
  const [cell, other] = cellsOf(sweepOf([[0.1, 0.2, null, null], [0.1, 0.2, 0.15, null]]), LOSS);
  assert.deepEqual([cell.median, cell.diverged, cell.reached], [Infinity, 2, 2]);
  assert.deepEqual([Number(other.median.toFixed(3)), other.high], [0.175, Infinity]);
});

test("four of five starts make a cell reliable", () => {
  const [four, three] = cellsOf(sweepOf([[0.1, 0.1, 0.1, 0.1], [0.1, 0.1, 0.1, 0.5]]), LOSS);
  assert.deepEqual([isReliable(four), isReliable(three)], [true, false]);
});

test("what diverged reaches nothing", () => {
  const [cell] = cellsOf(sweepOf([[null, null, null, 5]]), { ...LOSS, threshold: Infinity });
  assert.deepEqual([cell.reached, isReliable(cell)], [1, false]);
  assert.match(cellText("Noise 0", cell, { ...LOSS, threshold: Infinity }, "test loss"), /most starts diverged; 1 of 4 starts ends without diverging \(95% interval/);
});

test("with goals their epochs are measured", () => {
  const sweep = sweepOf([[0.1, 0.1, 0.1, 0.1]]);
  sweep.starts = sweep.starts.map((one, index) => ({ ...one, reached: index === 3 ? null : 10 * (index + 1) }));
  const [cell] = cellsOf(sweep, EPOCHS);
  assert.deepEqual([cell.median, cell.reached, cell.high], [25, 3, Infinity]);
});

test("cells are ranked by their medians", () => {
  const cells = cellsOf(sweepOf([[0.3], [null], [0.1], [0.1]]), LOSS);
  assert.deepEqual(rankedCells(cells).map(({ index }) => index), [2, 3, 0, 1]);
  assert.equal(usualThreshold(cells, BY_LOSS), 0.1);
});

test("the present settings are found among cells", () => {
  assert.equal(presentCell(AXES, { activation: "tanh", hidden_layer_sizes: [4, 2] }), 4);
  assert.equal(presentCell(AXES, { activation: "tanh", hidden_layer_sizes: [4] }), null);
});

test("the longer axis lies across", () => {
  const arrangement = usualArrangement(AXES);
  assert.deepEqual(arrangement, { column: 1, row: 0, fixed: [0, 0] });
  assert.deepEqual(gridOf(AXES, arrangement), [[0, 1, 2], [3, 4, 5]]);
  assert.deepEqual(gridOf(AXES, withSide(arrangement, "column", 0)), [[0, 3], [1, 4], [2, 5]]);
  assert.deepEqual(gridOf([AXES[1]], usualArrangement([AXES[1]])), [[0, 1, 2]]);
});

test("slices fix all other axes", () => {
  const three = [...AXES, { key: "noise", field: "noise", values: [0, 25], texts: ["0", "25"] }];
  const arrangement = usualArrangement(three);
  assert.deepEqual([arrangement.column, arrangement.row, fixedAxes(three, arrangement)], [1, 0, [2]]);
  assert.deepEqual(gridOf(three, showing(arrangement, [1, 0, 1])), [[1, 3, 5], [7, 9, 11]]);
  assert.deepEqual(withSide(arrangement, "row", 2), { column: 1, row: 2, fixed: [0, 0, 0] });
});

test("pairs have the same start in both", () => {
  const [a, b] = cellsOf(sweepOf([[0.1, 0.2, 0.3, null], [0.2, 0.1, 0.3, null]]), LOSS);
  const pairs = pairsOf(a, b, COUNT, BY_LOSS);
  assert.deepEqual(pairs, [[0.1, 0.2], [0.2, 0.1], [0.3, 0.3], [Infinity, Infinity]]);
  const { count, wins, losses, ties, bothFailed, oneFailed } = /** @type {any} */ (comparisonOf(pairs));
  assert.deepEqual([count, wins, losses, ties, bothFailed, oneFailed], [4, 1, 1, 2, 1, 0]);
});

test("only starts finished in both are pairs", () => {
  const sweep = sweepOf([[0.1, 0.2], [0.3, 0.4]]);
  sweep.starts = sweep.starts.filter(({ index }) => index !== COUNT + 1);
  const [a, b] = cellsOf(sweep, LOSS);
  assert.deepEqual(pairsOf(a, b, COUNT, BY_LOSS), [[0.1, 0.3]]);
  assert.equal(comparisonOf([]), null);
});

test("comparisons count ties and divergence in words", () => {
  const text = (pairs, measure = BY_LOSS) => pairsText(comparisonOf(pairs), measure, "with the same seeds");
  const many = [...new Array(83).fill([0.1, 0.2]), ...new Array(17).fill([0.2, 0.1])];
  assert.equal(text(many), "A beats B in 83 of 100 pairs with the same seeds (95% interval 74\u2060–\u206089%). B beats A in 17.");
  assert.match(text([[0.1, 0.1], [Infinity, Infinity], [0.1, Infinity]]), /B beats A in 0\. 2 pairs are ties, 1 of them because both diverged\. In 1 pair, only one of the two diverged, which counts as worse\.$/);
  assert.match(text([[Infinity, Infinity]], BY_EPOCH), /^A beats B to the goal in 0 of 1 pair .* 1 pair is a tie, because neither reaches the goal\.$/);
  assert.equal(text([]), "No start is finished in both of them yet.");
});

test("what pairs share depends on the settings", () => {
  assert.equal(sameText(FIELDS, ["activation"]), "with the same data and initial weights");
  assert.equal(sameText(FIELDS, ["hidden_layer_sizes"]), "with the same data and weight seed");
  assert.equal(sameText(FIELDS, ["noise", "activation"]), "with the same seeds");
});

test("cells say what they are", () => {
  const [cell, empty] = cellsOf(sweepOf([[0.1, 0.2, 0.3, null]]), LOSS);
  const name = cellName(FIELDS, AXES, [0, 1]);
  assert.equal(name, "Activation ReLU, Hidden layer sizes 4 + 2");
  assert.equal(cellWords(FIELDS, AXES, [0, 1]), "activation ReLU, hidden layer sizes 4 + 2");
  assert.equal(cellText(name, cell, LOSS, "test loss"), `${name}: median test loss 0.25, middle half from 0.175 to diverged; 2 of 4 starts reach a test loss of 0.2 or less (95% interval 15\u2060–\u206085%); 1 diverged.`);
  assert.equal(cellText(name, empty, LOSS, "test loss"), `${name}: no start is finished yet.`);
  const [never] = cellsOf(sweepOf([[0.1, 0.2, 0.3, null]]), EPOCHS);
  assert.match(cellText(name, never, EPOCHS, "test loss"), /most starts do not reach the goal; 0 of 4 starts reach the goal/);
  const [alone] = cellsOf(sweepOf([[0.1]]), LOSS);
  assert.match(cellText(name, alone, LOSS, "test loss"), /: test loss 0\.1; 1 of 1 start reaches a test loss of 0\.2 or less/);
  assert.equal(bestText(cell, LOSS, "test loss"), "Lowest median test loss: 0.25, with ");
  assert.equal(bestText(empty, LOSS, "test loss"), "With all of these settings, most starts diverge.");
});

test("colors span all medians, spreads their part", () => {
  const cells = cellsOf(sweepOf([[0.001, 0.001, 0.001, 0.001], [1, 1, 1, 1], [0.001, 0.001, 1, 1], [null, null, null, null]]), LOSS);
  const scale = /** @type {any} */ (shadeScale(cells));
  assert.ok(scale.isLog);
  assert.ok(scale.at(cells[0].median) < 0.05 && scale.at(cells[1].median) > 0.95);
  assert.deepEqual([spreadOf(cells[0], scale), spreadOf(cells[3], scale)], [0, 0]);
  assert.ok(spreadOf(cells[2], scale) > 0.9);
  assert.equal(shadeScale([cells[3]]), null);
});

test("filters keep values and medians", () => {
  const [cell] = cellsOf(sweepOf([[0.1, 0.1, 0.1, 0.1]]), LOSS);
  const all = noFilter(2);
  assert.deepEqual([isFiltering(all), keeps(all, cell)], [false, true]);
  assert.equal(keeps(withValue(all, 1, 2), cell), false);
  assert.equal(keeps(withValue(withValue(all, 1, 2), 1, null), cell), true);
  assert.equal(keeps({ ...all, medians: [0.2, 0.3] }, cell), false);
});

test("brushes keep the values they touch", () => {
  const cells = cellsOf(sweepOf([[0.1], [0.2], [0.4], [0.8], [0.1], [null]]), LOSS);
  const scale = /** @type {any} */ (shadeScale(cells));
  const brush = (filter, axis, from, to) => brushed(filter, axis, from, to, AXES, cells, scale);
  assert.deepEqual(brush(noFilter(2), 1, 0.1, 0.6).values, [null, [0, 1]]);
  assert.deepEqual(brushesOf(brush(noFilter(2), 1, 0.1, 0.6), AXES, scale)[1], [0, 2 / 3]);
  const one = brush(noFilter(2), 1, 0.9, 0.9);
  assert.deepEqual([one.values[1], brush(one, 1, 0.9, 0.9).values[1]], [[2, 2], null]);
  assert.deepEqual(brush(noFilter(2), 2, 0, 0.5).medians, [0.1, 0.4]);
  assert.deepEqual(brush(noFilter(2), 2, 0.96, 1).medians, [Infinity, Infinity]);
  assert.equal(brush({ ...noFilter(2), medians: [0.1, 0.2] }, 2, 0.5, 0.5).medians, null);
});

test("lines lie in bands by their results", () => {
  const cells = cellsOf(sweepOf([[0.1], [0.2], [0.4], [0.8], [null]]), LOSS);
  const scale = /** @type {any} */ (shadeScale(cells));
  const lines = cells.filter(({ count }) => count > 0).map((cell) => lineOf(cell, AXES, scale));
  assert.ok(lines[0][0] < lines[1][0] && lines[2][0] < 0.5 && lines[3][0] > 0.5);
  assert.equal(lines[4][2], 1);
  assert.equal(lineAt(lines, 0, lines[2][0], 0.01), 2);
  assert.equal(lineAt(lines, 0.5, curveAt(lines[1][0], lines[1][1], 0.5), 0.01), 1);
  assert.equal(lineAt(lines, 1.5, -1, 0.01), -1);
  assert.deepEqual([0, 0.5, 1].map((x) => Number(curveAt(0, 1, x).toFixed(3))), [0, 0.5, 1]);
});

test("labels stand upright where columns are narrow", () => {
  const wide = widthsOf({ room: 600, columns: 4, labels: ["0.001", "0.1"], type: 14, hasDots: false });
  const narrow = widthsOf({ room: 200, columns: 8, labels: ["0.00314"], type: 14, hasDots: false });
  assert.deepEqual([wide.isUpright, narrow.isUpright], [false, true]);
  assert.ok(narrow.width >= 24, "wide enough for a finger");
});

test("few wide cells are higher", () => {
  const height = (rows, width) => heightOfCells({ rows, width, type: 16 });
  assert.deepEqual([height(3, 72), height(3, 30), height(20, 72)].map(Math.round), [44, 35, 35]);
});

test("the best cell stays for a second", () => {
  const ranked = (losses) => rankedCells(cellsOf(sweepOf(losses), LOSS));
  const [first, second] = [ranked([[0.2], [0.3]]), ranked([[0.2], [0.1]])];
  const best = bestAfter(null, first, 5000, false);
  assert.deepEqual(best, { index: 0, since: 5000 });
  assert.equal(bestAfter(best, first, 9000, false), best);
  assert.equal(bestAfter(best, second, 5999, false), best);
  assert.deepEqual(bestAfter(best, second, 6000, false), { index: 1, since: 6000 });
  assert.deepEqual(bestAfter(best, second, 5001, true), { index: 1, since: 5001 });
});

test("no cell is best if most starts diverge", () => {
  assert.equal(bestAfter({ index: 0, since: 0 }, rankedCells(cellsOf(sweepOf([[0.1, null]]), LOSS)), 1, false), null);
});

const SCHEMA = /** @type {any} */ ({ fields: [...FIELDS.values(), field("learning_rate", { presets: [{ field: "optimizer", value: "adadelta", preset: 1 }] })] });

test("a start is opened with its cell's settings", () => {
  const sweep = sweepOf([[0.1]]);
  assert.deepEqual(settingsOf(SCHEMA, sweep, 1), { activation: "relu", hidden_layer_sizes: [4, 2], learning_rate: 0.03, seed: "0.5", weight_seed: "", weight_offset: 0 });
  assert.deepEqual(openingOf(SCHEMA, sweep, 1, sweep.starts[0]), { activation: "relu", hidden_layer_sizes: [4, 2], learning_rate: 0.03, seed: "0.5", weight_seed: "1", weight_offset: 0 });
  assert.equal(openedStart(sweep.starts, { ...sweep.config, weight_seed: "1" }), sweep.starts[0]);
  assert.equal(openedStart(sweep.starts, { ...sweep.config, weight_seed: "7" }), null);
});

test("swept settings may have any value", () => {
  const sweep = sweepOf([]);
  const experiment = (changes) => ({ config: { ...sweep.config, ...changes }, examples: null });
  assert.equal(areOf(sweep, experiment({ activation: "relu", weight_seed: "3" })), true);
  assert.equal(areOf(sweep, experiment({ learning_rate: 1 })), false);
});
