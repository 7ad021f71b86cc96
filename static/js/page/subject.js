/** Which page an experiment belongs to: that of the plane or that of pictures. A link opened on the other one leads there. */

import { addressWith, linkKeys } from "../net/address.js";
import { urlOf } from "../net/root.js";

/** @typedef {"plane" | "digits"} SubjectName */
/** Where the pages are, from the root on. @type {Record<SubjectName, string>} */
const PATHS = { plane: "", digits: "digits" };
const PICTURE_DATASETS = ["mnist", "uci"];
/** The losses that a network of pictures can have. */
const PICTURE_LOSSES = ["squared_error", "cross_entropy"];
const PICTURE_LINK = new RegExp(`(?:^|[#&?])dataset=(?:${PICTURE_DATASETS.join("|")})(?:&|$)`);

/** Whether a value of a setting is one of a subject. @param {SubjectName} name @param {string} field @param {unknown} value */
function isOf(name, field, value) {
  if (field === "dataset") return PICTURE_DATASETS.includes(String(value)) === (name === "digits");
  return field !== "loss" || name === "plane" || PICTURE_LOSSES.includes(String(value));
}

/**
 * The schema as the page of a subject has it: with the values of settings that can be chosen there.
 * @param {import("../core/types.js").Schema} schema @param {SubjectName} name
 * @returns {import("../core/types.js").Schema}
 */
export function schemaOf(schema, name) {
  const fields = schema.fields.map((field) => (field.choices ? { ...field, choices: field.choices.filter(({ value }) => isOf(name, field.name, value)) } : field));
  return { ...schema, fields, data: name === "digits" ? "pictures" : "points" };
}

/**
 * The subject of an experiment.
 * @param {Pick<import("../core/types.js").Config, "problem" | "dataset">} config
 * @returns {SubjectName}
 */
export const subjectOf = ({ problem, dataset }) => (problem === "classification" && PICTURE_DATASETS.includes(dataset) ? "digits" : "plane");

/**
 * The subject of a link, as far as that can be seen without reading all of it.
 * @param {string} link
 * @returns {SubjectName | null} null: it says nothing of its data
 */
export function subjectOfLink(link) {
  if (PICTURE_LINK.test(link)) return "digits";
  return /(?:^|[#&?])dataset=/.test(link) ? "plane" : null;
}

/** The page of an experiment, from the root on. @param {string} link  in full */
export const pageOf = (link) => PATHS[subjectOfLink(link) ?? "plane"];

/** Goes to the page of a subject. @param {SubjectName} name @param {string} link  of the experiment @param {readonly string[]} keys  of links */
function go(name, link, keys) {
  location.replace(urlOf(addressWith({ pathname: PATHS[name], search: location.search, hash: "" }, keys, link)));
}

/**
 * Whether the address of this page has an experiment of another page, which is then opened.
 * @param {{name: SubjectName}} subject  of this page
 */
export function isElsewhere({ name }) {
  const other = subjectOfLink(location.hash);
  if (other === null || other === name) return false;
  go(other, location.hash, []);
  return true;
}

/**
 * @param {{name: SubjectName}} subject  of the page
 * @param {import("../core/types.js").Schema} schema
 * @returns {(config: import("../core/types.js").Config, link: string) => boolean} whether the experiment is one of another
 *   page, which is then opened
 */
export function createLeaving({ name }, schema) {
  let isLeaving = false;
  return (config, link) => {
    const other = subjectOf(config);
    if (other === name || isLeaving) return isLeaving;
    isLeaving = true;
    go(other, link, linkKeys(schema));
    return true;
  };
}
