import assert from "node:assert/strict";
import test from "node:test";

import { confusionOf, confusionText, hardestOf, hardName, hardText, misreadText, sharesOf, togetherText } from "../../static/js/portraits/misread.js";

const LABELS = Uint8Array.of(0, 4, 4, 4, 9);
/** What a network reads in these five pictures. @param {number[]} answers */
const reading = (...answers) => ({ answers: Uint8Array.from(answers), labels: LABELS });
const PERFECT = reading(0, 4, 4, 4, 9);
const SOME = reading(0, 9, 9, 4, 4);

test("confusions count pictures by digit and answer", () => {
  const counts = confusionOf([PERFECT, SOME]);
  assert.deepEqual([counts[0], counts[44], counts[49], counts[94], counts[99]], [2, 4, 2, 1, 1]);
  assert.equal(counts.reduce((sum, count) => sum + count, 0), 10);
  const shares = sharesOf(confusionOf([SOME]));
  assert.deepEqual([shares[49], shares[44], shares[11]], [2 / 3, 1 / 3, 0]);
});

test("a matrix in words names its worst mistake", () => {
  assert.equal(confusionText(confusionOf([SOME]), "Start 3"), "Start 3: 3 of 5 test pictures misread, most often 4 as 9 (twice).");
  assert.equal(confusionText(confusionOf([PERFECT]), "Start 3"), "Start 3: 0 of 5 test pictures misread.");
  assert.equal(confusionText(confusionOf([reading(7, 4, 4, 4, 9)]), "A"), "A: 1 of 5 test pictures misread, most often 0 as 7 (once).");
  assert.equal(misreadText(confusionOf([SOME])), "3 of 5 misread");
});

test("hard pictures come by how many misread them", () => {
  const hard = hardestOf([SOME, reading(0, 9, 4, 4, 7), reading(0, 1, 4, 4, 7)]);
  assert.deepEqual(hard, [
    { index: 1, label: 4, answer: 9, wrong: 3, alike: 2 }, { index: 4, label: 9, answer: 7, wrong: 3, alike: 2 }, { index: 2, label: 4, answer: 9, wrong: 1, alike: 1 },
  ]);
  assert.equal(hardText(hard, 5, 3), "Of 5 test pictures, all 3 starts read 2 right and 2 wrong. With the other one, luck decides.");
  assert.equal(hardName(hard[0], 3), "Test picture 2: a 4, misread by 3 of 3 starts, mostly as 9");
  assert.deepEqual(hardestOf([]), []);
});

test("digits that all misread alike come first", () => {
  const hard = hardestOf([reading(1, 9, 4, 4, 7), reading(2, 9, 4, 4, 7)]);
  assert.deepEqual(hard.map(({ index, alike }) => [index, alike]), [[1, 2], [4, 2], [0, 1]]);
});

test("starts that agree leave nothing to luck", () => {
  assert.equal(hardText(hardestOf([PERFECT, PERFECT]), 5, 2), "Of 5 test pictures, all 2 starts read 5 right and none wrong.");
  assert.equal(hardText(hardestOf([SOME]), 5, 1), "The first start misreads 3 of 5 test pictures.");
});

test("starts with other pictures are summed up", () => {
  assert.equal(togetherText(confusionOf([SOME, PERFECT]), 2), "Each start is tested with other pictures. Together, 2 starts misread 30.0% of them, most often 4 as 9 (twice).");
});
