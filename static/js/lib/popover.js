/** A card that opens below a button, toward the middle of the window, and closes with Escape, a click elsewhere, or the button. */

/** Pixels between the card, its button, and the edge of the window. */
const AWAY = 6;
const EDGE = 8;

/**
 * Lets a button open a card.
 * @param {HTMLButtonElement} button  says by `aria-expanded` whether the card is open
 * @param {HTMLElement} card  with the attribute `popover`
 * @param {{onOpen?: () => void}} [parts]
 */
export function createPopover(button, card, { onOpen = () => {} } = {}) {
  const isOpen = () => card.matches(":popover-open");
  /** A click on the button closes the card before it arrives; then it is not to open it again. */
  let wasOpen = false;

  button.addEventListener("pointerdown", () => (wasOpen = isOpen()), { capture: true });
  button.addEventListener("click", (event) => {
    const isSecond = event.detail > 0 && wasOpen;
    wasOpen = false;
    if (isOpen()) card.hidePopover();
    else if (!isSecond) open();
  });
  card.addEventListener("toggle", () => button.setAttribute("aria-expanded", String(isOpen())));
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    card.hidePopover();
    button.focus({ preventScroll: true });
  });
  addEventListener("resize", () => isOpen() && arrange());

  function open() {
    onOpen();
    card.showPopover();
    arrange();
  }

  /** Beneath the button, or above it where there is more room; within the window. */
  function arrange() {
    const at = button.getBoundingClientRect();
    card.style.maxHeight = "";
    const { width, height } = card.getBoundingClientRect();
    const below = innerHeight - EDGE - at.bottom - AWAY;
    const above = at.top - AWAY - EDGE;
    const isBelow = height <= below || below >= above;
    card.style.maxHeight = `${Math.round(isBelow ? below : above)}px`;
    const left = at.left + at.right < innerWidth ? at.left : at.right - width;
    card.style.left = `${Math.round(Math.max(EDGE, Math.min(left, innerWidth - EDGE - width)))}px`;
    card.style.top = `${Math.round(isBelow ? at.bottom + AWAY : at.top - AWAY - Math.min(height, above))}px`;
  }

  return { isOpen, close: () => isOpen() && card.hidePopover() };
}
