// Runs before the first paint, so that neither a chosen theme nor a page in a frame flashes as the other one.
(() => {
  try {
    const theme = localStorage.getItem("theme");
    // forced colors go with the theme of the system only
    const isForced = matchMedia("(forced-colors: active)").matches;
    if (!isForced && (theme === "light" || theme === "dark")) document.documentElement.dataset.theme = theme;
    if (localStorage.getItem("played") !== null) document.documentElement.dataset.played = "";
  } catch {
    // Without storage there is no choice to remember.
  }
  // the modules of the page do not even load then, and nobody would know why
  if (self.origin === "null") {
    addEventListener("DOMContentLoaded", () => {
      const template = document.querySelector("#message-template");
      const root = document.querySelector("#messages");
      if (!(template instanceof HTMLTemplateElement) || !root) return;
      root.append(template.content.cloneNode(true));
      const message = root.querySelector(".message");
      message?.querySelector("ul")?.remove();
      message?.querySelector("[data-dismiss]")?.remove();
      message?.querySelector("strong")?.append("This frame cannot run the playground");
      message?.querySelector("p")?.append("The page around it puts it in a sandbox without its own origin. Its author needs to write "
        + "sandbox=\"allow-scripts allow-same-origin\" on the iframe, or remove the sandbox attribute.");
    });
  }
  // changes for the first time when all of the document is there, before the modules run
  document.addEventListener("readystatechange", () => (document.documentElement.dataset.parsed = ""), { once: true });
  // what the page shows at first is not what the link describes
  if (location.hash.length > 1) document.documentElement.dataset.waiting = "";
  if (new URLSearchParams(location.search).get("embed") === "1") document.documentElement.dataset.embed = "";
})();
