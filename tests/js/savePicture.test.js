import assert from "node:assert/strict";
import { resolveObjectURL } from "node:buffer";
import test from "node:test";

import { createPageActions } from "../../static/js/core/pageActions.js";
import { createStore } from "../../static/js/core/store.js";
import { h } from "../../static/js/lib/dom.js";
import { createExport } from "../../static/js/plane/savepicture.js";
import { boxOf, openPage } from "./fakepage.js";

const FRAME = { epoch: 1200, train_loss: 0.25, test_loss: 0.5 };
const SCENE = { layout: { links: [{ index: 0, x1: 0, y1: 1, x2: 10, y2: 21 }], biases: [], isAtMap: false }, params: [2], alive: [1], scale: 1 };
const KINDS = ["png", "svg", "gif", "cancel"];
const STYLE = { backgroundColor: "rgba(0, 0, 0, 0)", borderTopWidth: "0px", borderTopLeftRadius: "0px", opacity: "1", textTransform: "none", color: "black", fontSize: "14px", fontWeight: "400", fontFamily: "serif", letterSpacing: "normal" };

/** An element at its place, with its style. @param {any} element @param {object} box @param {Partial<typeof STYLE>} [look] */
const placed = (element, box, look = {}) => Object.assign(element, { box, look });

/** A canvas with pixels. @param {string} name */
const canvasOf = (name) => Object.assign(h("canvas"), { width: 8, height: 8, toDataURL: () => `data:,${name}` });

/**
 * A browser that notes what it makes, and decodes pictures and writes pixels.
 * @param {boolean} hasMemory  for the pixels
 */
function watch(hasMemory) {
  const elements = [];
  const images = [];
  const { createElement } = globalThis.document;
  const written = new Promise((resolve) => {
    globalThis.document.createElement = /** @type {any} */ ((tag) => {
      elements.push(Object.assign(createElement(tag), tag === "canvas" && {
        toBlob(run, type) {
          run(hasMemory ? new Blob([`${this.width} × ${this.height}`], { type }) : null);
          resolve(null);
        },
      }));
      return elements.at(-1);
    });
  });
  globalThis.Image = /** @type {any} */ (class {
    src = "";

    async decode() {
      images.push(await (await fetch(this.src)).text());
    }
  });
  return { images, written, made: (tag) => elements.filter(({ tagName }) => tagName === tag.toUpperCase()) };
}

/**
 * A page with a network of one unit, a map, and the card of pictures. Timers stand still, for a saved file is there for a minute.
 * @param {import("node:test").TestContext} t
 */
function open(t, { frame = FRAME, hasMemory = true, scene = SCENE } = {}) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const page = openPage({ "picture-button": "button", "picture-card": "div", "animation-progress": "div", "animation-share": "progress", "picture-said": "p", network: "section", "map-showing": "div", heatmap: "section" });
  const style = globalThis.getComputedStyle;
  globalThis.getComputedStyle = /** @type {any} */ ((element) => ({ ...style(element), ...STYLE, ...element.look }));
  const board = placed(h("div", { class: "board" }), boxOf(100, 50, 300, 200));
  const unit = placed(h("button", { class: "unit" }, canvasOf("unit")), boxOf(110, 60, 40, 40), { borderTopLeftRadius: "50%", borderTopWidth: "2px", borderTopColor: "orange" });
  placed(unit.querySelector("canvas"), boxOf(110, 60, 40, 40));
  board.append(unit);
  page.byId("network").append(board);
  placed(page.byId("heatmap"), boxOf(500, 50, 280, 280)).append(placed(canvasOf("map"), boxOf(500, 50, 280, 280)));
  page.byId("picture-card").append(...KINDS.map((kind) => h("button", { "data-picture": kind })));
  page.byId("picture-card").setAttribute("popover", "");
  const sent = [];
  const store = createStore(/** @type {any} */ ({ theme: "dark", animation: null, animationFile: null }));
  const actions = /** @type {any} */ (createPageActions({ store, send: (message) => sent.push(message) }));
  const view = createExport({ actions, scene: () => /** @type {any} */ (scene) });
  const draw = (patch = {}) => {
    store.set(patch);
    view.draw(/** @type {any} */ (frame), store.get());
  };
  draw();
  page.byId("picture-button").click();
  const { images, written, made } = watch(hasMemory);
  const files = () => made("a").map((link) => ({ name: link.getAttribute("download"), blob: resolveObjectURL(link.getAttribute("href")) }));
  return {
    page, board, sent, draw, images, written, files,
    press: async (kind) => {
      page.byId("picture-card").querySelector(`[data-picture=${kind}]`).click();
      await new Promise(setImmediate);
    },
    said: () => page.byId("picture-said").textContent,
    isOpen: () => page.byId("picture-card").matches(":popover-open"),
    svg: () => files()[0].blob.text(),
  };
}

test("a picture is named after its epoch", async (t) => {
  const { press, files, said, isOpen } = open(t);
  assert.equal(isOpen(), true);
  await press("svg");
  const [{ name, blob }] = files();
  assert.deepEqual([name, blob.type, said(), isOpen()], ["playground-epoch-1200.svg", "image/svg+xml", "playground-epoch-1200.svg is saved.", false]);
  t.mock.timers.tick(59_000);
  assert.ok(files()[0].blob, "a slow disk has time to save it");
  t.mock.timers.tick(2000);
  assert.equal(files()[0].blob, undefined, "its memory is free again");
});

