import assert from "node:assert/strict";
import test from "node:test";

import { epochBefore, epochFor, isTravelKey, latestEpoch, positionText } from "../../static/js/chart/travel.js";

const latest = { position: null };
const at = (epoch, previous, next) => ({ position: { epoch, latest: 100, previous, next } });

test("arrows go to the next kept epoch", () => {
  assert.equal(epochFor("ArrowLeft", at(50, 48, 52), 100), 48);
  assert.equal(epochFor("ArrowDown", at(50, 48, 52), 100), 48);
  assert.equal(epochFor("ArrowRight", at(50, 48, 52), 100), 52);
  assert.equal(epochFor("ArrowUp", at(50, 48, 52), 100), 52);
});

test("from the latest epoch, arrows go back", () => {
  assert.equal(epochFor("ArrowLeft", latest, 100), 99);
  assert.equal(epochFor("ArrowRight", latest, 100), null);
});

test("arrows stop at both ends", () => {
  assert.equal(epochFor("ArrowLeft", at(0, null, 2), 100), 0);
  assert.equal(epochFor("ArrowRight", at(98, 96, null), 100), null);
});

test("page keys skip a tenth of the run", () => {
  assert.equal(epochFor("PageDown", at(50, 48, 52), 101), 39);
  assert.equal(epochFor("PageUp", at(50, 48, 52), 101), 61);
  assert.equal(epochFor("PageDown", latest, 100), 90);
  assert.equal(epochFor("PageDown", at(5, 4, 6), 100), 0);
  assert.equal(epochFor("PageUp", at(95, 94, 96), 100), null);
});

test("Home and End go to both ends", () => {
  assert.equal(epochFor("Home", latest, 100), 0);
  assert.equal(epochFor("End", at(5, 4, 6), 100), null);
});

test("other keys do not travel", () => {
  assert.deepEqual(["Home", "ArrowUp", "Enter", "toString"].map(isTravelKey), [true, true, false, false]);
});

test("epochs from the latest onward mean the latest", () => {
  assert.deepEqual([-3, 0, 99, 100, 500].map((epoch) => epochBefore(epoch, 100)), [0, 0, 99, null, null]);
});

test("frames tell the latest epoch", () => {
  assert.equal(latestEpoch(7, { epoch: 12 }, latest), 12);
  assert.equal(latestEpoch(7, null, latest), 7);
  assert.equal(latestEpoch(7, { epoch: 3, past: true }, latest), 7);
});

test("in the past the status tells it", () => {
  assert.equal(latestEpoch(7, { epoch: 3, past: true }, at(3, 2, 4)), 100);
});

test("the slider names its epoch", () => {
  assert.equal(positionText(3, 12), "Epoch 3 of 12");
  assert.equal(positionText(12, 12), "Latest epoch, 12");
});
