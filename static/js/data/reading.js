/** The actions of reading pictures: of the data, or drawn. The plane's page has no button for them. */

import { createLatestRequest } from "../net/latestRequest.js";
import { base64Of } from "../net/protocol.js";

/**
 * A picture: one of the data by its number as an example, or any other by its bytes, side² of them, 255 for ink.
 * @typedef {{example: number} | {pixels: Uint8Array}} Picture
 */

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageStore} parts.store
 * @param {import("../core/actions.js").Send} parts.send
 */
export function createReadingActions({ store, send }) {
  /** The picture that is being read, and the data set that it belongs to. @type {{picture: Picture, dataset: string, seed: string} | null} */
  let followed = null;

  // while a picture is being drawn, only the last is read
  const requests = createLatestRequest((/** @type {Picture | null} */ picture) => {
    if (picture === null) return send({ type: "read" });
    return send({ type: "read", ...("pixels" in picture ? { pixels: base64Of(picture.pixels) } : picture) });
  });

  return {
    /** Reads a picture, and reads it again with every frame. @param {Picture | null} picture  null: none any more */
    read(picture) {
      const { config: { dataset, seed }, reading } = store.get();
      if (picture === null && followed === null && reading === null) return;
      followed = picture && { picture, dataset, seed };
      if (picture === null) store.set({ reading: null });
      requests.request(picture);
    },

    /** Reads again what a new greeting has made the server forget, if the data are still the same. */
    readAgain() {
      const { config: { dataset, seed } } = store.get();
      if (followed?.dataset === dataset && followed.seed === seed) requests.request(followed.picture);
      else followed = null;
    },

    /** An answer has arrived. @param {number | undefined} id */
    settleReading(id) {
      requests.settle(id);
      // an answer that was on its way is of a picture that is not followed any more
      if (followed === null) store.set({ reading: null });
    },
    /** No answer will arrive any more. */
    forgetReading: () => requests.forget(),
  };
}
