/** Prints one part of the page, and nothing around it. */

/** Attributes while the part is printed, which results.css knows: of the root, of what the part is in, and of all that is left out. */
const [PRINTED, AROUND, LEFT_OUT] = ["data-printed", "data-printed-in", "data-left-out"];

/**
 * @param {HTMLElement} element  what is printed
 * @param {{before: () => void}} parts  before: draws it again, in the colors of paper
 */
export function createPrinting(element, { before }) {
  const root = document.documentElement;
  /** @type {[Element, string][]} */
  let marked = [];

  function end() {
    root.removeAttribute(PRINTED);
    for (const [part, attribute] of marked) part.removeAttribute(attribute);
    marked = [];
    before();
  }

  return {
    print() {
      for (let part = /** @type {Element} */ (element); part.parentElement && part !== document.body; part = part.parentElement) {
        const around = part.parentElement;
        marked.push([around, AROUND], ...[...around.children].filter((other) => other !== part).map((other) => /** @type {[Element, string]} */ ([other, LEFT_OUT])));
      }
      for (const [part, attribute] of marked) part.setAttribute(attribute, "");
      root.setAttribute(PRINTED, "");
      addEventListener("beforeprint", before, { once: true });
      addEventListener("afterprint", end, { once: true });
      globalThis.print();
    },
  };
}
