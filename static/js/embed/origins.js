/** Which pages may show the playground in a frame, and so hear what happens in it. Pure. */

/** Schemes that stand for all their pages, and the origin that a browser reports of them. @type {Record<string, RegExp>} */
const SCHEMES = { "file:": /^(?:null|file:\/\/.*)$/, "vscode-file:": /^vscode-file:\/\//, "vscode-webview:": /^vscode-webview:\/\// };
/** @type {Record<string, string>} */
const DEFAULT_PORTS = { "http:": "80", "https:": "443" };

/** A source as a Content-Security-Policy writes it. */
const SOURCE = /^(https?:)\/\/(\*\.)?([^/:]+)(?::(\d+|\*))?$/;

/**
 * Whether a source of a Content-Security-Policy includes an origin. As there, `http:` includes `https:`, and no port is the
 * default one.
 * @param {string} source  with or without a wildcard and a port, or one of `SCHEMES`
 * @param {string} origin  as in the event of a message
 */
function includes(source, origin) {
  if (SCHEMES[source]) return SCHEMES[source].test(origin);
  const found = SOURCE.exec(source.toLowerCase());
  if (!found || !URL.canParse(origin)) return false;
  const [, scheme, wildcard, name, port] = found;
  const { protocol, hostname, port: given } = new URL(origin);
  const isScheme = protocol === scheme || (scheme === "http:" && protocol === "https:");
  const isName = wildcard ? hostname.endsWith(`.${name}`) : hostname === name;
  return isScheme && isName && isPort(port, given, protocol);
}

/** @param {string | undefined} wanted @param {string} given  empty for the default port of the scheme @param {string} scheme  of the origin */
function isPort(wanted, given, scheme) {
  if (wanted === "*" || wanted === undefined) return wanted === "*" || given === "";
  const port = given || DEFAULT_PORTS[scheme];
  return port === wanted || (wanted === "80" && port === "443");
}

/**
 * Whether pages of an origin may show the playground in a frame.
 * @param {string} origin  as in the event of a message
 * @param {string} own  the origin of the playground
 * @param {readonly string[]} ancestors  sources, as the server's setting lists them
 */
export const mayFrame = (origin, own, ancestors) => origin === own || ancestors.some((source) => includes(source, origin));
