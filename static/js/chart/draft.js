/** The loss chart as it is drawn until its library is there, which then draws the same at the same positions. Pure. */

/**
 * What the chart shows. Epochs and losses are in the units of the axes: on a logarithmic one losses are still losses.
 * @typedef {object} Scene
 * @property {number} type  the page's type size in pixels
 * @property {string} font  its family
 * @property {{width: number, height: number, left: number, right: number, top: number, bottom: number}} room  in pixels; margins
 * @property {number} axisEnd
 * @property {[number, number]} range
 * @property {boolean} isLog
 * @property {import("./axes.js").Tick[]} epochTicks
 * @property {import("./axes.js").Tick[]} lossTicks
 * @property {{name: string, color: string, width: number, x: number[], y: number[]}[]} lines
 * @property {{epoch: number, text: string, color: string, isLine: boolean, isLate: boolean}[]} marks
 */

/** From the axes to their numbers, in pixels. */
const AWAY = { x: 7, y: 7 };
/** Of the numbers and of the marks, in the page's type size. */
export const SMALL = 0.79;

/**
 * Paints a scene.
 * @param {HTMLCanvasElement} canvas  which takes the size of the chart
 * @param {Scene} scene
 * @param {import("../lib/palette.js").Palette["colors"]} colors
 */
export function paintDraft(canvas, { type, font, room, axisEnd, range, isLog, epochTicks, lossTicks, lines, marks }, colors) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const { width, height, left, right, top, bottom } = room;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  const [across, up] = [width - left - right, height - top - bottom];
  const x = (/** @type {number} */ epoch) => left + (epoch / axisEnd) * across;
  const atShare = (/** @type {number} */ value) => top + up * (1 - (value - range[0]) / (range[1] - range[0]));
  const y = (/** @type {number} */ loss) => atShare(isLog ? Math.log10(loss) : loss);

  context.font = `${SMALL * type}px ${font}`;
  context.fillStyle = colors.soft;
  context.strokeStyle = colors.line;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { at, text } of lossTicks) {
    context.fillText(text, left - AWAY.x, atShare(at));
    stroke(context, [[left, Math.round(atShare(at)) + 0.5], [left + across, Math.round(atShare(at)) + 0.5]]);
  }
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  for (const { at, text } of epochTicks) context.fillText(text, x(at), top + up + AWAY.y + SMALL * type);
  stroke(context, [[left, Math.round(top + up) + 0.5], [left + across, Math.round(top + up) + 0.5]]);
  stroke(context, [[Math.round(left) + 0.5, top], [Math.round(left) + 0.5, top + up]]);

  context.save();
  context.beginPath();
  context.rect(left, top, across, up);
  context.clip();
  context.lineJoin = "round";
  for (const line of lines) {
    const points = line.x.map((epoch, index) => /** @type {[number, number]} */ ([x(epoch), y(line.y[index])])).filter(([, at]) => Number.isFinite(at));
    context.strokeStyle = context.fillStyle = line.color;
    context.lineWidth = line.width;
    if (points.length > 1) stroke(context, points);
  }
  context.restore();
  for (const line of lines) {
    if (line.x.length !== 1 || !Number.isFinite(y(line.y[0]))) continue;
    context.fillStyle = line.color;
    context.beginPath();
    context.arc(x(line.x[0]), y(line.y[0]), 2, 0, 2 * Math.PI);
    context.fill();
  }
  context.textBaseline = "top";
  for (const { epoch, text, color, isLine, isLate } of marks) {
    context.fillStyle = context.strokeStyle = color;
    context.textAlign = isLate ? "right" : "left";
    context.fillText(text, x(epoch) + (isLate ? -3 : 3), top + 3);
    context.setLineDash([2, 2]);
    if (isLine) stroke(context, [[x(epoch), top], [x(epoch), top + up]]);
    context.setLineDash([]);
  }
}

/** @param {CanvasRenderingContext2D} context @param {[number, number][]} points */
function stroke(context, points) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}
