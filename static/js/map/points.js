/** Paints the examples over a map, wherever there is one. */

import { byteOf } from "../lib/color.js";
import { EXTENT, toShare } from "./picture.js";

/** Points at a map of 350 pixels. */
const POINT = { radius: 3.4, ring: 1.3, map: 350 };
/** @type {Record<import("./curve.js").Part["kind"], string>} */
const RINGS = { train: "#fff", validation: "#5fe0cd", test: "#000" };

/**
 * The parts of the data that are shown, each over those before.
 * @param {import("../core/types.js").Data} data @param {boolean} areOthersShown
 * @returns {import("./curve.js").Part[]}
 */
export function partsOf({ trainSize, validationSize, targets }, areOthersShown) {
  const firstTest = trainSize + validationSize;
  return [
    ...(areOthersShown ? [
      { kind: /** @type {const} */ ("test"), start: firstTest, end: targets.length },
      { kind: /** @type {const} */ ("validation"), start: trainSize, end: firstTest },
    ] : []),
    { kind: "train", start: 0, end: trainSize },
  ];
}

/**
 * @param {CanvasRenderingContext2D} context  of a square canvas
 * @param {import("../core/types.js").Data} data
 * @param {readonly import("./curve.js").Part[]} parts
 * @param {import("../lib/palette.js").Palette} palette
 */
export function paintPoints(context, data, parts, palette) {
  const side = context.canvas.width;
  const grow = side / POINT.map;
  const classColors = data.classes > 2 ? palette.forClasses(data.classes).colors : null;
  context.lineWidth = POINT.ring * grow;
  for (const { kind, start, end } of parts) {
    context.strokeStyle = RINGS[kind];
    for (let i = start; i < end; i++) {
      const [x1, x2] = [data.points[2 * i], data.points[2 * i + 1]];
      if (Math.abs(x1) > EXTENT || Math.abs(x2) > EXTENT) continue;
      context.fillStyle = classColors?.[data.targets[i]] ?? palette.shades[byteOf(data.targets[i])];
      context.beginPath();
      context.arc(toShare(x1) * side, (1 - toShare(x2)) * side, POINT.radius * grow, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
  }
}
