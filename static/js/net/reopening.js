/**
 * Another experiment in place of the present one, with what belongs to it beside its link: weights, examples, losses.
 * The present one is let go only when the server has taken the other; if it refuses, the page goes back to where it was.
 *
 * @typedef {import("../core/types.js").Decoded} Decoded
 * @typedef {import("../core/types.js").Checkpoint} Checkpoint
 * @typedef {import("../core/types.js").FieldError} FieldError
 */

import { carriesExamples } from "../data/examples.js";

/**
 * @typedef {object} Reopening
 * @property {string} link
 * @property {string | null} [examples]  the code of own examples that the link does not carry
 * @property {Checkpoint | null} [checkpoint]  to go on from; null: epoch 0
 * @property {import("./resume.js").Losses | null} [losses]  up to there
 * @property {boolean} [isLesson]  it is the next experiment of the lesson beside the page, which may lift its own locks
 * @property {{number: number, epoch: number} | null} [origin]  the run of the table that it goes on from
 * @property {string} [name]  of the run that begins with it
 */

/** @type {FieldError} */
const NOT_ITS_OWN = {
  code: "bad_checkpoint", field: "checkpoint", got: null, allowed: null,
  message: "The weights do not belong to this experiment, so it was not opened.",
};

/** @type {FieldError} */
const DAMAGED = { ...NOT_ITS_OWN, message: "The saved weights are damaged, so this experiment was not opened." };

/**
 * @param {object} parts
 * @param {() => void} parts.reconnect  ends the connection and makes another, which greets
 * @param {(wanted: Reopening, config: import("../core/types.js").ConfigMessage) => FieldError[]} [parts.objections]  why not to take it
 * @param {(taken: Reopening) => void} parts.onTaken  before the page hears anything of it
 * @param {(errors: FieldError[]) => void} parts.onRefused  the page is about to go back
 */
export function createReopening({ reconnect, onTaken, onRefused, objections = () => [] }) {
  /** @type {Reopening | null} */
  let wanted = null;
  /** What has come of it so far, for the page to hear if it is taken. @type {Decoded[]} */
  let held = [];
  let isResumed = false;

  /** @param {FieldError[]} errors */
  function refuse(errors) {
    wanted = null;
    held = [];
    onRefused(errors);
  }

  return {
    /** @param {Reopening} opening */
    open(opening) {
      wanted = opening;
      reconnect();
    },

    isPending: () => wanted !== null,

    /** What the greeting says of it; null when there is nothing to open, and the page greets as ever. */
    greeting() {
      if (!wanted) return null;
      held = [];
      const { link, examples, checkpoint } = wanted;
      return { link, ...(examples && { examples }), ...(checkpoint && { checkpoint, playing: false }) };
    },

    /** The greeting itself was refused. @param {FieldError[]} errors */
    refuse,

    /**
     * @param {Decoded} message
     * @returns {Decoded[]} what the page is to hear now
     */
    take(message) {
      if (!wanted) return [message];
      if (message.type === "welcome") isResumed = message.resumed === "checkpoint";
      const errors = message.type === "error" ? errorsOf(message) : [];
      if (message.type === "config" && wanted.checkpoint && !isResumed) errors.push(NOT_ITS_OWN);
      if (message.type === "config") errors.push(...objections(wanted, message));
      if (errors.length > 0) {
        refuse(errors);
        reconnect();
        return [];
      }
      held.push(message);
      if (message.type !== "config") return [];
      const [taken, heard] = [wanted, held];
      wanted = null;
      held = [];
      onTaken(taken);
      return heard;
    },
  };
}

/** The code of own examples that a link does not carry itself. @param {import("../core/types.js").Data | null} data @param {string} link */
export function examplesBeside(data, link) {
  return data?.examples && !carriesExamples(link) ? data.examples : null;
}

/** @param {import("../core/types.js").ErrorMessage} message @returns {FieldError[]} */
export function errorsOf({ code, field, got, allowed, message, errors }) {
  // what is in a checkpoint means nothing to whoever has saved it
  if (code === "bad_checkpoint") return [DAMAGED];
  return errors?.length > 0 ? [...errors] : [{ code, field, got, allowed, message }];
}
