import assert from "node:assert/strict";
import { test } from "node:test";

import { createSubscription } from "../../static/js/wall/subscription.js";

/** A subscription whose time is moved by hand. */
function begin() {
  let now = 0;
  /** @type {{run: () => void, at: number} | null} */
  let timer = null;
  /** @type {[boolean, number[]][]} */
  const sent = [];
  const subscription = createSubscription((on, seats) => sent.push([on, seats]), {
    now: () => now,
    later: (run, wait) => (timer = { run, at: now + wait }),
    cancel: () => (timer = null),
  });
  /** @param {number} time */
  const wait = (time) => {
    now += time;
    if (timer && timer.at <= now) {
      const { run } = timer;
      timer = null;
      run();
    }
  };
  return { subscription, sent, wait };
}

test("opening asks for the wall at once", () => {
  const { subscription, sent } = begin();
  subscription.show(new Set([1]));
  assert.deepEqual(sent, []);
  subscription.open();
  assert.deepEqual(sent, [[true, [1]]]);
});

test("tiles in view are said now and then", () => {
  const { subscription, sent, wait } = begin();
  subscription.open();
  for (let step = 1; step <= 100; step++) {
    subscription.show(new Set([step]));
    wait(10);
  }
  assert.equal(sent.length, 1 + 4);
  assert.deepEqual(sent.at(-1), [true, [100]]);
});

test("the same tiles are not said twice", () => {
  const { subscription, sent, wait } = begin();
  subscription.open();
  subscription.show(new Set([2, 1]));
  wait(300);
  subscription.show(new Set([1, 2]));
  wait(300);
  assert.deepEqual(sent, [[true, []], [true, [1, 2]]]);
});

test("a new connection is told again", () => {
  const { subscription, sent, wait } = begin();
  subscription.show(new Set([5]));
  subscription.open();
  wait(300);
  subscription.renew();
  assert.deepEqual(sent, [[true, [5]], [true, [5]]]);
});

test("closing ends it and nothing follows", () => {
  const { subscription, sent, wait } = begin();
  subscription.open();
  subscription.show(new Set([1]));
  subscription.close();
  subscription.show(new Set([2]));
  subscription.close();
  wait(1000);
  assert.deepEqual(sent, [[true, []], [false, []]]);
});
