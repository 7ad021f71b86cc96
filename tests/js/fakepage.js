/**
 * A page without a browser, for tests of views: elements with attributes, classes, styles, events that bubble, and simple
 * selectors (tag, #id, .class, [name], [name=value], [name^=value], :not(…), one inside another, and lists of them).
 * Nothing is laid out: tests set `box`.
 */

/** Splits a selector without spaces into its parts. @param {string} selector */
const partsOf = (selector) => selector.match(/[#.]?[\w-]+|\[[^\]]+\]|:[\w-]+(?:\([^)]*\))?/g) ?? [];

/** Splits a selector between an element and one in it. @param {string} selector */
const stepsOf = (selector) => selector.match(/(?:[^\s([]|\([^)]*\)|\[[^\]]*\])+/g) ?? [];

/** Splits a list of selectors at its own commas. @param {string} list */
const selectorsOf = (list) => list.match(/(?:[^,(]|\([^)]*\))+/g) ?? [];

/** Where an element is. @param {number} left @param {number} top @param {number} width @param {number} height */
export const boxOf = (left, top, width, height) => ({ left, top, width, height, right: left + width, bottom: top + height });

class FakeEvent {
  constructor(type, props = {}) {
    Object.assign(this, { type, bubbles: true, target: null, key: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, defaultPrevented: false, isStopped: false }, props);
  }

  preventDefault() {
    this.defaultPrevented = true;
  }

  stopPropagation() {
    this.isStopped = true;
  }
}

class FakeText {
  nodeType = 3;

  constructor(text) {
    this.textContent = text;
    this.parentNode = null;
  }
}

export class FakeElement {
  static TEXT_NODE = 3;

  constructor(tag) {
    this.tagName = tag.toUpperCase();
    this.attributes = new Map();
    this.childNodes = [];
    this.parentNode = null;
    this.listeners = new Map();
    this.box = boxOf(0, 0, 100, 100);
    this.dataset = new Proxy({}, {
      get: (_, name) => this.attributes.get(dataName(name)),
      set: (_, name, value) => (this.attributes.set(dataName(name), String(value)), true),
      deleteProperty: (_, name) => (this.attributes.delete(dataName(name)), true),
    });
    const names = () => new Set((this.getAttribute("class") ?? "").split(" ").filter(Boolean));
    const write = (/** @type {Set<string>} */ set) => this.setAttribute("class", [...set].join(" "));
    this.classList = {
      contains: (name) => names().has(name),
      add: (...some) => write(new Set([...names(), ...some])),
      remove: (...some) => write(new Set([...names()].filter((name) => !some.includes(name)))),
      toggle: (name, force = !names().has(name)) => (force ? this.classList.add(name) : this.classList.remove(name)),
    };
    this.style = { setProperty(name, value) { this[name] = value; } };
    for (const name of ["hidden", "disabled", "checked", "open"]) {
      Object.defineProperty(this, name, { get: () => this.attributes.has(name), set: (is) => this.toggleAttribute(name, Boolean(is)) });
    }
    for (const name of ["id", "title", "value", "type", "min", "max", "tabIndex", "inputMode", "autocomplete"]) {
      const attribute = name.toLowerCase();
      Object.defineProperty(this, name, { configurable: true, get: () => (name === "tabIndex" ? Number(this.attributes.get(attribute) ?? -1) : this.attributes.get(attribute) ?? ""), set: (value) => void this.attributes.set(attribute, String(value)) });
    }
  }

  setAttribute(name, value) {
    this.attributes.set(name.toLowerCase(), String(value));
  }

  getAttribute(name) {
    return this.attributes.get(name.toLowerCase()) ?? null;
  }

  hasAttribute(name) {
    return this.attributes.has(name.toLowerCase());
  }

  removeAttribute(name) {
    this.attributes.delete(name.toLowerCase());
  }

  toggleAttribute(name, force = !this.hasAttribute(name)) {
    if (force && name === "checked") this.uncheckOthers();
    if (force) this.attributes.set(name.toLowerCase(), this.attributes.get(name.toLowerCase()) ?? "");
    else this.removeAttribute(name);
  }

  /** Of radio buttons with one name only one is checked. */
  uncheckOthers() {
    if (this.type !== "radio") return;
    let root = this;
    while (root.parentNode) root = root.parentNode;
    for (const other of root.querySelectorAll(`[name=${this.getAttribute("name")}]`)) other.removeAttribute("checked");
  }

  get children() {
    return this.childNodes.filter((node) => node instanceof FakeElement);
  }

  get childElementCount() {
    return this.children.length;
  }

  get firstElementChild() {
    return this.children[0] ?? null;
  }

  get lastElementChild() {
    return this.children.at(-1) ?? null;
  }

  get parentElement() {
    return this.parentNode;
  }

  get isConnected() {
    return this === globalThis.document?.documentElement || (this.parentNode?.isConnected ?? false);
  }

  get textContent() {
    return this.childNodes.map((node) => node.textContent).join("");
  }

  set textContent(text) {
    this.replaceChildren(text);
  }

  /** @param {number} index @param {unknown[]} nodes */
  insertAt(index, nodes) {
    const made = nodes.map((node) => (typeof node === "string" ? new FakeText(node) : node));
    for (const node of made) node.remove?.();
    this.childNodes.splice(index, 0, ...made);
    for (const node of made) node.parentNode = this;
  }

  append(...nodes) {
    this.insertAt(this.childNodes.length, nodes);
  }

  after(...nodes) {
    this.parentNode.insertAt(this.parentNode.childNodes.indexOf(this) + 1, nodes);
  }

  before(...nodes) {
    this.parentNode.insertAt(this.parentNode.childNodes.indexOf(this), nodes);
  }

  insertBefore(node, before) {
    node.remove();
    this.insertAt(before ? this.childNodes.indexOf(before) : this.childNodes.length, [node]);
  }

  replaceChildren(...nodes) {
    for (const node of this.childNodes) node.parentNode = null;
    this.childNodes = [];
    this.append(...nodes);
  }

  /** A copy without listeners, with all that is in it. */
  cloneNode() {
    const copy = make(this.tagName.toLowerCase());
    for (const [name, value] of this.attributes) copy.attributes.set(name, value);
    copy.append(...this.childNodes.map((node) => (node instanceof FakeElement ? node.cloneNode() : node.textContent)));
    return copy;
  }

  /** What a template holds. */
  get content() {
    return this;
  }

  /** What has the focus loses it, also when it is only moved. */
  remove() {
    const { document } = globalThis;
    if (document?.activeElement && this.isConnected && this.contains(document.activeElement)) document.activeElement = null;
    if (this.parentNode) this.parentNode.childNodes = this.parentNode.childNodes.filter((node) => node !== this);
    this.parentNode = null;
  }

  contains(node) {
    return node === this || this.children.some((child) => child.contains(node));
  }

  matches(selector) {
    return selectorsOf(selector).some((one) => {
      const steps = stepsOf(one);
      const around = steps.slice(0, -1).join(" ");
      return this.matchesOwn(steps.at(-1)) && (around === "" || Boolean(this.parentNode?.closest(around)));
    });
  }

  /** @param {string} selector  without spaces between its parts */
  matchesOwn(selector) {
    return partsOf(selector).every((part) => {
      if (part.startsWith("#")) return this.id === part.slice(1);
      if (part.startsWith(".")) return this.classList.contains(part.slice(1));
      if (part.startsWith(":not(")) return !this.matches(part.slice(5, -1));
      if (part.startsWith(":")) return part === ":focus-visible" ? globalThis.document.activeElement === this && globalThis.document.isByKeys : this[part.slice(1)] === true;
      if (!part.startsWith("[")) return this.tagName === part.toUpperCase();
      const [name, value] = part.slice(1, -1).split("=");
      const wanted = value?.replace(/^["']|["']$/g, "");
      if (name.endsWith("^")) return this.getAttribute(name.slice(0, -1))?.startsWith(wanted) === true;
      return value === undefined ? this.hasAttribute(name) : this.getAttribute(name) === wanted;
    });
  }

  closest(selector) {
    return this.matches(selector) ? this : this.parentNode?.closest(selector) ?? null;
  }

  querySelectorAll(selector) {
    return this.children.flatMap((child) => [...(child.matches(selector) ? [child] : []), ...child.querySelectorAll(selector)]);
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  addEventListener(type, run) {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), run]);
  }

  dispatchEvent(event) {
    event.target ??= this;
    for (const run of this.listeners.get(event.type) ?? []) run(event);
    if (event.bubbles && !event.isStopped) (this.parentNode ?? (this === globalThis.document.documentElement ? globalThis.document : null))?.dispatchEvent(event);
    return !event.defaultPrevented;
  }

  click() {
    this.dispatchEvent(new FakeEvent("click", { detail: 1 }));
  }

  focus() {
    if (this.disabled) return;
    globalThis.document.activeElement?.blur();
    globalThis.document.activeElement = this;
    this.dispatchEvent(new FakeEvent("focus", { bubbles: false }));
    this.dispatchEvent(new FakeEvent("focusin"));
  }

  blur() {
    if (globalThis.document.activeElement !== this) return;
    globalThis.document.activeElement = null;
    this.dispatchEvent(new FakeEvent("blur", { bubbles: false }));
  }

  select() {}

  scrollIntoView() {}

  setCustomValidity(why) {
    this.validationMessage = why;
  }

  reportValidity() {}

  setPointerCapture() {}

  getBoundingClientRect() {
    return this.box;
  }

  checkVisibility() {
    return this.closest("[hidden]") === null;
  }

  get clientWidth() {
    return this.box.width;
  }

  get clientHeight() {
    return this.box.height;
  }

  showPopover() {
    this["popover-open"] = true;
    this.dispatchEvent(new FakeEvent("toggle", { bubbles: false }));
  }

  hidePopover() {
    this["popover-open"] = false;
    this.dispatchEvent(new FakeEvent("toggle", { bubbles: false }));
  }

  togglePopover(isOpen) {
    if (isOpen) this.showPopover();
    else this.hidePopover();
  }

  showModal() {
    this.open = true;
  }

  /** The event of a browser comes later: tests fire it. */
  close() {
    this.open = false;
    this.isClosed = true;
  }

  /** A context that notes the names of its calls in `calls`. */
  getContext() {
    this.calls ??= [];
    this.context ??= new Proxy({ canvas: this }, {
      get: (known, name) => known[name] ?? ((...values) => {
        this.calls.push(name);
        return name === "createImageData" ? { width: values[0], data: new Uint8ClampedArray(4 * values[0] * values[1]) } : { width: 8 };
      }),
      set: (known, name, value) => ((known[name] = value), true),
    });
    return this.context;
  }
}

/** A range over the text of an element, which is as large as the element. */
function makeRange() {
  let element = null;
  return { selectNodeContents: (node) => (element = node.parentNode), getBoundingClientRect: () => element.box };
}

/** @param {string | symbol} name */
const dataName = (name) => `data-${String(name).replace(/[A-Z]/g, (sign) => `-${sign.toLowerCase()}`)}`;

/** A list chooses one of its options: at first the one that is marked or the first, and none if it has no such value. */
class FakeSelect extends FakeElement {
  constructor(tag) {
    super(tag);
    let chosen = null;
    Object.defineProperty(this, "value", {
      get: () => {
        const options = this.options;
        if (typeof chosen === "object" && !options.includes(chosen)) chosen = options.find((option) => option.hasAttribute("selected")) ?? options[0] ?? null;
        return chosen?.value ?? "";
      },
      set: (value) => (chosen = this.options.find((option) => option.value === value)),
    });
  }

  get options() {
    return this.querySelectorAll("option");
  }

  add(option, before = null) {
    this.insertBefore(option, before);
  }
}

class FakeOption extends FakeElement {
  get text() {
    return this.textContent;
  }

  set text(text) {
    this.textContent = text;
  }
}

const BASES = { select: FakeSelect, option: FakeOption };
const KINDS = { input: "Input", button: "Button", select: "Select", option: "Option", textarea: "TextArea", table: "Table", output: "Output", dialog: "Dialog", canvas: "Canvas", a: "Anchor", form: "Form", progress: "Progress", details: "Details", template: "Template", script: "Script" };
const classes = Object.fromEntries(Object.entries(KINDS).map(([tag, kind]) => [`HTML${kind}Element`, class extends (BASES[tag] ?? FakeElement) {}]));

/** @param {string} tag */
const make = (tag) => new (classes[`HTML${KINDS[tag]}Element`] ?? FakeElement)(tag);

/** Sets global variables, including those that Node makes read-only. @param {Record<string, unknown>} values */
export function setGlobals(values) {
  for (const [name, value] of Object.entries(values)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

/**
 * Makes the page the global one.
 * @param {Record<string, string>} [elements]  tags of elements in it, by id
 * @returns {{body: FakeElement, byId: (id: string) => FakeElement, resize: () => void, frames: (() => void)[], setDark: (isDark: boolean) => void, fire: (element: FakeElement, type: string, props?: object) => FakeEvent, fireOnWindow: (type: string, props?: object) => void}}
 *   `resize`: tells all that observe sizes; `frames`: what waits for the next frame of the screen; `setDark`: the theme of the system
 */
export function openPage(elements = {}) {
  const documentElement = make("html");
  const body = make("body");
  documentElement.dataset.root = "./";
  documentElement.append(body);
  const document = Object.assign(make("document"), {
    baseURI: "https://here/", documentElement, body, activeElement: null, isByKeys: true, timeline: { currentTime: 0 }, createElement: make, createRange: makeRange, createElementNS: (_, tag) => make(tag),
    getElementById: (id) => documentElement.querySelector(`#${id}`), querySelectorAll: (selector) => documentElement.querySelectorAll(selector),
  });
  /** @type {(() => void)[]} */
  const observers = [];
  /** @type {(() => void)[]} */
  const frames = [];
  /** @type {Map<string, ((event: FakeEvent) => void)[]>} */
  const onWindow = new Map();
  const scheme = Object.assign(make("scheme"), { matches: false });
  const observe = (run) => ({ observe: (element) => observers.push(() => run([{ contentRect: element.box }])) });
  setGlobals({
    document, window: globalThis, ...classes, Node: FakeElement, Element: FakeElement, HTMLElement: FakeElement, Event: FakeEvent, PointerEvent: FakeEvent,
    Option: function Option(text, value) { return Object.assign(make("option"), { text, value }); },
    ResizeObserver: function ResizeObserver(run) { return observe(run); }, Path2D: class {},
    matchMedia: (query) => (query.includes("dark") ? scheme : { matches: false }), devicePixelRatio: 1, innerWidth: 1000, innerHeight: 800, scrollY: 0,
    getComputedStyle: () => ({ fontSize: "14px", fontFamily: "serif", getPropertyValue: (name) => (name.startsWith("--") ? "#123456" : "") }),
    requestAnimationFrame: (run) => frames.push(run), addEventListener: (type, run) => onWindow.set(type, [...(onWindow.get(type) ?? []), run]),
  });
  for (const [id, tag] of Object.entries(elements)) {
    const element = make(tag);
    element.id = id;
    body.append(element);
  }
  return {
    body, frames,
    byId: (id) => documentElement.querySelector(`#${id}`),
    setDark(isDark) {
      scheme.matches = isDark;
      scheme.dispatchEvent(new FakeEvent("change", { bubbles: false }));
    },
    resize: () => observers.forEach((run) => run()),
    fire(element, type, props = {}) {
      const event = new FakeEvent(type, props);
      element.dispatchEvent(event);
      return event;
    },
    fireOnWindow: (type, props = {}) => onWindow.get(type)?.forEach((run) => run(new FakeEvent(type, props))),
  };
}
