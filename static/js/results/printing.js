/** Prints one part of the page, and nothing around it. */

/** The root's attribute while the part is printed, and that of all that is left out; results.css knows both. */
const [PRINTED, LEFT_OUT] = ["data-printed", "data-left-out"];

/**
 * @param {HTMLElement} element  what is printed
 * @param {{before: () => void}} parts  before: draws it again, in the colors of paper
 */
export function createPrinting(element, { before }) {
  const root = document.documentElement;
  /** @type {Element[]} */
  let left = [];

  function end() {
    root.removeAttribute(PRINTED);
    for (const part of left) part.removeAttribute(LEFT_OUT);
    left = [];
    before();
  }

  return {
    print() {
      for (let part = /** @type {Element} */ (element); part.parentElement && part !== document.body; part = part.parentElement) {
        left.push(...[...part.parentElement.children].filter((other) => other !== part));
      }
      for (const part of left) part.setAttribute(LEFT_OUT, "");
      root.setAttribute(PRINTED, "");
      addEventListener("beforeprint", before, { once: true });
      addEventListener("afterprint", end, { once: true });
      globalThis.print();
    },
  };
}
