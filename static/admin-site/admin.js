/* Conveniences on top of forms that work without them: the whole CNY that a typed amount stands for, chain links of the
   chosen sector only, and twelve months pasted at once. Hooked on data- attributes; rows that are added later are caught
   by listening above them. */
"use strict";

// `decimals` of the unit that is typed in: 1 亿元 is 10^8 CNY, 1 billion CNY 10^9
function wholeCny(text, signed, decimals) {
  const plain = text.normalize("NFKC").replace(/[,\s]/g, "").replace("−", "-");
  const match = (signed ? /^[+-]?(\d*)(?:\.(\d*))?$/ : /^\+?(\d*)(?:\.(\d*))?$/).exec(plain);
  if (!match || !(match[1] || match[2])) return null;
  const fraction = (match[2] || "").replace(/0+$/, "");
  if (fraction.length > decimals) return null;
  const digits = ((match[1] || "") + fraction.padEnd(decimals, "0")).replace(/^0+(?=\d)/, "");
  const sign = plain.startsWith("-") && digits !== "0" ? "−" : "";
  return digits.length > 15 ? null : sign + digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

function showCny(input) {
  const box = input.closest("[data-amount]");
  const output = box.querySelector("[data-cny]");
  const typed = input.value.trim();
  const amount = typed ? wholeCny(typed, "signed" in input.dataset, Number(box.dataset.decimals)) : "";
  output.classList.toggle("wrong", amount === null);
  input.setAttribute("aria-invalid", String(amount === null));
  output.textContent = amount === null ? `≠ ${box.dataset.whole}` : amount && `= ${amount} ${box.dataset.whole}`;
}

function offerLinks(select) {
  const sector = select.form.querySelector("select[name='sector']");
  if (!sector) return;
  for (const option of select.options) {
    const other = Boolean(sector.value && option.dataset.sector && option.dataset.sector !== sector.value);
    option.hidden = option.disabled = other && !option.selected;
  }
}

function pasteMonths(event) {
  const inputs = [...event.target.closest("[data-months]").querySelectorAll("input")];
  const amounts = event.clipboardData.getData("text").trim().split(/[\t\r\n;；、]+/);
  if (amounts.length < 2 || amounts.length > inputs.length - inputs.indexOf(event.target)) return;
  event.preventDefault();
  amounts.forEach((amount, index) => {
    const input = inputs[inputs.indexOf(event.target) + index];
    input.value = amount.trim();
    showCny(input);
  });
}

document.addEventListener("input", (event) => {
  if (event.target.closest("[data-amount]")) showCny(event.target);
});
document.addEventListener("paste", (event) => {
  if (event.target.matches("[data-months] input")) pasteMonths(event);
});
document.addEventListener("change", (event) => {
  if (event.target.name === "sector") {
    for (const select of event.target.form.querySelectorAll("select[name='chain_link']")) offerLinks(select);
  }
});
for (const select of document.querySelectorAll("select[name='chain_link']")) offerLinks(select);


/* Fields that Django or its picker leave without a name are named by their label, or in a table by the head of their column. */
function nameFields(within) {
  for (const select of within.querySelectorAll("select.admin-autocomplete")) {
    // the picker is named by the element that shows what is chosen
    const shown = select.nextElementSibling?.querySelector(".select2-selection__rendered");
    const chosen = select.selectedOptions[0]?.textContent.trim();
    if (shown) shown.setAttribute("aria-label", [nameOf(select), chosen].filter(Boolean).join(": "));
  }
  for (const field of within.querySelectorAll(".tabular td input:not([type=hidden]), .tabular td select, .tabular td textarea")) {
    if (!field.labels?.length && !field.hasAttribute("aria-label")) field.setAttribute("aria-label", nameOf(field));
  }
}

function nameOf(field) {
  if (field.labels?.length) return field.labels[0].textContent.trim().replace(/[:：]$/, "");
  const cell = field.closest("td");
  const head = cell?.closest("table").tHead?.rows[0].cells[cell.cellIndex];
  return head ? head.textContent.trim() : "";
}

// a table that is wider than the window is moved by keys too, where nothing in it takes the focus
for (const part of document.querySelectorAll(".tabular fieldset.module")) part.tabIndex = 0;
for (const head of document.querySelectorAll(".tabular thead th")) {
  if (!head.textContent.trim()) head.replaceWith(Object.assign(document.createElement("td"), { className: head.className }));
}
window.addEventListener("load", () => {
  nameFields(document);
  document.querySelector("[data-error-summary]")?.focus(); // after what Django gives the focus
});
document.addEventListener("formset:added", (event) => setTimeout(() => nameFields(event.target)));
// pickers are made when jQuery is ready, before or after the page is
new MutationObserver((changes) => {
  const made = changes.some((each) => [...each.addedNodes].some((node) => node.classList?.contains("select2-container")));
  if (made) nameFields(document);
}).observe(document.body, { childList: true, subtree: true });
document.addEventListener("change", (event) => event.target.matches("select.admin-autocomplete") && setTimeout(() => nameFields(document)));
