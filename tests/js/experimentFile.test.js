import assert from "node:assert/strict";
import { test } from "node:test";

import { fileNameOf, formatExperiment, readExperiment } from "../../static/js/runs/experimentFile.js";

const EXPERIMENT = {
  name: "Spiral", date: "2026-01-31T12:00:00.000Z", link: "#dataset=spiral", examples: null,
  checkpoint: { link: "#dataset=spiral", epoch: 7, step: 70, batch: 0, carried: 0, arrays: { params: "AAAAAAAA8D8=" } },
  losses: { epochs: [0, 7], train: [0.5, 0.25], test: [null, 0.5] },
};
const FILE = JSON.parse(formatExperiment(EXPERIMENT));
const fieldsOf = (file) => readExperiment(JSON.stringify(file)).faults.map(({ field }) => field);

test("a saved file is read again", () => {
  for (const text of [formatExperiment(EXPERIMENT), `\ufeff${formatExperiment(EXPERIMENT)}`]) assert.deepEqual(readExperiment(text), { experiment: EXPERIMENT, faults: [] });
});

const HOSTILE = {
  name: [7, "x".repeat(201)], date: ["yesterday", 5], link: ["dataset=spiral", "#".repeat(70_001), null], examples: [{}, 1],
  checkpoint: [[], "x", { ...EXPERIMENT.checkpoint, epoch: -1 }, { ...EXPERIMENT.checkpoint, arrays: { params: "!" } }, { ...EXPERIMENT.checkpoint, extra: 1 }],
  losses: [{}, { ...EXPERIMENT.losses, train: [1] }, { ...EXPERIMENT.losses, epochs: [7, 0] }, { ...EXPERIMENT.losses, test: ["a", 1] }],
};
for (const [field, values] of Object.entries(HOSTILE)) {
  test(`a faulty ${field} is refused by name`, () => {
    for (const value of values) assert.deepEqual(fieldsOf({ ...FILE, [field]: value }), [field], JSON.stringify(value).slice(0, 60));
  });
}

test("files saved under protocol version 1 are read", () => {
  const text = `{"format": "numpy-playground experiment", "version": 1, "name": "Spiral", "date": "2026-01-31T12:00:00.000Z",
    "link": "#dataset=spiral", "examples": null, "losses": {"epochs": [0, 7], "train": [0.5, 0.25], "test": [null, 0.5]},
    "checkpoint": {"link": "#dataset=spiral", "epoch": 7, "step": 70, "batch": 0, "carried": 0, "arrays": {"params": "AAAAAAAA8D8="}}}`;
  assert.deepEqual(readExperiment(text), { experiment: EXPERIMENT, faults: [] });
});

test("format and version are checked first", () => {
  assert.deepEqual(fieldsOf({ ...FILE, format: "other", name: 1 }), ["format"]);
  assert.deepEqual(fieldsOf({ ...FILE, version: 2, name: 1 }), ["version"]);
});

test("all faults are reported", () => {
  assert.deepEqual(fieldsOf({ ...FILE, name: 1, link: 2, surprise: 3 }), ["name", "link", "surprise"]);
});

test("a file is read completely or refused", () => {
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const whole = formatExperiment(EXPERIMENT);
  for (let i = 0; i < 3000; i++) {
    const [from, length] = [Math.floor(random() * whole.length), Math.floor(random() * 12)];
    const noise = ["", "{", "]", "null", "1e999", '"', "\\u0000", "__proto__", ","][Math.floor(random() * 9)];
    const { experiment, faults } = readExperiment(whole.slice(0, from) + noise + whole.slice(from + length));
    if (experiment) assert.deepEqual(Object.keys(experiment).sort(), Object.keys(EXPERIMENT).sort());
    else assert.ok(faults.length > 0 && faults.every(({ field, got, expected }) => field && typeof got === "string" && got.length <= 64 && expected));
  }
});

test("a file that is too large is refused", () => {
  assert.deepEqual(readExperiment("[".repeat(5_000_001)).faults.map(({ field }) => field), ["file"]);
  // as the server counts: in bytes
  const wide = JSON.stringify({ ...EXPERIMENT, name: "数".repeat(2_000_000) });
  assert.ok(wide.length < 5_000_000);
  const [fault] = readExperiment(wide).faults;
  assert.deepEqual([fault.field, fault.expected], ["file", "at most 5000000 bytes"]);
  assert.match(fault.got, /^60\d{5} bytes$/);
});

test("a file is named after its experiment", () => {
  assert.equal(fileNameOf("Über ../alles?", "2026-01-31T12:00:00Z"), "u-ber-alles-2026-01-31.json");
  assert.equal(fileNameOf("../", "2026-01-31T12:00:00Z"), "experiment-2026-01-31.json");
});
