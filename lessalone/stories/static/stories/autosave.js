"use strict";
// Keeps what is written on the server while it is written. Without this script the buttons do the same.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-autosave-status]");
  const revision = form.querySelector("[name=revision]");
  let timer = 0, isSaving = false, isDirty = false, isStopped = false;
  const say = (words) => { if (status.textContent !== words) status.textContent = words; };
  async function save() {
    if (isSaving || !isDirty || isStopped) return;
    isSaving = true; isDirty = false;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true });
      if (answer.status === 204) { revision.value = answer.headers.get("X-Revision"); say(form.dataset.saved); }
      else if (answer.status === 409) { isStopped = true; say(form.dataset.conflict); }
      else throw new Error(String(answer.status));
    } catch { isDirty = true; say(form.dataset.offline); later(5000); }
    isSaving = false;
    if (isDirty) later(800);
  }
  function later(wait) { clearTimeout(timer); timer = setTimeout(save, wait); }
  form.addEventListener("input", () => { isDirty = true; later(800); });
  form.addEventListener("submit", () => { isStopped = true; clearTimeout(timer); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
}
