/** Saves what is on the screen, network and map, as a picture, beside the run as an animation. */

import { byteOf } from "../lib/color.js";
import { all, byId } from "../lib/dom.js";
import { drawing, linkTags, tag, textTag } from "../lib/svg.js";
import { fontStyle } from "../lib/font.js";
import { formatLoss } from "../lib/format.js";
import { linkWidth } from "../network/strength.js";
import { currentPalette } from "../lib/palette.js";
import { createPictureCard } from "../runs/pictureCard.js";

/** In CSS pixels: around the picture and between its halves, and the line beneath it. */
const PAD = 24;
const CAPTION = 30;
/** Pixels of a saved picture to one of the page. */
const DENSITY = 2;
/** What is there to be used, and not part of the picture. */
const LEFT_OUT = ".links, .callout, .port-name, .probe, .visually-hidden, .readout, .surface-room, .surface-hint, .surface-note, button:not(.unit), input, select, [popover]";

/**
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/actions.js").PageState} PageState
 */

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {() => import("../network/network.js").Scene | null} parts.scene  what the network is drawn from
 */
export function createExport({ actions, scene }) {
  const card = createPictureCard({ actions });
  /** @type {Frame | null} */
  let frame = null;

  /** What each of these buttons saves. */
  const kinds = {
    png: async () => {
      const { svg, width, height } = draw(await style());
      const image = new Image();
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
      await image.decode();
      const canvas = Object.assign(document.createElement("canvas"), { width: width * DENSITY, height: height * DENSITY });
      canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => blob && card.save(`${name()}.png`, blob, "image/png"), "image/png");
    },
    svg: async () => card.save(`${name()}.svg`, draw(await style()).svg, "image/svg+xml"),
  };
  for (const [kind, run] of Object.entries(kinds)) {
    for (const button of all(document, `[data-picture=${kind}]`, HTMLButtonElement)) button.addEventListener("click", run);
  }

  const name = () => `playground-epoch-${frame?.epoch ?? 0}`;

  /* ---- The picture ---- */

  const style = () => fontStyle(document.querySelector("link[rel=preload][as=font]")?.getAttribute("href"));

  /** @param {string} style  of its text */
  function draw(style) {
    const { colors, shades } = currentPalette();
    const board = all(document, "#network .board", HTMLElement)[0];
    const map = byId("heatmap", HTMLElement);
    const [network, plane] = [board.getBoundingClientRect(), map.getBoundingClientRect()];
    const drawn = scene();
    // the last links run into the map, as on the page
    const isJoined = drawn?.layout.isAtMap ?? false;
    const [right, down] = isJoined ? [network.width, plane.top - network.top] : [network.width + PAD, 0];
    const above = Math.max(0, -down);
    const width = Math.ceil(right + plane.width + 2 * PAD);
    const bottoms = all(board, ".unit, .bias-name", HTMLElement).map((unit) => unit.getBoundingClientRect().bottom - network.top);
    const height = Math.ceil(above + Math.max(down + plane.height, ...bottoms) + 2 * PAD + CAPTION);
    const links = drawn ? linkTags(drawn.layout, {
      params: drawn.params, alive: drawn.alive, edge: colors.edge,
      color: (weight) => shades[byteOf(weight)], width: (weight) => linkWidth(weight) * drawn.scale,
    }) : [];
    const parts = [
      tag("g", { transform: `translate(${PAD} ${PAD + Math.round(above)})` }, [...links, ...tagsOf(board, network)].join("\n")),
      tag("g", { transform: `translate(${PAD + Math.round(right)} ${PAD + Math.round(above + down)})` }, tagsOf(map, plane).join("\n")),
      textTag(words(), { x: PAD, y: height - PAD, fill: colors.soft, "font-size": 14, "font-family": getComputedStyle(document.body).fontFamily }),
    ];
    return { svg: drawing(width, height, colors.bg, parts, style), width, height };
  }

  /** What the numbers of the moment are. */
  function words() {
    if (!frame) return "";
    const test = frame.test_loss === null ? "" : `  test loss ${formatLoss(frame.test_loss)}`;
    const shown = byId("map-showing", HTMLElement).firstElementChild?.textContent ?? "";
    return `Epoch ${frame.epoch.toLocaleString("en-US")}${test}  training loss ${formatLoss(frame.train_loss)}  ${shown}`.trimEnd();
  }

  return {
    /** @param {Frame | null} newest @param {PageState} state */
    draw(newest, state) {
      frame = newest;
      card.draw(newest, state);
    },
  };
}

