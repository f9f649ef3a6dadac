/* What was typed into the sheet and not saved, kept on this device by user, round, unit of amounts and
   project until it is. */
"use strict";

window.RoundDrafts = (() => {
  let prefix = "";
  let rows = [];
  const key = (row) => prefix + row.dataset.code;

  function stored(row) {
    try {
      return JSON.parse(localStorage.getItem(key(row)));
    } catch {
      return null;
    }
  }

  function remember(row, texts) {
    try {
      localStorage.setItem(key(row), JSON.stringify(texts));
    } catch {
      // no room or no leave to store: the page itself still holds what was typed
    }
  }

  function forget(row) {
    try {
      localStorage.removeItem(key(row));
    } catch {
      // nothing was stored then
    }
  }

  /* Rows whose kept texts differ from what the page shows are offered; those that do not are forgotten. */
  function begin(sheet, all, { typed, fill }) {
    rows = all;
    prefix = `round:${sheet.dataset.user}:${sheet.dataset.round}:${sheet.dataset.decimals}:`;
    const offered = rows.filter((row) => {
      const texts = stored(row);
      if (!texts) return false;
      const shown = typed(row);
      if (Object.entries(texts).some(([name, text]) => name in shown && shown[name] !== text)) return true;
      if (!row.querySelector("[data-error]")) forget(row);
      return false;
    });
    const note = document.querySelector('[data-note="kept"]');
    if (!offered.length) return;
    const words = note.querySelector("[data-pattern]");
    words.textContent = words.dataset.pattern.replace("{count}", offered.length);
    note.hidden = false;
    note.querySelector("[data-put-back]").addEventListener("click", () => {
      note.hidden = true;
      for (const row of offered) fill(row, stored(row) || {});
    });
    note.querySelector("[data-forget]").addEventListener("click", () => {
      note.hidden = true;
      offered.forEach(forget);
    });
  }

  return { begin, remember, forget, has: (row) => Boolean(stored(row)), kept: () => rows.filter((row) => stored(row)) };
})();
