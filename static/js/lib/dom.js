/** Making and finding elements, and reading the style sheet. */

/**
 * Sets properties: `on…` functions listen, `class` and names with a dash or of SVG become attributes, true and false
 * switch an attribute on and off, null and undefined leave it out.
 * @param {Element} element
 * @param {Record<string, unknown>} props
 */
function setProps(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") {
      element.addEventListener(name.replace(/^on/, ""), /** @type {EventListener} */ (value));
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

/**
 * An HTML element.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown>} [props]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  setProps(element, props);
  element.append(...children);
  return element;
}

/**
 * An SVG element.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown>} [props]
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function svg(tag, props = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setProps(element, props);
  element.append(...children);
  return element;
}

/** How long a file must be available while it is being saved, in ms. */
const SAVED_WITHIN = 60_000;

/**
 * Saves a file on the user's machine.
 * @param {string} name @param {BlobPart} content @param {string} type  of MIME
 */
export function download(name, content, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), SAVED_WITHIN);
}

/**
 * The element with this id, which must exist and be of this kind.
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind  its class, as HTMLInputElement
 * @returns {T}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no ${kind.name} with the id ${id}`);
  return element;
}

/**
 * All elements under `root` that match and are of this kind, in the order of the page.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T[]}
 */
export function all(root, selector, kind) {
  return [...root.querySelectorAll(selector)].filter((element) => element instanceof kind).map((element) => /** @type {T} */ (element));
}

/**
 * Writes text only if it is different, so that nothing is laid out (or read aloud) for no reason.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Reads colors and other tokens of the style sheet as they are in the present theme.
 * @returns {(name: string) => string} the value of a token by its name without "--"
 */
export function styleTokens() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

/**
 * The dark color scheme of the system: whether it is in use, and when that changes.
 * @returns {MediaQueryList}
 */
export const darkScheme = () => matchMedia("(prefers-color-scheme: dark)");

/**
 * Whether the user wants things not to move, and when that changes.
 * @returns {MediaQueryList}
 */
export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)");

/** @type {MediaQueryList | null} */
let scheme = null;

/**
 * What the values of the tokens depend on: the theme that was chosen, and the system's.
 * @returns {string}
 */
export function themeKey() {
  scheme ??= darkScheme();
  return `${document.documentElement.dataset.theme ?? ""} ${scheme.matches}`;
}

/**
 * The size of the page's type, by which everything scales.
 * @returns {number} CSS pixels
 */
export function typeSize() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}
