import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { createPictures } from "../../static/js/net/pictures.js";
import { base64Of, checkpointOf, dataOf, decodeMessage, encodeMessage, OtherVersion, parameterCount, parameterIndex, readSchema, showsNetwork, showsOutput, VERSION } from "../../static/js/net/protocol.js";

const BYTES = { u1: Uint8Array, u4: Uint32Array, f4: Float32Array, f8: Float64Array };

const up = (number) => Math.ceil(number / 8) * 8;

/** A container as docs/protocol.md describes it, written without the code under test. */
function container(message, arrays, { magic = "NPG4" } = {}) {
  let end = 0;
  const entries = arrays.map(([name, dtype, shape, values]) => {
    const offset = up(end);
    const data = dtype in BYTES ? BYTES[dtype].from(values) : Uint8Array.from(values);
    end = offset + data.byteLength;
    return { entry: [name, dtype, shape, offset], data, offset };
  });
  const text = JSON.stringify({ message, arrays: entries.map(({ entry }) => entry) });
  const header = new TextEncoder().encode(text);
  const length = up(header.length);
  const bytes = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  bytes.set([...magic].map((letter) => letter.charCodeAt(0)));
  new DataView(bytes.buffer).setUint32(4, length, true);
  bytes.set(header, 8);
  for (const { data, offset } of entries) bytes.set(new Uint8Array(data.buffer), 8 + length + offset);
  return bytes.buffer;
}

/** The arrays that every frame has, with others in their place. */
function frameArrays(others = []) {
  const least = [["surface", "u1", [2, 2], [0, 0, 0, 0]], ["thumbnails", "u1", [1, 1, 1], [9]], ["params", "f8", [1], [0.5]]];
  const names = others.map(([name]) => name);
  return [...others, ...least.filter(([name]) => !names.includes(name))];
}

const frame = (others, { message = {}, ...more } = {}) => container({ type: "frame", checkpoint: { arrays: ["params"] }, ...message }, frameArrays(others), more);

