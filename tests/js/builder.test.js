import assert from "node:assert/strict";
import { test } from "node:test";

import { changesOf, choiceOf, countText, embedCode } from "../../static/js/page/builderTexts.js";

test("a hidden control counts as hidden, not locked", () => {
  const view = { hidden: ["noise"], locked: ["noise", "dataset"] };
  assert.deepEqual(["noise", "dataset", "seed"].map((name) => choiceOf(view, name)), ["hide", "lock", "show"]);
});

test("hidden controls are locked as well", () => {
  const choices = /** @type {const} */ (["hide", "lock", "show"]).map((choice) => ({ name: choice, choice }));
  assert.deepEqual(changesOf(choices), { hidden: ["hide"], locked: ["hide", "lock"] });
  assert.deepEqual(changesOf([]), { hidden: [], locked: [] });
});

test("choices survive a round trip", () => {
  const choices = /** @type {const} */ (["show", "lock", "hide", "lock"]).map((choice, index) => ({ name: `c${index}`, choice }));
  const view = changesOf(choices);
  assert.deepEqual(choices.map(({ name }) => choiceOf(view, name)), choices.map(({ choice }) => choice));
});

test("a section counts what differs", () => {
  assert.deepEqual([countText([]), countText(["show"]), countText(["lock", "hide", "lock"]), countText(["hide"])], ["", "", "2 locked, 1 hidden", "1 hidden"]);
});

test("an embedded address is valid HTML", () => {
  assert.equal(embedCode("https://a/?embed=1#x=1&y=2", 860), '<iframe src="https://a/?embed=1#x=1&amp;y=2" width="100%" height="860" title="NumPy Playground"></iframe>');
});
