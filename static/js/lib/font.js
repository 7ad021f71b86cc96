/** A font for drawings that leave the page and cannot load it. */

/**
 * Style for the text of such a drawing, with the font itself in it.
 * @param {string | null | undefined} address  of the font; a page without one has none
 * @returns {Promise<string>} CSS; without the font if there is none, or it cannot be loaded
 */
export async function fontStyle(address) {
  const url = address ? await dataUrl(address).catch(() => "") : "";
  const face = url && `@font-face{font-family:Inter;src:url(${url})format("woff");font-weight:300 700}`;
  return `${face}text{font-variant-numeric:tabular-nums}`;
}

/** A font as a data URL, or nothing. @param {string} address */
async function dataUrl(address) {
  const response = await fetch(address);
  const bytes = new Uint8Array(await response.arrayBuffer());
  return response.ok ? `data:font/woff;base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}` : "";
}
