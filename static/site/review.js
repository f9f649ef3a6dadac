/* The review queue: says what the total becomes while reports are being chosen, and keeps them and the comment for who goes to
   a report and back. The form works without it. */
"use strict";

const queue = document.querySelector("[data-review]");
const boxes = [...queue.querySelectorAll("[name=report]:not(:disabled)")];
const all = queue.querySelector("[data-all]");
const comment = queue.querySelector("#comment");

function written(amount) {
  const places = Number(queue.dataset.places);
  const step = 10n ** BigInt(Number(queue.dataset.decimals) - places);
  const size = ((amount < 0n ? -amount : amount) * 2n + step) / (step * 2n); // half up
  const digits = String(size).padStart(places + 1, "0");
  const whole = (places ? digits.slice(0, -places) : digits).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${amount < 0n && size ? "−" : ""}${whole}${places ? `.${digits.slice(-places)}` : ""}`;
}

function filled(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

function tell() {
  const chosen = boxes.filter((box) => box.checked);
  const amount = chosen.reduce((total, box) => total + BigInt(box.dataset.amount), 0n);
  const said = queue.querySelector("[data-selected]");
  const values = { count: chosen.length, amount: written(amount), then: written(BigInt(queue.dataset.present) + amount) };
  said.textContent = filled(said.dataset.selected, values);
  const approve = queue.querySelector("[data-approve]");
  approve.textContent = chosen.length ? filled(approve.dataset.approve, values) : approve.dataset.none;
  for (const box of boxes) box.closest("tr").classList.toggle("sel", box.checked);
  all.checked = chosen.length === boxes.length;
  all.indeterminate = chosen.length > 0 && !all.checked;
}

function keep() {
  history.replaceState({ chosen: boxes.filter((box) => box.checked).map((box) => box.value), comment: comment.value }, "");
}

function bringBack({ chosen, comment: text }) {
  for (const box of boxes) box.checked = chosen.includes(box.value);
  comment.value = text;
}

all.hidden = !boxes.length;
all.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
  tell();
});
queue.addEventListener("change", (event) => event.target.name === "report" && tell());
for (const name of ["change", "input"]) queue.addEventListener(name, keep);
queue.addEventListener("submit", () => history.replaceState(null, ""));
if (history.state?.chosen) bringBack(history.state);
tell();
