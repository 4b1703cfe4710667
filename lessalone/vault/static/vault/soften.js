// Draw ovals over faces. Without this script, the squares do the same.

(() => {
const start = (area) => {
  const form = area.closest("form");
  const field = form.querySelector("[data-ovals]");
  const hint = form.querySelector("[data-draw-hint]");
  const ovals = [];
  area.classList.add("draws");
  area.addEventListener("dragstart", (event) => event.preventDefault());
  hint.hidden = false;

  const place = (patch, [left, top, width, height]) => {
    patch.style.left = `${left}%`;
    patch.style.top = `${top}%`;
    patch.style.width = `${width}%`;
    patch.style.height = `${height}%`;
  };
  const write = () => { field.value = JSON.stringify(ovals.map((one) => one.region)); };
  const add = (region) => {
    const patch = document.createElement("button");
    patch.type = "button";
    patch.className = "patch";
    patch.setAttribute("aria-label", area.dataset.sayRemove);
    const one = { region, patch };
    patch.addEventListener("click", () => {
      ovals.splice(ovals.indexOf(one), 1);
      patch.remove();
      write();
    });
    place(patch, region);
    area.append(patch);
    ovals.push(one);
    write();
    return one;
  };

  const at = (event) => {
    const box = area.getBoundingClientRect();
    const within = (value) => Math.max(0, Math.min(100, value));
    return [within((event.clientX - box.left) / box.width * 100), within((event.clientY - box.top) / box.height * 100)];
  };
  const between = ([x, y], [u, v]) => [Math.min(x, u), Math.min(y, v), Math.abs(x - u), Math.abs(y - v)]
    .map((part) => Math.round(part * 100) / 100);

  let from = null;
  let drawn = null;
  area.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".patch, label") || event.button) return;
    event.preventDefault();
    from = at(event);
    area.setPointerCapture(event.pointerId);
  });
  area.addEventListener("pointermove", (event) => {
    if (!from) return;
    const region = between(from, at(event));
    if (region[2] < 2 && region[3] < 2) return;
    drawn ??= add(region);
    drawn.region = region;
    place(drawn.patch, region);
    write();
  });
  const end = () => {
    if (drawn && (drawn.region[2] < 1 || drawn.region[3] < 1)) drawn.patch.click();
    from = drawn = null;
  };
  area.addEventListener("pointerup", end);
  area.addEventListener("pointercancel", end);

  try { JSON.parse(field.value || "[]").forEach(add); } catch { field.value = ""; }
};

document.querySelectorAll("[data-patches]").forEach(start);
})();