function golden(name = "frame") {
  const file = readFileSync(new URL(`../golden/${name}.bin`, import.meta.url));
  return decodeMessage(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
}

test("messages are encoded as JSON", () => {
  assert.deepEqual(JSON.parse(encodeMessage({ type: "ack", seq: 7 })), { type: "ack", seq: 7 });
});

test("a text is one message", () => {
  assert.deepEqual(decodeMessage('{"type": "moved"}'), { type: "moved" });
});

test("containers have a message and named arrays", () => {
  const data = decodeMessage(container({ type: "data", revision: 3, train_size: 2, test_size: 1 }, [
    ["points", "f4", [3, 2], [1, 2, 3, 4, 5, 6.5]],
    ["targets", "f4", [3], [-1, 1, 0.25]],
  ]));
  assert.equal(data.type, "data");
  assert.equal(data.revision, 3);
  assert.deepEqual([...data.arrays.points], [1, 2, 3, 4, 5, 6.5]);
  assert.deepEqual([...data.arrays.targets], [-1, 1, 0.25]);
  assert.deepEqual(data.shapes, { points: [3, 2], targets: [3] });
});

test("arrays of every type are read exactly", () => {
  const { arrays, thumbnailSize } = decodeMessage(frame([
    ["thumbnails", "u1", [1, 3, 3], [0, 1, 127, 128, 255, 5, 6, 7, 8]],
    ["history_epochs", "u4", [1], [4000000000]],
    ["history_train", "f4", [1], [0.5]],
    ["params", "f8", [2], [0.1, -1e300]],
  ]));
  assert.deepEqual([...arrays.thumbnails], [0, 1, 127, 128, 255, 5, 6, 7, 8]);
  assert.deepEqual([...arrays.history_epochs], [4000000000]);
  assert.deepEqual([...arrays.history_train], [0.5]);
  assert.deepEqual([...arrays.params], [0.1, -1e300]);
  assert.equal(thumbnailSize, 3);
});

test("arrays of unknown types are ignored", () => {
  const { arrays } = decodeMessage(frame([["later", "i2", [2], [1, 2]]]));
  assert.deepEqual(Object.keys(arrays), ["surface", "thumbnails", "params"]);
});

test("empty arrays stay empty", () => {
  const { arrays } = decodeMessage(frame([["history_epochs", "u4", [0], []], ["history_train", "f4", [0], []]]));
  assert.equal(arrays.history_epochs.length, 0);
});

test("headers may hold any character", () => {
  assert.equal(decodeMessage(container({ type: "data", note: "ü → 数" }, [])).note, "ü → 数");
});

test("containers of other versions are refused", () => {
  assert.throws(() => decodeMessage(container({ type: "data" }, [], { magic: "NPG1" })), OtherVersion);
  assert.throws(() => decodeMessage(new ArrayBuffer(0)), /too short/);
  assert.throws(() => decodeMessage(new ArrayBuffer(64)), /not a container/);
  assert.throws(() => decodeMessage("{"), SyntaxError);
});

test("messages without required fields are refused", () => {
  for (const message of [null, 7, [], {}, { type: 7 }, { type: "welcome" }, { type: "welcome", session: 7 },
    { type: "config", revision: 1, config: {}, view: {}, link: "#", layers: 3 }, { type: "status", playing: true },
    { type: "warnings", warnings: null }, { type: "error", code: "full" }]) {
    assert.throws(() => decodeMessage(JSON.stringify(message)), JSON.stringify(message));
  }
  assert.deepEqual(decodeMessage('{"type": "constructor"}'), { type: "constructor" });
});

test("frames without training examples are valid", () => {
  const { arrays } = decodeMessage(frame([["history_epochs", "u4", [2], [0, 1]]]));
  assert.equal(arrays.history_train, undefined);
});

test("starts come with their pictures", () => {
  const starts = (count, arrays) => container({ type: "starts", total: 20, starts: new Array(count).fill({}) }, arrays);
  const [two, three] = [[2, 4, 4], [3, 4, 4]].map((shape) => ["surfaces", "u1", shape, new Array(shape[0] * 16).fill(7)]);
  const whole = /** @type {any} */ (decodeMessage(starts(2, [two])));
  assert.deepEqual([whole.starts.length, whole.arrays.surfaces.length], [2, 32]);
  assert.equal(decodeMessage(starts(0, [])).type, "starts");
  const read = ["answers", "labels"].map((name) => [name, "u1", [2, 3], [1, 2, 3, 4, 5, 6]]);
  assert.equal(/** @type {any} */ (decodeMessage(starts(2, read))).arrays.labels.length, 6);
  assert.throws(() => decodeMessage(starts(2, [read[0]])), /damaged/);
  for (const arrays of [[], [three], [two, ["curves", "f4", [2, 1], [1, NaN]]]]) assert.throws(() => decodeMessage(starts(2, arrays)), /damaged/);
});

test("damaged frames are refused", () => {
  for (const others of [
    [["surface", "u1", [4], [0, 0, 0, 0]]],
    [["surface", "u1", [1, 4], [0, 0, 0, 0]]],
    [["surface", "u1", [0, 0], []]],
    [["thumbnails", "u1", [1, 1, 2], [0, 0]]],
    [["params", "f8", [1], [NaN]]],
    [["params", "f8", [2], [1, Infinity]]],
    [["history_epochs", "u4", [2], [1, 2]], ["history_train", "f4", [1], [0.5]]],
  ]) assert.throws(() => decodeMessage(frame(others)), JSON.stringify(others));
  assert.throws(() => decodeMessage(frame([], { message: { checkpoint: { arrays: ["params", "momentum"] } } })));
  assert.equal(decodeMessage(frame([])).type, "frame");
});

/** The arrays of a frame of the network 4-1-2 that reads pictures of 2 × 2 pixels. */
const digitArrays = () => [
  ["pictures", "u1", [3, 2, 2], [255, 128, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]], ["scales", "f4", [2], [0.5, 2]], ["biases", "f4", [3], [0, 1, 2]],
  ["answers", "u1", [3], [1, 0, 1]], ["certainty", "u1", [3], [255, 128, 200]], ["links", "f4", [4], [0.25, -1, 0.5, 2]],
];
const digitFrame = (others = [], message = {}) => {
  const names = others.map(([name]) => name);
  return container({ type: "frame", ...message }, [...digitArrays().filter(([name]) => !names.includes(name)), ...others.filter(([, kind]) => kind)]);
};

test("frames of pictures need no checkpoint", () => {
  const shown = decodeMessage(digitFrame());
  assert.deepEqual([shown.digits.side, shown.digits.pictures.length, shown.digits.activations, shown.thumbnailSize], [2, 12, null, 0]);
  assert.deepEqual([[...shown.digits.scales], [...shown.digits.answers], [...shown.digits.links]], [[0.5, 2], [1, 0, 1], [0.25, -1, 0.5, 2]]);
  assert.equal(checkpointOf(shown, "#"), null);
  const read = decodeMessage(digitFrame([["activations", "f4", [3], [0.1, 0.2, 0.9]]]));
  assert.deepEqual([...read.digits.activations], [...Float32Array.of(0.1, 0.2, 0.9)]);
});

test("damaged frames of pictures are refused", () => {
  for (const others of [
    [["pictures", "u1", [3, 4], new Array(12).fill(0)]], [["answers"]], [["certainty", "u1", [2], [1, 2]]], [["links", "f4", [1], [NaN]]],
    [["scales"]], [["biases"]], [["biases", "f4", [2], [0, 1]]], [["activations", "f4", [2], [0, 1]]], [["activations", "f4", [3], [0, 1, Infinity]]],
  ]) assert.throws(() => decodeMessage(digitFrame(others)), /damaged/, JSON.stringify(others));
  assert.throws(() => decodeMessage(digitFrame([], { checkpoint: { arrays: ["params"] } })), /damaged/);
});

test("a frame without checkpoint resumes the last", () => {
  const checkpoint = { epoch: 2, step: 4, batch: 0, carried: 0, arrays: ["params"] };
  const whole = decodeMessage(digitFrame([["params", "f8", [1], [0.5]]], { checkpoint }));
  const later = Object.assign(decodeMessage(digitFrame()), { whole });
  assert.deepEqual(checkpointOf(later, "#a"), { link: "#a", epoch: 2, step: 4, batch: 0, carried: 0, arrays: { params: base64Of(new Uint8Array(Float64Array.of(0.5).buffer)) } });
});

test("data of pictures hold those for the test", () => {
  const parts = (labels) => container({ type: "data", train_size: 8, validation_size: 1, test_size: 2, classes: 10, dimensions: 2, side: 2, examples: null, labels: [] }, [
    ["pictures", "u1", [2, 4], [0, 1, 2, 3, 4, 5, 6, 7]], ["labels", "u1", [labels.length], labels],
  ]);
  const data = dataOf(/** @type {any} */ (decodeMessage(parts([3, 9]))));
  assert.deepEqual([data.side, data.trainSize, data.validationSize, data.testSize, data.classes, data.points.length], [2, 8, 1, 2, 10, 0]);
  assert.deepEqual([[...data.pictures], [...data.labels]], [[0, 1, 2, 3, 4, 5, 6, 7], [3, 9]]);
  assert.throws(() => decodeMessage(parts([3])), /damaged/);
});

test("known pictures are not sent again", () => {
  const known = createPictures();
  const data = (content, arrays) => decodeMessage(container({ type: "data", train_size: 8, test_size: 1, side: 2, content }, arrays));
  const whole = data(5, [["pictures", "u1", [1, 4], [0, 1, 2, 3]], ["labels", "u1", [1], [9]]]);
  for (const message of [data(5, []), whole]) known.complete(message);
  assert.equal(known.content, 5);
  const [again, other] = [data(5, []), data(6, [])];
  for (const message of [again, other]) known.complete(message);
  assert.deepEqual([[...dataOf(/** @type {any} */ (again)).pictures], [...dataOf(/** @type {any} */ (again)).labels]], [[0, 1, 2, 3], [9]]);
  assert.deepEqual(dataOf(/** @type {any} */ (other)).pictures.length, 0);
  known.complete(/** @type {any} */ ({ type: "status" }));
});

test("the golden frame of pictures is decoded", () => {
  const frame = golden("digits");
  const { digits } = frame;
  assert.deepEqual([frame.seq, frame.epoch, frame.selected, frame.test_loss, digits.side, frame.thumbnailSize], [43, 7, -1, 0.1 + 0.2, 2, 0]);
  assert.ok(digits.pictures.every((byte, place) => byte === 12 * place));
  assert.deepEqual([[...digits.scales], [...digits.biases], [...digits.links]], [[0.5, 2], [0, 0.25, 0.5, 0.75, 1], [0, 1, 2, 3, 4, 5, 6, 7]]);
  assert.deepEqual([[...digits.answers], [...digits.certainty], [...digits.activations]], [[0, 1, 1, 0], [255, 128, 200, 64], [0.5, 0.25, 0, 0.125, 1]]);
  assert.ok(frame.arrays.params.every((value, place) => value === (place - 11) / 8));
  assert.deepEqual([[...frame.arrays.history_epochs], frame.checkpoint.arrays], [[7], ["params", "momentum"]]);
});

test("truncated containers are refused", () => {
  const whole = frame([]);
  for (const length of [7, 20, whole.byteLength - 1]) assert.throws(() => decodeMessage(whole.slice(0, length)), `${length} bytes`);
});

test("the golden frame is decoded", () => {
  const frame = golden();
  assert.deepEqual([frame.type, frame.seq, frame.revision, frame.run], ["frame", 42, 3, 2]);
  assert.deepEqual([frame.epoch, frame.step, frame.batch], [365, 9126, 1]);
  assert.deepEqual([frame.train_loss, frame.test_loss], [0.125, 0.1 + 0.2]);
  assert.deepEqual([frame.train_accuracy, frame.test_accuracy, frame.selected], [0.996, 1, 13]);
  assert.equal(frame.thumbnailSize, 16);
  assert.deepEqual(frame.shapes.surface, [100, 100]);
  assert.equal(frame.arrays.surface[3 * 100 + 99], 102);
  assert.equal(frame.arrays.thumbnails.length, 7 * 16 * 16);
  assert.ok(frame.arrays.thumbnails.every((byte, place) => byte === place % 251));
  assert.ok(frame.arrays.params.every((value, place) => value === (place - 12) / 8));
  assert.deepEqual([...frame.arrays.history_epochs], [363, 364, 365]);
  assert.deepEqual([...frame.arrays.history_train], [0.5, 0.25, 0.125]);
  assert.deepEqual([...frame.arrays.history_test], [0.75, 0.5, Math.fround(0.3)]);
  assert.ok(frame.arrays.alive.every((alive, place) => alive === (place % 5 === 0 ? 0 : 1)));
});

test("checkpoints hold the golden frame bit for bit", () => {
  const frame = golden();
  const { arrays, ...numbers } = checkpointOf(frame, "#seed=1");
  assert.deepEqual(numbers, { link: "#seed=1", epoch: 365, step: 9126, batch: 1, carried: 3 });
  assert.deepEqual(Object.keys(arrays), ["params", "alive", "carry"]);
  const read = (text) => [...new Float64Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer)];
  assert.deepEqual(read(arrays.params), [...frame.arrays.params]);
  assert.deepEqual(read(arrays.carry), [...frame.arrays.params].map((value) => value / 3));
  assert.deepEqual(read(arrays.alive), [...frame.arrays.alive]);
});

