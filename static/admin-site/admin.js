/* Two conveniences on top of forms that work without them: the whole CNY that a typed amount stands for, and chain links
   of the chosen sector only. Hooked on data- attributes; rows that are added later are caught by listening above them. */
"use strict";

const DECIMALS = 8; // 1 亿元 is 10^8 CNY

function wholeCny(text) {
  const plain = text.normalize("NFKC").replace(/[,\s]/g, "");
  const match = /^\+?(\d*)(?:\.(\d*))?$/.exec(plain);
  if (!match || !(match[1] || match[2])) return null;
  const fraction = (match[2] || "").replace(/0+$/, "");
  if (fraction.length > DECIMALS) return null;
  const digits = ((match[1] || "") + fraction.padEnd(DECIMALS, "0")).replace(/^0+(?=\d)/, "");
  return digits.length > 15 ? null : digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

function showCny(input) {
  const output = input.closest("[data-amount]").querySelector("[data-cny]");
  const typed = input.value.trim();
  const amount = typed ? wholeCny(typed) : "";
  output.classList.toggle("wrong", amount === null);
  input.setAttribute("aria-invalid", String(amount === null));
  output.textContent = amount === null ? "≠ CNY" : amount && `= ${amount} CNY`;
}

function offerLinks(select) {
  const sector = select.form.querySelector("select[name='sector']");
  if (!sector) return;
  for (const option of select.options) {
    const other = Boolean(sector.value && option.dataset.sector && option.dataset.sector !== sector.value);
    option.hidden = option.disabled = other && !option.selected;
  }
}

document.addEventListener("input", (event) => {
  if (event.target.closest("[data-amount]")) showCny(event.target);
});
document.addEventListener("change", (event) => {
  if (event.target.name === "sector") {
    for (const select of event.target.form.querySelectorAll("select[name='chain_link']")) offerLinks(select);
  }
});
for (const select of document.querySelectorAll("select[name='chain_link']")) offerLinks(select);