test("a picture holds network, map and losses", async (t) => {
  const { press, svg } = open(t);
  await press("svg");
  const text = await svg();
  assert.match(text, /^<svg [^>]*width="652" height="358"/);
  assert.match(text, /<path d="M0 1C5 1 5 21 10 21"/);
  assert.match(text, /<g transform="translate\(24 24\)">[^]*x="10" y="10" width="40" height="40" href="data:,unit"[^]*<rect x="10" y="10" width="40" height="40" rx="20" fill="none" stroke="orange" stroke-width="2"\/>/);
  assert.match(text, /<g transform="translate\(348 24\)">[^]*x="0" y="0" width="280" height="280" href="data:,map"/);
  assert.match(text, />Epoch 1,200 {2}test loss 0\.500 {2}training loss 0\.250</);
});

test("saved links run into the map", async (t) => {
  const { page, press, svg } = open(t, { scene: { ...SCENE, layout: { ...SCENE.layout, isAtMap: true } } });
  Object.assign(page.byId("heatmap").box, boxOf(440, 20, 280, 280));
  page.byId("map-showing").append(h("span", {}, "Showing the output"));
  await press("svg");
  const text = await svg();
  assert.match(text, /^<svg [^>]*width="628"/);
  assert.match(text, /<g transform="translate\(24 54\)">[^]*<g transform="translate\(324 24\)">/);
  assert.match(text, />Epoch 1,200 [^<]* {2}Showing the output</);
});

test("a picture holds the font of the page", async (t) => {
  const { page, press, files } = open(t);
  const font = h("link", { rel: "preload", as: "font", href: "data:font/woff;base64,d09GRg==" });
  page.body.append(font);
  await press("svg");
  while (files().length < 1) await new Promise(setImmediate);
  font.setAttribute("href", "data:what is no address");
  await press("svg");
  while (files().length < 2) await new Promise(setImmediate);
  const [held, bare] = await Promise.all(files().map(({ blob }) => blob.text()));
  assert.match(held, /<style>@font-face\{font-family:Inter;src:url\(data:font\/woff;base64,d09GRg==\)format\("woff"\)[^<]*text\{font-variant-numeric:tabular-nums\}<\/style>/);
  assert.doesNotMatch(bare, /@font-face/);
});

test("missing losses are omitted", async (t) => {
  const { press, svg } = open(t, { frame: { ...FRAME, test_loss: /** @type {any} */ (null) } });
  await press("svg");
  assert.match(await svg(), />Epoch 1,200 {2}training loss 0\.250</);
});

test("a picture can precede the first frame", async (t) => {
  const { press, files, svg } = open(t, { frame: /** @type {any} */ (null) });
  await press("svg");
  assert.equal(files()[0].name, "playground-epoch-0.svg");
  assert.doesNotMatch(await svg(), /Epoch/);
});

test("a picture leaves out buttons and hidden text", async (t) => {
  const { board, press, svg } = open(t);
  const word = (text, props = {}) => placed(h("span", props, text), boxOf(200, 60, 80, 20));
  board.append(word("label"), word("told", { class: "visually-hidden" }), word("gone", { hidden: true }), h("button", {}, "press"), h("div", { class: "callout" }, word("hint")));
  await press("svg");
  assert.deepEqual([...(await svg()).matchAll(/<text x="100"[^>]*>([^<]*)</g)].map(([, text]) => text), ["label"]);
  assert.doesNotMatch(await svg(), /told|gone|press|hint/);
});

test("words look as they do on the page", async (t) => {
  const { board, press, svg } = open(t);
  board.append(placed(h("span", {}, "a < b & c"), boxOf(120, 60, 80, 20), { textTransform: "uppercase", color: "red", fontWeight: "700" }));
  await press("svg");
  assert.match(await svg(), /<text x="20" y="20" dominant-baseline="central" fill="red" font-size="14" font-weight="700" [^>]*>A &#60; B &#38; C</);
});

test("pixels show the drawing at twice the size", async (t) => {
  const { press, files, said, images, written } = open(t);
  await press("png");
  await written;
  const [{ name, blob }] = files();
  assert.deepEqual([name, blob.type, await blob.text(), said()], ["playground-epoch-1200.png", "image/png", "1304 × 716", "playground-epoch-1200.png is saved."]);
  await press("svg");
  assert.equal(images[0], await files()[1].blob.text(), "also what follows the # of a color");
});

test("a picture without pixels is not saved", async (t) => {
  const { press, files, said, isOpen, written } = open(t, { hasMemory: false });
  await press("png");
  await written;
  assert.deepEqual([files(), said(), isOpen()], [[], "", true]);
});

test("an animation is requested in the page's theme", async (t) => {
  const { sent, press } = open(t);
  await press("gif");
  await press("cancel");
  assert.deepEqual(sent, [{ type: "animate", on: true, theme: "dark" }, { type: "animate", on: false }]);
});

test("an animation shows its progress", (t) => {
  const { page, draw } = open(t);
  const shown = () => [page.byId("animation-progress").hidden, Number(page.byId("animation-share").value), page.body.querySelector("[data-picture=gif]").disabled];
  assert.deepEqual(shown(), [true, 0, false]);
  draw({ animation: 0.4 });
  assert.deepEqual(shown(), [false, 0.4, true]);
  draw({ animation: null });
  assert.deepEqual(shown(), [true, 0, false]);
});

test("an animation is saved once it arrives", async (t) => {
  const { draw, files, said, isOpen } = open(t);
  const file = (filename) => ({ filename, mime: "image/gif", arrays: { file: Uint8Array.of(71, 73, 70) } });
  draw({ animationFile: file("run.gif") });
  draw({ theme: "light" });
  const [{ name, blob }] = files();
  assert.deepEqual([files().length, name, blob.type, await blob.text(), said(), isOpen()], [1, "run.gif", "image/gif", "GIF", "run.gif is saved.", false]);
  draw({ animationFile: file("second.gif") });
  assert.deepEqual(files().map((saved) => saved.name), ["run.gif", "second.gif"]);
});
