/** Pure: a surface and its pins as Plotly takes them. */

import { cameraOf } from "./camera.js";
import { EXTENT } from "./picture.js";
import { classColors, coordinates, heightsOf, pinsOf, scaleOf, trianglesOf } from "./relief.js";

/**
 * @typedef {import("./look.js").Look} Look
 * @typedef {import("../lib/palette.js").Palette} Palette
 */

/** Heights that are seen: those of pins on a summit, too. */
const HEIGHTS = [-1.02, 1.24];
/** Height of the box, in widths. */
const RISE = 0.62;
const TICKS = [-6, -3, 0, 3, 6];
/** At the ends they would meet those of the other axes. */
const TICK_TEXTS = ["", "−3", "0", "3", ""];
/** In pixels. */
const HEAD = { size: 2.8, ring: 1 };
const STALK = 2;
const LIGHT = { ambient: 0.84, diffuse: 0.32, specular: 0.03, roughness: 0.9, fresnel: 0.02 };
const LIGHT_FROM = { x: -2000, y: -6000, z: 12_000 };
const NO_HIGHLIGHT = { highlight: false };
const UNUSED = { showscale: false, showlegend: false, hoverinfo: "skip" };
/** Plotly refines a surface to at least 120 points a side, unless it has once had more than this. */
const UNREFINED = 720;

/** All of a surface but its points. @param {Uint32Array} ramp */
const surfaceTrace = (ramp) => ({
  type: "surface", ...UNUSED, colorscale: scaleOf(ramp), cmin: -1, cmax: 1, lighting: LIGHT, lightposition: LIGHT_FROM,
  contours: { x: NO_HIGHLIGHT, y: NO_HIGHLIGHT, z: NO_HIGHLIGHT },
});

/**
 * What is drawn once before the first surface, a plain band, so that Plotly takes later ones as they are. Refining them
 * takes four times as long as drawing them.
 * @returns {object[]}
 */
export function unrefined() {
  const x = coordinates(UNREFINED + 1);
  const level = x.map(() => 0);
  return [{ ...surfaceTrace(new Uint32Array(256)), x, y: [-EXTENT, EXTENT], z: [level, level] }];
}

/**
 * The surface; where classes compete, of triangles that have a color each.
 * @param {import("./picture.js").Picture} picture @param {number} points  of a side @param {Uint32Array[]} ramps  as the map's
 */
function surfaceOf(picture, points, ramps) {
  const at = coordinates(points);
  const z = heightsOf(picture, points);
  const { classes } = picture;
  if (!classes) return { ...surfaceTrace(ramps[0]), x: at, y: at, z };
  return {
    type: "mesh3d", ...UNUSED, ...trianglesOf(points), lighting: LIGHT, lightposition: LIGHT_FROM,
    x: at.flatMap(() => at), y: at.flatMap((x2) => at.map(() => x2)), z: z.flatMap((row) => [...row]),
    facecolor: classColors({ ...picture, classes }, points, ramps),
  };
}

/**
 * The traces of what the map shows.
 * @param {Look & {picture: import("./picture.js").Picture}} look
 * @param {object} parts
 * @param {import("../core/types.js").Data | null} parts.data
 * @param {boolean} parts.hasHeldOut  whether test and validation examples are shown, too
 * @param {number} parts.points  of a side of the grid
 * @param {boolean} parts.hasRings  whether pins have rings also where all would be alike
 * @param {Uint32Array[]} parts.ramps  as the map's
 * @param {Palette} parts.palette
 * @returns {object[]}
 */
export function tracesOf(look, { data, hasHeldOut, points, hasRings, ramps, palette }) {
  const surface = surfaceOf(look.picture, points, ramps);
  if (!data) return [surface];
  const { heads: { color, ring, ...heads }, stalks } = pinsOf(look, data, hasHeldOut, palette);
  return [
    surface,
    { type: "scatter3d", mode: "lines", ...UNUSED, ...stalks, line: { color: palette.colors.ink, width: STALK } },
    { type: "scatter3d", mode: "markers", ...UNUSED, ...heads, marker: { size: HEAD.size, color, opacity: 1, line: { color: ring, width: hasRings || hasHeldOut ? HEAD.ring : 0 } } },
  ];
}

/**
 * The layout of what the map shows. The page names the vertical axis itself: a name beside it would often be cut.
 * @param {readonly string[]} heights  the numbers at -1, 0 and 1 on the vertical axis
 * @param {object} parts
 * @param {{width: number, height: number}} parts.size  in CSS pixels
 * @param {{family: string, size: number}} parts.font
 * @param {Pick<Palette["colors"], "ink" | "soft" | "line" | "edge">} parts.colors
 * @param {import("./camera.js").Sight} parts.sight
 */
export function layoutOf(heights, { size, font, colors, sight }) {
  const axis = {
    color: colors.soft, gridcolor: colors.line, linecolor: colors.edge, zeroline: false, showspikes: false, showbackground: false,
    tickmode: "array", tickfont: { size: 0.76 * font.size, color: colors.soft }, ticklen: 0,
  };
  const named = (/** @type {string} */ text) => ({ title: { text, font: { size: 0.9 * font.size, color: colors.ink } } });
  const plane = { ...axis, range: [-EXTENT, EXTENT], tickvals: TICKS, ticktext: TICK_TEXTS };
  return {
    ...size, margin: { l: 0, r: 0, t: 0, b: 0 }, paper_bgcolor: "rgba(0, 0, 0, 0)", showlegend: false, hovermode: false,
    font: { family: font.family, size: font.size, color: colors.ink },
    scene: {
      aspectmode: "manual", aspectratio: { x: 1, y: 1, z: RISE }, bgcolor: "rgba(0, 0, 0, 0)", dragmode: false, hovermode: false,
      camera: cameraOf(sight),
      xaxis: { ...plane, ...named("x₁") }, yaxis: { ...plane, ...named("x₂") },
      zaxis: { ...axis, ...named(""), range: HEIGHTS, tickvals: [-1, 0, 1], ticktext: heights },
    },
  };
}