/**
 * All that can be seen of an element, as SVG: pictures, frames, fills, words.
 * @param {HTMLElement} root @param {DOMRect} from  its place
 * @returns {string[]}
 */
function tagsOf(root, from) {
  /** @type {string[]} */
  const tags = [];
  /** @type {string[]} */
  const frames = [];
  for (const element of all(root, "*", HTMLElement)) {
    if (element.closest(LEFT_OUT) || !element.checkVisibility({ visibilityProperty: true })) continue;
    const { left, top, width, height } = element.getBoundingClientRect();
    const box = { x: left - from.left, y: top - from.top, width, height };
    const style = getComputedStyle(element);
    if (element instanceof HTMLCanvasElement) tags.push(imageTag(element, box, `clip-${root.id || "board"}-${tags.length}`));
    else if (style.backgroundColor !== "rgba(0, 0, 0, 0)") tags.push(tag("rect", { ...box, rx: radius(style, width), fill: style.backgroundColor }));
    if (element.matches(".unit, .one")) {
      frames.push(tag("rect", { ...box, rx: radius(style, width), fill: "none", stroke: style.borderTopColor, "stroke-width": parseFloat(style.borderTopWidth) }));
    } else if (parseFloat(style.borderTopWidth) > 0 && height < 5) {
      tags.push(tag("rect", { ...box, fill: style.borderTopColor }));
    }
    tags.push(...wordTags(element, style, from));
  }
  return [...tags, ...frames];
}

/** @param {CSSStyleDeclaration} style @param {number} width */
function radius({ borderTopLeftRadius: text }, width) {
  return text.endsWith("%") ? (parseFloat(text) / 100) * width : Math.min(parseFloat(text) || 0, width / 2);
}

/** A picture with the corners of what holds it. @param {HTMLCanvasElement} canvas @param {{x: number, y: number, width: number, height: number}} box @param {string} id */
function imageTag(canvas, box, id) {
  if (canvas.width === 0 || box.width === 0) return "";
  const round = canvas.parentElement ? radius(getComputedStyle(canvas.parentElement), box.width) : 0;
  const { opacity } = getComputedStyle(canvas);
  const clip = tag("clipPath", { id }, tag("rect", { ...box, rx: round }));
  return clip + tag("image", { ...box, href: canvas.toDataURL(), preserveAspectRatio: "none", opacity: opacity === "1" ? null : opacity, "clip-path": `url(#${id})` });
}

/** @param {HTMLElement} element @param {CSSStyleDeclaration} style @param {DOMRect} from */
function wordTags(element, style, from) {
  return [...element.childNodes].flatMap((node) => {
    const words = node.nodeType === Node.TEXT_NODE ? (node.textContent ?? "").trim() : "";
    if (words === "") return [];
    const range = document.createRange();
    range.selectNodeContents(node);
    const { left, top, height } = range.getBoundingClientRect();
    return textTag(style.textTransform === "uppercase" ? words.toUpperCase() : words, {
      x: left - from.left, y: top - from.top + height / 2, "dominant-baseline": "central", fill: style.color,
      "font-size": parseFloat(style.fontSize), "font-weight": style.fontWeight, "font-family": style.fontFamily,
      "letter-spacing": style.letterSpacing === "normal" ? null : style.letterSpacing,
    });
  });
}
