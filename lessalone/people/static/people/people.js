// Small comforts for joining and signing in. Every page works without them, but for passkeys, which are made of script.

// The browser knows the time zone: it is offered, and can be changed.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
document.querySelectorAll("[data-time-zone]").forEach((box) => {
  const isUnchosen = !box.value || box.value === "UTC";
  if (!zone || !isUnchosen) return;
  if (box.tagName === "SELECT" && ![...box.options].some((one) => one.value === zone)) return;
  box.value = zone;
});

// A passkey: the ceremony is the browser's; what it answers is sent as a form.
const optionsOf = async (form) => {
  const written = document.getElementById("passkey-options");
  if (!form.dataset.passkeyFetch) return JSON.parse(written.textContent);
  const answer = await fetch(form.dataset.passkeyFetch, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no options");
  return (await answer.json()).request_options;
};

const passkey = (form) => {
  const said = form.querySelector("[data-passkey-said]");
  form.querySelector("[data-passkey-off]").hidden = true;
  form.querySelector("[data-passkey-on]").hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    said.hidden = true;
    try {
      const options = await optionsOf(form);
      const isNew = form.dataset.passkey === "create";
      if (isNew) {
        Object.assign(options.publicKey.authenticatorSelection, {
          residentKey: "required", requireResidentKey: true, userVerification: "required",
        });
      }
      const credential = await window.webauthnJSON[isNew ? "create" : "get"](options);
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      said.textContent = said.dataset.words;
      said.hidden = false;
    }
  }, { capture: true });
};

if (window.PublicKeyCredential && window.webauthnJSON) document.querySelectorAll("[data-passkey]").forEach(passkey);
