import assert from "node:assert/strict";
import test from "node:test";

import { whyIdle } from "../../static/js/core/applies.js";
import { schemaOf, subjectOf, subjectOfLink } from "../../static/js/page/subject.js";
import { field } from "./fields.js";

const choices = (...values) => values.map((value) => ({ value, label: value }));
const SCHEMA = /** @type {any} */ ({ fields: [
  field("dataset", { kind: "choice", choices: choices("circle", "mnist", "uci") }),
  field("loss", { kind: "choice", choices: choices("squared_error", "cross_entropy", "hinge") }),
  field("noise", { data: "points" }), field("train_count", { data: "pictures" }),
] });
const valuesIn = (schema, name) => schema.fields.find((one) => one.name === name).choices.map(({ value }) => value);

test("a page offers the values of its subject", () => {
  const [plane, digits] = [schemaOf(SCHEMA, "plane"), schemaOf(SCHEMA, "digits")];
  assert.deepEqual([plane, digits].map((schema) => valuesIn(schema, "dataset")), [["circle"], ["mnist", "uci"]]);
  assert.deepEqual([plane, digits].map((schema) => valuesIn(schema, "loss").length), [3, 2]);
});

test("settings of other data are idle", () => {
  const config = /** @type {any} */ ({ hidden_layer_sizes: [2], layer_activations: [] });
  const idle = (name, subject) => whyIdle(SCHEMA.fields.find((one) => one.name === name), { schema: schemaOf(SCHEMA, subject), config, data: null });
  assert.deepEqual([idle("noise", "plane"), idle("train_count", "digits")], [null, null]);
  assert.deepEqual([idle("noise", "digits"), idle("train_count", "plane")], ["Only with points of the plane.", "Only with pictures."]);
});

test("the data set decides on the page", () => {
  assert.deepEqual([subjectOf({ problem: "classification", dataset: "uci" }), subjectOf({ problem: "regression", dataset: "uci" })], ["digits", "plane"]);
  assert.deepEqual(["#dataset=mnist", "#noise=5&dataset=xor", "#noise=5"].map(subjectOfLink), ["digits", "plane", null]);
});
