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
  /** The picture that is being read, the data that it belongs to, and the number that their first test picture had.
   * @type {{picture: Picture, dataset: string, seed: string, first: number} | null} */
  let followed = null;

  // while a picture is being drawn, only the last is read
  const requests = createLatestRequest((/** @type {Picture | null} */ picture) => {
    if (picture === null) return send({ type: "read" });
    return send({ type: "read", ...("pixels" in picture ? { pixels: base64Of(picture.pixels) } : picture) });
  });

  /** The number of the first test picture as an example. */
  function firstTest() {
    const { data } = store.get();
    return data ? data.trainSize + data.validationSize : 0;
  }

  /** Whether the picture that is being read belongs to the present data. */
  function isOfPresentData() {
    const { config: { dataset, seed } } = store.get();
    return followed?.dataset === dataset && followed.seed === seed;
  }

  /** @param {Picture | null} picture */
  function read(picture) {
    const { config: { dataset, seed }, reading } = store.get();
    if (picture === null && followed === null && reading === null) return;
    followed = picture && { picture, dataset, seed, first: firstTest() };
    store.set({ followed: picture, ...(picture === null && { reading: null }) });
    requests.request(picture);
  }

  return {
    /** Reads a picture, and reads it again with every frame. @param {Picture | null} picture  null: none any more */
    read,

    /** Reads again what a new greeting has made the server forget, if the data are still the same. */
    readAgain() {
      if (followed && isOfPresentData()) requests.request(followed.picture);
      else followed = null;
      store.set({ followed: followed?.picture ?? null });
    },

    /** Of new data, reads the same test picture, whose number may be another one, or else the first one. */
    readTest() {
      const { data, reading } = store.get();
      if (!data?.side || data.testSize === 0) return;
      const first = firstTest();
      const kept = isOfPresentData() ? followed : null;
      if (kept && ("pixels" in kept.picture || kept.first === first)) {
        // an experiment with the same data has been opened
        if (reading === null) requests.request(kept.picture);
        return;
      }
      read({ example: kept && "example" in kept.picture ? kept.picture.example - kept.first + first : first });
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
