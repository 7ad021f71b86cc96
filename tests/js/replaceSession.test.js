import assert from "node:assert/strict";
import { test } from "node:test";

import { createSessionReplacement } from "../../static/js/net/replaceSession.js";

const CHECKPOINT = { link: "#seed=2", epoch: 7, step: 1, batch: 0, carried: 0, arrays: {} };
const CONFIG = { type: "config", revision: 1 };

/** A page that goes from one experiment to another, with all that becomes of it. */
function page() {
  const seen = { connections: 0, taken: [], refused: [], heard: [] };
  const replacement = createSessionReplacement({
    reconnect: () => (seen.connections += 1),
    onAccepted: (opening) => seen.taken.push(opening),
    onRefused: (errors) => seen.refused.push(...errors.map(({ code }) => code)),
  });
  const hear = (...messages) => messages.forEach((message) => seen.heard.push(...replacement.take(message)));
  return { replacement, seen, hear };
}

test("without an experiment the greeting is unchanged", () => {
  const { replacement, seen, hear } = page();
  assert.equal(replacement.greeting(), null);
  hear(CONFIG);
  assert.deepEqual(seen.heard, [CONFIG]);
});

test("replacing an experiment greets paused with everything", () => {
  const { replacement, seen } = page();
  replacement.open({ link: "#seed=2", checkpoint: CHECKPOINT, examples: "code", losses: null });
  assert.equal(seen.connections, 1);
  assert.deepEqual(replacement.greeting(), { link: "#seed=2", examples: "code", checkpoint: CHECKPOINT, playing: false });
});

test("the page hears accepted messages in order", () => {
  const { replacement, seen, hear } = page();
  replacement.open({ link: "#seed=2", checkpoint: CHECKPOINT });
  const [welcome, warnings] = [{ type: "welcome", resumed: "checkpoint" }, { type: "warnings" }];
  hear(welcome, warnings);
  assert.deepEqual([seen.heard, seen.taken.length], [[], 0]);
  hear(CONFIG, { type: "status" });
  assert.deepEqual(seen.heard, [welcome, warnings, CONFIG, { type: "status" }]);
  assert.deepEqual([seen.taken[0].link, replacement.isPending()], ["#seed=2", false]);
});

test("a refusal keeps the session and is reported", () => {
  const { replacement, seen, hear } = page();
  replacement.open({ link: "#seed=2", checkpoint: CHECKPOINT });
  hear({ type: "welcome", resumed: null }, { type: "error", code: "bad_checkpoint", errors: [] });
  assert.deepEqual([seen.refused, seen.taken, seen.heard, seen.connections], [["bad_checkpoint"], [], [], 2]);
  assert.equal(replacement.greeting(), null);
});

test("weights the server ignores count as refusal", () => {
  const { replacement, seen, hear } = page();
  replacement.open({ link: "#seed=1", checkpoint: CHECKPOINT });
  hear({ type: "welcome", resumed: null }, CONFIG);
  assert.deepEqual([seen.refused, seen.heard], [["bad_checkpoint"], []]);
});

test("a lost connection retries the same experiment", () => {
  const { replacement, seen, hear } = page();
  replacement.open({ link: "#seed=2" });
  hear({ type: "welcome", resumed: null });
  assert.deepEqual(replacement.greeting(), { link: "#seed=2" });
  hear({ type: "welcome", resumed: null }, CONFIG);
  assert.deepEqual(seen.heard.map(({ type }) => type), ["welcome", "config"]);
});
