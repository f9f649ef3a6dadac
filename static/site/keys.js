/* From a field of a long form Ctrl+Enter leads to the button that sends it, which says so. It presses nothing. */
"use strict";

const COMBINED = "Control+Enter";
document.querySelector(".submit-row [name=_save]")?.setAttribute("aria-keyshortcuts", COMBINED); // of the administration
document.querySelectorAll("[data-keys-told]").forEach((told) => (told.hidden = false));

document.addEventListener("keydown", (event) => {
  const isKey = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing && !event.defaultPrevented;
  const form = isKey && event.target.matches("input, select, textarea") && event.target.form;
  const button = form && form.querySelector(`[aria-keyshortcuts="${COMBINED}"]:not(:disabled)`);
  if (!button) return;
  event.preventDefault();
  button.focus();
});
