/* The table of a sheet for who fills it in: amounts to the last CNY, cells as tab-separated text. The cells that are typed
   into are in sheet-cells.js and sheet-typing.js, which use this as `Sheet`. */
"use strict";

window.Sheet = (() => {
  const table = document.querySelector("[data-table]");
  const form = document.querySelector("[data-sheet]");
  const { decimals, limit, places, exact, words } = form.dataset;
  const DECIMALS = Number(decimals || 0); // of the unit that is typed in: 4 in 万元, 8 in 亿元
  const LIMIT = BigInt(limit || 0); // amounts are below this many CNY
  const WORDS = JSON.parse(words || "{}"); // units that may be typed with an amount, in CNY: powers of ten
  const UNITS = "\\d{0,40}|[1-9]\\d{0,2}(?:,\\d{3}){1,13}|[1-9]\\d{0,2}(?: \\d{3}){1,13}"; // separators: each three digits, of one sort
  const AMOUNT = new RegExp(`^([+-]?)¥?(?=\\.?\\d)(${UNITS})(?:\\.(\\d{0,40}))?([^\\d.,+-]{0,20})$`);
  const BLANKS_AROUND = /[ \t\r\n]+(?!\d)|(?<!\d)[ \t\r\n]+/g; // all but those between two digits

  /* Whole CNY that a text stands for, null where that is none: exactly as the server reads it. */
  function cny(text, decimalsOfUnit = DECIMALS) {
    const half = /\p{No}/u.test(text) ? text : text.normalize("NFKC"); // ② and ² mark something
    const plain = half.replace(BLANKS_AROUND, "").replace(/−/g, "-").toLowerCase();
    const [whole, sign, units, after = "", word] = AMOUNT.exec(plain) || [];
    if (whole === undefined || (word && !Object.hasOwn(WORDS, word))) return null;
    const size = word ? String(WORDS[word]).length - 1 : decimalsOfUnit;
    const fraction = after.replace(/0+$/, "");
    if (fraction.length > size) return null;
    const amount = BigInt((units.replace(/[, ]/g, "") || "0") + fraction.padEnd(size, "0"));
    if (amount >= LIMIT) return null;
    return sign === "-" ? -amount : amount;
  }

  function divided(part, whole) {
    const negative = part < 0n !== whole < 0n;
    const size = ((part < 0n ? -part : part) * 2n + whole) / (whole * 2n); // half up
    return negative ? -size : size;
  }

  function written(amount, shown) {
    const digits = String(amount < 0n ? -amount : amount).padStart(shown + 1, "0");
    const whole = digits.slice(0, digits.length - shown).replace(/\B(?=(\d{3})+$)/g, ",");
    return `${amount < 0n ? "−" : ""}${whole}${shown ? "." : ""}${digits.slice(digits.length - shown)}`;
  }

  /* An amount in the unit of the sheet, as the server writes it. */
  function money(amount) {
    if (!exact) return written(divided(amount, 10n ** BigInt(DECIMALS - Number(places))), Number(places));
    const [whole, fraction = ""] = written(amount, DECIMALS).split(".");
    const kept = fraction.replace(/0+$/, "").padEnd(Number(places), "0");
    return kept ? `${whole}.${kept}` : whole;
  }

  /* What was typed, as a spreadsheet takes it for a number of the chosen unit. */
  function number(text) {
    const amount = cny(text);
    return amount === null ? text : written(amount, DECIMALS).replace(/\.?0+$/, "").replace("−", "-");
  }

  function textOf(cell) {
    const field = cell.querySelector("select, input:not([type=hidden])");
    if (field.tagName === "SELECT") return field.value ? field.selectedOptions[0].textContent : "";
    return number(field.value);
  }

  const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const asText = (rows) => rows.map((cells) => cells.map(quoted).join("\t")).join("\n");

  /* The cells of a copied block: tabs and lines, with line breaks and tabs inside quoted cells, as workbooks copy them. */
  function cellsOf(text) {
    const rows = [[""]];
    const plain = text.replace(/\r\n?/g, "\n");
    const add = (letter) => (rows.at(-1)[rows.at(-1).length - 1] += letter);
    let isQuoted = false;
    for (let at = 0; at < plain.length; at += 1) {
      const letter = plain[at];
      if (isQuoted && letter === '"' && plain[at + 1] === '"') add(plain[(at += 1)]);
      else if (isQuoted && letter === '"') isQuoted = false;
      else if (isQuoted) add(letter);
      else if (letter === '"' && rows.at(-1).at(-1) === "" && plain.indexOf('"', at + 1) > 0) isQuoted = true;
      else if (letter === "\t") rows.at(-1).push("");
      else if (letter === "\n") rows.push([""]);
      else add(letter);
    }
    if (rows.length > 1 && rows.at(-1).join("") === "") rows.pop(); // the line break at the end
    // browsers begin a table that they copy on a line of its own; a row of several columns would have its tabs
    if (rows.length > 1 && rows[0].join("") === "" && rows[0].length < rows[1].length) rows.shift();
    return rows.map((cells) => cells.map((cell) => cell.trim()));
  }

  const key = (row) => `sheet:${form.dataset.user}:${form.dataset.round}:${form.dataset.unit}:${row.dataset.code}`;

  /* What the server does not have of a row, kept on this device by user, round and project. */
  function keep(row, texts) {
    try {
      if (Object.keys(texts).length) localStorage.setItem(key(row), JSON.stringify(texts));
      else localStorage.removeItem(key(row));
    } catch {
      // no room or no leave to store: the page itself still holds what was typed
    }
  }

  function kept(row) {
    try {
      return JSON.parse(localStorage.getItem(key(row))) || {};
    } catch {
      return {};
    }
  }

  /* Other windows of the same person's sheet, which tell each other what the server has stored. */
  const here = ["sheet", form.dataset.user, form.dataset.round, form.dataset.unit, document.documentElement.lang];
  const windows = window.BroadcastChannel ? new BroadcastChannel(here.join(":")) : null;

  return { cny, divided, written, money, textOf, asText, cellsOf, keep, kept, table, form, windows };
})();
