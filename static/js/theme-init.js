// Runs before the first paint, so that neither a chosen theme nor a page in a frame flashes as the other one, and before
// anything can be pressed or change the address of the page.
(() => {
  const root = document.documentElement;
  root.dataset.root = new URL(root.dataset.root ?? "", document.baseURI).href;
  try {
    const theme = localStorage.getItem("theme");
    // forced colors go with the theme of the system only
    const isForced = matchMedia("(forced-colors: active)").matches;
    if (!isForced && (theme === "light" || theme === "dark")) root.dataset.theme = theme;
    if (localStorage.getItem("played") !== null) root.dataset.played = "";
  } catch {
    // Without storage there is no choice to remember.
  }
  // the modules of the page do not even load then, and nobody would know why
  if (self.origin === "null") {
    addEventListener("DOMContentLoaded", () => {
      const template = document.querySelector("#message-template");
      const messages = document.querySelector("#messages");
      if (!(template instanceof HTMLTemplateElement) || !messages) return;
      messages.append(template.content.cloneNode(true));
      const message = messages.querySelector(".message");
      message?.querySelector("ul")?.remove();
      message?.querySelector("[data-dismiss]")?.remove();
      message?.querySelector("strong")?.append("This frame cannot run the playground");
      message?.querySelector("p")?.append("The page around it puts it in a sandbox without its own origin. Its author needs to write "
        + "sandbox=\"allow-scripts allow-same-origin\" on the iframe, or remove the sandbox attribute.");
    });
  }
  // a button that is pressed while the modules still load is pressed again when they have run
  /** @type {HTMLElement[]} */
  const pressed = [];
  /** @param {Event} event */
  const note = ({ target }) => {
    const button = target instanceof Element ? target.closest("button[data-action]") : null;
    if (button instanceof HTMLElement) pressed.push(button);
  };
  addEventListener("click", note);
  addEventListener("DOMContentLoaded", () => {
    removeEventListener("click", note);
    for (const button of pressed) button.click();
  });
  // changes for the first time when all of the document is there, before the modules run
  document.addEventListener("readystatechange", () => (root.dataset.parsed = ""), { once: true });
  // what the page shows at first is not what the link describes
  if (location.hash.length > 1) root.dataset.waiting = "";
  if (new URLSearchParams(location.search).get("embed") === "1") root.dataset.embed = "";
})();
