/* One report under review by single keys: J and K go on and back, A approves, R returns. Only for who switches them on, which
   this browser remembers, and never while something is typed. A comment that is left with its report waits there, for this
   person in this window, until it is sent. The page works without it. */
"use strict";

const desk = document.querySelector("[data-desk]");
const keys = desk.querySelector("[data-keys]");
const REMEMBERED = "review-keys";
const comment = desk.querySelector("[data-kept-as]");
let sent = false;

function remembered(value) {
  try {
    if (value === undefined) return localStorage.getItem(REMEMBERED);
    localStorage.setItem(REMEMBERED, value);
  } catch {
    // a browser that stores nothing: they are off until they are switched on on this page
  }
  return null;
}

function keep() {
  try {
    if (comment.value.trim() && !sent) sessionStorage.setItem(comment.dataset.keptAs, comment.value);
    else sessionStorage.removeItem(comment.dataset.keptAs);
  } catch {
    // a browser that stores nothing
  }
}

function bringBack() {
  try {
    comment.value = comment.value || sessionStorage.getItem(comment.dataset.keptAs) || "";
  } catch {
    // nothing was stored
  }
}

function show() {
  for (const each of document.querySelectorAll("kbd[data-shown]")) each.hidden = !keys.checked;
}

function press(target) {
  const wanted = target.dataset.wants && document.getElementById(target.dataset.wants);
  if (wanted && !wanted.value.trim()) wanted.focus();
  else if (target.form) target.form.requestSubmit(target);
  else target.click();
}

function typing(element) {
  return element instanceof Element && element.closest("input, select, textarea, summary, [contenteditable], [role=dialog]");
}

document.querySelector("p[data-shown]").hidden = false;
keys.checked = remembered() === "on";
keys.addEventListener("change", () => {
  remembered(keys.checked ? "on" : "off");
  show();
});
show();

document.addEventListener("keydown", (event) => {
  const other = event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat;
  if (!keys.checked || other || sent || event.defaultPrevented || typing(event.target)) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]:not(:disabled)`);
  if (!target) return;
  event.preventDefault();
  press(target);
});
desk.addEventListener("submit", (event) => {
  if (sent) event.preventDefault(); // one press of a key, or of a button, decides once
  sent = true;
  keep();
});
comment.addEventListener("input", keep);
bringBack();
keep(); // what was typed before this was read
