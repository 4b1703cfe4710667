"use strict";
// Asks now and then whether an open story is still there. When it was taken back, nothing of it stays on the page.
for (const article of document.querySelectorAll("[data-still]")) {
  let isGone = false;
  async function look() {
    if (isGone || document.hidden) return;
    try {
      const answer = await fetch(article.dataset.still, { cache: "no-store" });
      if (answer.status !== 404) return;
      isGone = true;
      const words = document.createElement("h1");
      words.textContent = article.dataset.gone;
      document.getElementById("main").replaceChildren(words);
    } catch { /* No connection: nothing is known, and the next look tells. */ }
  }
  setInterval(look, 4000);
  addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  document.addEventListener("visibilitychange", look);
}
