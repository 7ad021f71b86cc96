/** A picture put onto a canvas, a pixel for each of its places. */

/**
 * @param {CanvasRenderingContext2D} context  of a canvas that takes the picture's size
 * @param {object} picture
 * @param {ArrayLike<number>} picture.picture  bytes, size × size
 * @param {number} picture.size
 * @param {ArrayLike<number> | null} picture.classes  of each place, where classes compete
 * @param {readonly Uint32Array[]} ramps  colours by byte, one ramp for each class
 */
export function putPicture(context, { picture, size, classes }, ramps) {
  const { canvas } = context;
  if (canvas.width !== size || canvas.height !== size) canvas.width = canvas.height = size;
  const image = context.createImageData(size, size);
  const pixels = new Uint32Array(image.data.buffer);
  const [colors] = ramps;
  if (classes) for (let i = 0; i < pixels.length; i++) pixels[i] = ramps[classes[i]][picture[i]];
  else for (let i = 0; i < pixels.length; i++) pixels[i] = colors[picture[i]];
  context.putImageData(image, 0, 0);
}
