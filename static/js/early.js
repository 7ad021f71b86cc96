// Runs before the first paint, so that neither a chosen theme nor a page in a frame flashes as the other one.
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Without storage there is no choice to remember.
  }
  if (new URLSearchParams(location.search).get("embed") === "1") document.documentElement.dataset.embed = "";
})();
