// Small comforts. Every page works without them; each is asked for by a data attribute.

const each = (root, selector, act) => {
  if (root.matches?.(selector)) act(root);
  root.querySelectorAll?.(selector).forEach(act);
};

// Leave this page: put the neutral page in the place of this one, so that "back" does not lead here.
const leave = (link) => {
  const go = () => {
    try { sessionStorage.clear(); } catch { /* nothing was kept */ }
    try { localStorage.clear(); } catch { /* nothing was kept */ }
    document.title = link.ownerDocument.title.split(" · ").pop();
    document.body.hidden = true;
    location.replace(link.href);
  };
  link.addEventListener("click", (event) => { event.preventDefault(); go(); });
  if (link.dataset.leaveKey) leaveByKey(link.dataset.leaveKey, go);
};

// For those who switched it on: the chosen key, three times in a row. Another key in between, a key that is held
// down, or a pause begins again, so that capitals and closing a list lose nothing.
const leaveByKey = (key, go) => {
  let times = 0, last = 0;
  addEventListener("keydown", (event) => {
    if (event.repeat || event.isComposing) return;
    const isNext = event.key === key && (key === "Shift" || !event.shiftKey) && !event.ctrlKey && !event.altKey && !event.metaKey;
    times = isNext ? (event.timeStamp - last < 1000 ? times + 1 : 1) : 0;
    last = event.timeStamp;
    if (times === 3) go();
  }, { capture: true });
  addEventListener("pointerdown", () => { times = 0; }, { capture: true });
};

// A box for words grows with them, where the browser does not do so itself.
const growsItself = CSS.supports("field-sizing", "content");
const grow = (box) => {
  if (growsItself) return;
  const fit = () => {
    box.rows = Math.max(6, Math.min(24, box.value.split("\n").reduce(
      (rows, line) => rows + 1 + Math.floor(line.length / Math.max(20, box.clientWidth / 9)), 1)));
  };
  box.addEventListener("input", fit);
  fit();
};

// A browser brings only the caret into view. The whole box must not be under the bar at the foot.
addEventListener("focusin", ({ target }) => {
  if (target.matches?.("textarea")) target.scrollIntoView({ block: "nearest" });
});

// The summary of errors is read first.
const focus = (summary) => summary.focus();

// A form sent twice by an unsteady hand is sent once.
const once = (form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
};

// A choice that acts at once where there is a script, with a button where there is none.
const sendOnChange = (control) => control.addEventListener("change", () => control.form?.requestSubmit());

// Print this page.
const print = (button) => { button.hidden = false; button.addEventListener("click", () => window.print()); };

// Letters larger than the style sheet can ask for: the bar under the thumb would take too much of the page.
const letters = () => {
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  document.documentElement.toggleAttribute("data-large", innerHeight < size * 26);
};
letters();
addEventListener("resize", letters);

const start = (root) => {
  each(root, "[data-without-script]", (words) => { words.hidden = true; });
  each(root, "[data-leave]", leave);
  each(root, "textarea[data-grow]", grow);
  each(root, "[data-focus]", focus);
  each(root, "form[method=post]:not([hx-post])", once);
  each(root, "[data-send-on-change]", sendOnChange);
  each(root, "[data-print]", print);
};

start(document);
document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) start(event.detail.elt); });

// A page that the browser kept for "back" may show what was taken back since: ask again.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
addEventListener("pagehide", () => document.querySelectorAll("form").forEach((form) => { delete form.dataset.sent; }));
