/** The pictures of the last data that had some: the server does not send again what it knows that the page has. */

/** @returns {{readonly content: number, complete: (message: import("../core/types.js").Decoded) => void}} */
export function createPictures() {
  let content = 0;
  /** @type {{pictures?: Uint8Array, labels?: Uint8Array}} */
  let kept = {};

  return {
    /** The number that names them; 0: there are none. */
    get content() {
      return content;
    },

    /** Keeps the pictures of data, or adds those that were left out. @param {import("../core/types.js").Decoded} message */
    complete(message) {
      if (message.type !== "data" || !message.content) return;
      const { arrays } = message;
      if (arrays.pictures) [content, kept] = [message.content, { pictures: arrays.pictures, labels: arrays.labels }];
      else if (message.content === content) Object.assign(arrays, kept);
    },
  };
}

/** @typedef {ReturnType<typeof createPictures>} Pictures */
