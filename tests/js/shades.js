/** The shades of a palette, each of which names its byte. */
export const SHADES = Array.from({ length: 256 }, (_, byte) => `shade ${byte}`);