test("checkpoints of large networks are complete", () => {
  const params = Float64Array.from({ length: 20000 }, (_, i) => Math.sin(i));
  const frame = { checkpoint: { epoch: 1, step: 1, batch: 0, carried: 0, arrays: ["params"] }, arrays: { params } };
  const bytes = Uint8Array.from(atob(checkpointOf(frame, "").arrays.params), (letter) => letter.charCodeAt(0));
  assert.deepEqual(new Float64Array(bytes.buffer), params);
});

test("the schema brings the pictures of features", () => {
  const { features } = readSchema('{"features": [{"name": "x", "label": "x₁", "picture": "AAGA/w=="}]}');
  assert.deepEqual(features, [{ name: "x", label: "x₁", picture: { picture: Uint8Array.of(0, 1, 128, 255), size: 2, classes: null } }]);
});

test("only a single output is shown in full", () => {
  const shows = (selected, outputs) => showsOutput({ selected, shapes: { thumbnails: [6 + outputs, 16, 16] } }, 7, outputs);
  assert.deepEqual([shows(13, 1), shows(12, 1), shows(13, 3), shows(15, 3)], [true, false, false, false]);
});

test("parameters are counted by layer", () => {
  assert.equal(parameterCount([2, 4, 2, 1]), 25);
  assert.equal(parameterCount([7, 1]), 8);
  assert.equal(parameterCount([0, 1]), 1);
});

