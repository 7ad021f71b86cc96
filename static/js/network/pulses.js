/**
 * Pulses on the links while minibatches are trained one at a time: values travel forward, layer by layer, and then what
 * backpropagation changes travels backward. Pure, but for the painting.
 *
 * @typedef {import("./layout.js").LinkPath} LinkPath
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {{link: LinkPath, strength: number, isPositive: boolean}} Pulse  strength: 0 … 1
 * @typedef {{forward: Pulse[][], backward: Pulse[][]}} Pass  for each layer of links, from the features on
 * @typedef {{direction: "forward" | "backward", layer: number, share: number}} Stage  share: of the way, 0 … 1
 */

import { byteOf } from "../lib/color.js";

/** In ms: each way through all layers, and the turn between them. */
export const WAY = 270;
export const TURN = 60;
/** Pulses in one layer: those of the strongest links. */
const MOST = 48;
/** Radii in CSS pixels, and how near to its ends a pulse fades. */
const RADIUS = { least: 2.5, most: 5 };
const FADE = 0.15;

/**
 * Whether a frame comes one minibatch after another, or as one of many that are trained one at a time.
 * @param {Pick<Frame, "run" | "step" | "past"> | null} before
 * @param {Pick<Frame, "run" | "step" | "past"> | null} frame
 * @param {{playing: boolean, speed: string}} status
 * @returns {boolean}
 */
export function isMinibatch(before, frame, { playing, speed }) {
  if (!before || !frame || before.run !== frame.run || before.past || frame.past) return false;
  return playing ? speed === "minibatch" && frame.step > before.step : frame.step === before.step + 1;
}

/**
 * Where the pulses are.
 * @param {number} elapsed  ms since the pass began
 * @param {number} layers  of links
 * @returns {Stage | "turn" | null} null: the pass is over
 */
export function stageAt(elapsed, layers) {
  if (elapsed < WAY) return { direction: "forward", ...placeIn(elapsed / WAY, layers) };
  if (elapsed < WAY + TURN) return "turn";
  const back = (elapsed - WAY - TURN) / WAY;
  if (back >= 1) return null;
  const { layer, share } = placeIn(back, layers);
  return { direction: "backward", layer: layers - 1 - layer, share: 1 - share };
}

/** @param {number} way  0 … 1 @param {number} layers */
const placeIn = (way, layers) => ({ layer: Math.floor(way * layers), share: (way * layers) % 1 });

/**
 * What travels: forward the weights, backward their changes, of the strongest links of each layer.
 * @param {readonly LinkPath[]} links
 * @param {ArrayLike<number>} params
 * @param {ArrayLike<number>} before  the same before the minibatch
 * @returns {Pass}
 */
export function passOf(links, params, before) {
  /** @type {LinkPath[][]} */
  const layers = [];
  for (const link of links) (layers[link.layer - 1] ??= []).push(link);
  const isSame = before.length === params.length;
  return {
    forward: layers.map((layer) => strongest(layer, (index) => params[index])),
    backward: layers.map((layer) => strongest(layer, (index) => (isSame ? params[index] - before[index] : 0))),
  };
}

/** The links of a layer with the largest values. @param {readonly LinkPath[]} layer @param {(index: number) => number} valueOf @returns {Pulse[]} */
function strongest(layer, valueOf) {
  // sorted as numbers, which is much faster than as objects
  const sizes = Float64Array.from(layer, ({ index }) => Math.abs(valueOf(index))).sort();
  const [most, least] = [sizes[sizes.length - 1], sizes[Math.max(0, sizes.length - MOST)]];
  return layer.filter(({ index }) => valueOf(index) !== 0 && Math.abs(valueOf(index)) >= least).slice(0, MOST).map((link) => {
    const value = valueOf(link.index);
    return { link, strength: Math.abs(value) / most, isPositive: value > 0 };
  });
}

/** The passes, one at a time: minibatches that come meanwhile make one more pass, of the newest of them. */
export function createPulses() {
  /** @type {{pass: Pass, from: number} | null} */
  let running = null;
  /** @type {(() => Pass) | null} */
  let next = null;

  /** @param {number} time @returns {Stage | "turn" | null} */
  function stage(time) {
    const now = running && stageAt(time - running.from, running.pass.forward.length);
    if (now || !running) return now;
    running = next && { pass: next(), from: time };
    next = null;
    return running && stageAt(0, running.pass.forward.length);
  }

  return {
    /** @param {() => Pass} make  called when the pass begins @param {number} time  in ms */
    begin(make, time) {
      if (stage(time)) next = make;
      else running = { pass: make(), from: time };
    },
    isRunning: (/** @type {number} */ time) => stage(time) !== null,
    /** Ends them at once: what they were of is gone. */
    stop() {
      running = next = null;
    },
    /** @param {number} time @returns {{pulses: Pulse[], stage: Stage} | null} */
    at(time) {
      const now = stage(time);
      if (!running || now === null || now === "turn") return null;
      return { pulses: running.pass[now.direction][now.layer] ?? [], stage: now };
    },
  };
}

/**
 * Paints pulses: full dots are values, rings are changes.
 * @param {CanvasRenderingContext2D} context
 * @param {{pulses: readonly Pulse[], stage: Stage}} now
 * @param {{palette: Pick<import("../lib/palette.js").Palette, "shades" | "colors">, scale: number}} look
 */
export function paintPulses(context, { pulses, stage: { direction, share } }, { palette: { shades, colors }, scale }) {
  const isForward = direction === "forward";
  const away = share * (1.5 + share * (share - 1.5));
  const up = share * share * (3 - 2 * share);
  context.globalAlpha = Math.min(1, share / FADE, (1 - share) / FADE);
  context.lineWidth = isForward ? 1 : 2;
  for (const { link: { x1, y1, x2, y2 }, strength, isPositive } of pulses) {
    const shade = shades[byteOf(isPositive ? 1 : -1)];
    context.fillStyle = isForward ? shade : colors.bg;
    context.strokeStyle = isForward ? colors.bg : shade;
    context.beginPath();
    context.arc(x1 + (x2 - x1) * away, y1 + (y2 - y1) * up, (RADIUS.least + (RADIUS.most - RADIUS.least) * strength) * scale, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  context.globalAlpha = 1;
}
