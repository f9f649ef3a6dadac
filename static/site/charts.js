/* Value box of charts: what a point says, by pointer and by keyboard. The drawing is the server's and stays as it is; each
   chart is one Tab stop, and arrows move in it. Values come as attributes (`data-box`) and are only ever written as text. */
"use strict";

for (const chart of document.querySelectorAll("[data-chart]")) {
  const points = [...chart.querySelectorAll("svg a")];
  if (!points.length) continue;
  const figure = chart.closest("figure, section");
  const keys = figure?.querySelector(".chartkeys");
  const box = Object.assign(document.createElement("div"), { className: "vbox", hidden: true });
  const add = (parent, name, text) => parent.appendChild(Object.assign(document.createElement(name), { textContent: text }));
  const pointAt = (event) => event.target.closest("svg a");
  let shown = null; // the point whose values are shown
  let tapped = null; // one that a first tap shows, and does not open yet

  function fill(point) {
    const [head, rows, note] = JSON.parse(point.dataset.box || "null") || [point.getAttribute("aria-label"), [], ""];
    box.replaceChildren();
    add(box, "b", head);
    const list = rows.length ? add(box, "dl", "") : null;
    for (const [name, value] of rows) add(list, "dt", name) && add(list, "dd", value);
    if (note) add(box, "p", note);
  }

  // Beside the point, with its foot at that of the point; where there is no room at either side, below it.
  function place(point) {
    const [own, all, width] = [point.getBoundingClientRect(), chart.getBoundingClientRect(), box.offsetWidth + 14];
    const [left, right] = [own.left - all.left - width, own.right - all.left + 14];
    const beside = left >= 0 ? left : right + width <= all.width ? right : null;
    const foot = own.bottom - all.top;
    box.style.left = `${beside ?? Math.max(0, all.width - width)}px`;
    box.style.top = `${beside === null ? foot + 6 : Math.max(0, foot - box.offsetHeight)}px`;
  }

  function show(point) {
    shown?.classList.remove("on");
    shown = point;
    box.hidden = !point;
    if (!point) return;
    point.classList.add("on");
    fill(point);
    place(point);
  }

  function stopAt(point) {
    for (const each of points) each.setAttribute("tabindex", each === point ? "0" : "-1");
  }

  function move(event) {
    const at = points.indexOf(pointAt(event));
    const last = points.findLastIndex((each) => each.dataset.box); // what follows has no values of its own
    const to = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: 0, End: Math.max(last, 0) };
    const table = figure?.querySelector("details[id]");
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key in to) points[Math.max(0, Math.min(points.length - 1, to[event.key]))].focus();
    else if (event.key === "Escape") show(null);
    else if (event.key.toLowerCase() === "t" && table) {
      table.open = true;
      table.querySelector("summary").focus();
    } else return;
    event.preventDefault();
  }

  for (const point of points) point.querySelector("title")?.remove(); // the box says it, and at once
  stopAt(chart.querySelector("svg a[data-start]") || points[0]);
  box.setAttribute("aria-hidden", "true"); // a screen reader has the label of the point
  chart.append(box);
  chart.addEventListener("pointerover", (event) => {
    const point = pointAt(event);
    if (!point || point === shown) return;
    tapped = event.pointerType === "touch" ? point : null;
    show(point);
  });
  chart.addEventListener("pointerleave", (event) => event.pointerType === "touch" || show(null));
  chart.addEventListener("click", (event) => {
    if (tapped && pointAt(event) === tapped) event.preventDefault();
    tapped = null;
  });
  chart.addEventListener("focusin", (event) => {
    const point = pointAt(event);
    if (!point) return;
    stopAt(point);
    show(point);
    if (keys) keys.hidden = false;
  });
  chart.addEventListener("focusout", () => {
    show(null);
    if (keys) keys.hidden = true;
  });
  chart.addEventListener("keydown", move);
}