test("parameter indices order unit, source, then bias", () => {
  for (const layers of [[2, 4, 2, 1], [7, 16, 1, 3, 1], [0, 3, 1], [5, 1]]) {
    let next = 0;
    for (let layer = 1; layer < layers.length; layer++) {
      for (let unit = 0; unit < layers[layer]; unit++) {
        for (let source = 0; source < layers[layer - 1]; source++) assert.equal(parameterIndex(layers, layer, unit, source), next++);
        assert.equal(parameterIndex(layers, layer, unit, null), next++);
      }
    }
    assert.equal(next, parameterCount(layers));
  }
});

test("the documentation names this version", () => {
  const page = readFileSync(new URL("../../docs/protocol.md", import.meta.url), "utf8");
  assert.match(page, new RegExp(`Version \\*\\*${VERSION}\\*\\*`));
});

test("showsNetwork compares pictures with their network", () => {
  const shown = Object.assign(decodeMessage(digitFrame()), { layers: [4, 1, 2] });
  assert.deepEqual([[4, 1, 2], [4, 2, 2], [9, 1, 2]].map((layers) => showsNetwork(shown, layers)), [true, false, false]);
  assert.equal(showsNetwork(Object.assign(shown, { layers: [4, 2, 2] }), [4, 2, 2]), false);
});

test("showsNetwork needs all pictures, weights and biases", () => {
  const shows = ({ layers = [2, 4, 2, 1], length = 25, pictures = 7 }) =>
    showsNetwork({ layers, arrays: { params: new Float64Array(length) }, shapes: { thumbnails: [pictures, 16, 16] } }, [2, 4, 2, 1]);
  for (const length of [25, 25 + 12, 25 + 22, 25 + 4 * 22]) assert.ok(shows({ length }));
  assert.equal(shows({ length: 24 }), false);
  assert.equal(shows({ layers: [2, 2, 4, 1] }), false);
  assert.equal(shows({ layers: null }), false);
  for (const pictures of [3, 6, 14]) assert.equal(shows({ pictures }), false);
});
