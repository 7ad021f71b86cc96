/** The data next to a lesson: folded into a narrow column at first. Without a lesson on the page it does nothing. */

export function createDataFold() {
  const button = document.getElementById("data-fold");
  button?.addEventListener("click", () => {
    const isOpen = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(isOpen));
    document.documentElement.toggleAttribute("data-unfolded", isOpen);
  });
}
