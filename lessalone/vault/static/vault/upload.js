// Sends photos one after another, three at a time, each so that it can go on after a lost connection, a closed
// lid or a reload. Without this script the form sends them by itself.
//
// What the browser remembers of an upload is its address and a digest of the file's name, size and date: no name.

(() => {
const AT_ONCE = 3;
const PIECE = 4 * 1024 * 1024;
const WAITS = [0, 1000, 3000, 5000, 10000, 20000, 30000, 60000];

const load = (address) => window.tus ? Promise.resolve() : new Promise((done, failed) => {
  const script = document.createElement("script");
  script.src = address;
  script.addEventListener("load", done);
  script.addEventListener("error", () => { script.remove(); failed(); });
  document.head.append(script);
});

const digest = async (text) => {
  if (!window.crypto?.subtle) return null; // only on plain http in a test: then nothing is remembered
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

// Whether it is worth trying again: the connection broke, someone else is at it, or the server is not well.
const passes = (error) => {
  const status = error.originalResponse?.getStatus() ?? 0;
  return status === 0 || status === 409 || status === 423 || (status >= 500 && status !== 507);
};

class Line {
  // One file on the page: its name, how far it is, what became of it.
  constructor(file, say) {
    this.file = file;
    this.say = say;
    this.state = element("span", { className: "state soft small", textContent: say.sayWaiting });
    this.bar = element("progress", { max: 100, value: 0 });
    this.bar.setAttribute("aria-label", file.name);
    this.name = element("div", { className: "name", textContent: file.name });
    this.item = element("li", { className: "upload" }, this.name, this.state, this.bar);
  }
  progress(sent, all) {
    const percent = all ? Math.floor(sent / all * 100) : 0;
    this.bar.value = percent;
    this.state.textContent = sent < all ? `${this.say.saySending} ${percent}%` : this.say.sayChecking;
  }
  paused() { this.state.textContent = this.say.sayPaused; }
  kept() {
    this.bar.remove();
    this.state.textContent = this.say.sayKept;
    this.item.dataset.kept = "";
  }
  refused(sentence) {
    this.bar.remove();
    this.state.remove();
    this.name.append(element("p", { className: "error", textContent: sentence }));
    this.item.dataset.refused = "";
  }
}

class Sender {
  constructor(form) {
    this.form = form;
    this.say = form.dataset;
    this.list = form.querySelector("[data-list]");
    this.status = form.querySelector("[data-status]");
    this.input = form.querySelector("input[type=file]");
    this.waiting = [];
    this.sending = new Set();
    this.asleep = new Set();
    this.done = 0;
    this.refused = 0;
    form.querySelector("[data-plain]").hidden = true;
    this.input.addEventListener("change", () => this.take());
    form.addEventListener("submit", (event) => { event.preventDefault(); this.take(); });
    window.addEventListener("offline", () => this.sending.forEach((line) => line.paused()));
    window.addEventListener("online", () => this.wake());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.wake(); });
  }

  take() {
    const files = [...this.input.files];
    this.input.value = "";
    for (const file of files) {
      const line = new Line(file, this.say);
      this.list.append(line.item);
      this.waiting.push(line);
    }
    if (files.length) this.begin();
  }

  // Chosen while there is no connection, they wait for it.
  async begin() {
    try { await load(this.say.tus); } catch { this.waiting.forEach((line) => line.paused()); return; }
    this.next();
  }

  next() {
    while (this.sending.size < AT_ONCE && this.waiting.length) this.send(this.waiting.shift());
  }

  async send(line) {
    this.sending.add(line);
    const { file } = line;
    const print = await digest([file.name, file.size, file.lastModified, this.say.shelf].join("|"));
    const upload = new window.tus.Upload(file, {
      endpoint: this.say.endpoint,
      metadata: { shelf: this.say.shelf },
      headers: { "X-CSRFToken": this.form.querySelector("[name=csrfmiddlewaretoken]").value },
      chunkSize: PIECE,
      retryDelays: WAITS,
      storeFingerprintForResuming: print !== null,
      removeFingerprintOnSuccess: true,
      fingerprint: () => Promise.resolve(print),
      onProgress: (sent, all) => line.progress(sent, all),
      onShouldRetry: (error) => {
        if (!passes(error)) return false;
        line.paused();
        return true;
      },
      onSuccess: () => this.finished(line, upload),
      onError: (error) => this.failed(line, upload, error),
    });
    line.upload = upload;
    if (print !== null) {
      const earlier = await upload.findPreviousUploads();
      if (earlier.length) upload.resumeFromPreviousUpload(earlier[0]);
    }
    upload.start();
  }

  finished(line) {
    line.kept();
    this.done += 1;
    this.ended(line);
    this.refresh();
  }

  failed(line, upload, error) {
    const response = error.originalResponse;
    if (passes(error)) {
      line.paused();
      this.asleep.add(line);
      this.sending.delete(line);
      this.next();
      return;
    }
    const isPlain = (response?.getHeader("Content-Type") ?? "").startsWith("text/plain");
    line.refused((isPlain && response.getBody()) || this.say.sayStopped);
    this.refused += 1;
    upload.findPreviousUploads().then((found) => found.forEach(
      (one) => window.tus.defaultOptions.urlStorage.removeUpload(one.urlStorageKey)));
    this.ended(line);
  }

  ended(line) {
    this.sending.delete(line);
    this.next();
    this.tell();
  }

  tell() {
    const all = this.list.children.length;
    const open = this.waiting.length + this.sending.size + this.asleep.size;
    if (open) this.status.textContent = this.say.sayProgress.replace("%n", all - open).replace("%m", all);
    else this.status.textContent = this.refused ? this.say.saySome : this.say.sayAll;
  }

  // The connection is back, or the lid is open again.
  wake() {
    const lines = [...this.asleep];
    this.asleep.clear();
    for (const line of lines) {
      this.sending.add(line);
      line.upload.start();
    }
    if (this.waiting.length) this.begin();
  }

  // Show what was kept, without losing the place on the page.
  async refresh() {
    clearTimeout(this.soon);
    this.soon = setTimeout(async () => {
      const section = this.form.parentElement;
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
      if (!answer?.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector(`[data-shelf="${this.say.shelf}"]`)?.parentElement.querySelector("[data-album]");
      const shown = section.querySelector("[data-album]");
      if (fresh && shown) shown.replaceWith(fresh);
    }, 400);
  }
}

document.querySelectorAll("form[data-uploads]").forEach((form) => {
  if (form.dataset.begun) return;
  form.dataset.begun = "yes";
  new Sender(form);
});
})();
