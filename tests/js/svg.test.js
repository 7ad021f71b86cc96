import assert from "node:assert/strict";
import test from "node:test";

import { drawing, linkTags, tag, textTag } from "../../static/js/lib/svg.js";

test("tags have attributes and content", () => {
  assert.equal(tag("g", { id: "a", x: 1.23456, fill: null }), '<g id="a" x="1.23"/>');
  assert.equal(tag("g", {}, "<b/>"), "<g><b/></g>");
});

test("attributes are escaped", () => {
  assert.equal(tag("g", { title: `<a b="c" d='e'>&` }), '<g title="&#60;a b=&#34;c&#34; d=&#39;e&#39;&#62;&#38;"/>');
});

test("text is escaped", () => {
  assert.equal(textTag("<script>", { x: 1 }), '<text x="1" xml:space="preserve">&#60;script&#62;</text>');
  assert.match(textTag("a\u0000b\ufffe", {}), />ab</);
});

const layout = /** @type {any} */ ({
  links: [{ index: 0, x1: 0, y1: 1, x2: 10, y2: 21 }, { index: 1, x1: 0, y1: 2, x2: 10, y2: 22 }],
  biases: [{ index: 2, x: 5, y: 6, size: 7 }],
});
const look = { params: [-3, 1, 0.5], alive: Uint8Array.of(1, 0, 1), color: (weight) => `c${weight}`, width: (weight) => Math.abs(weight), edge: "edge" };

test("links go from weak to strong, then biases", () => {
  const tags = linkTags(layout, look);
  assert.deepEqual(tags.map((text) => /(?:stroke|fill)="(c[^"]+)"/.exec(text)?.[1]), ["c1", "c-3", "c0.5"]);
});

test("links are curves", () => {
  const [, strong] = linkTags(layout, look);
  assert.match(strong, /d="M0 1C5 1 5 21 10 21"/);
  assert.match(strong, /stroke-width="3"/);
});

test("dead links are faint", () => {
  assert.deepEqual(linkTags(layout, look).map((text) => text.includes("opacity")), [true, false, false]);
  assert.ok(!linkTags(layout, { ...look, alive: undefined }).join("").includes("opacity"));
});

test("drawings have a style and a background", () => {
  const text = drawing(100, 50.5, "white", ["<a/>", "<b/>"], "text{fill:red}");
  assert.match(text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="100" height="50\.5" viewBox="0 0 100 50\.5">/);
  assert.ok(text.endsWith('<style>text{fill:red}</style>\n<rect width="100" height="50.5" fill="white"/>\n<a/>\n<b/></svg>'));
});
