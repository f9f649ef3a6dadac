/* Conveniences on top of forms that work without them: the whole CNY that a typed amount stands for, chain links of the
   chosen sector only, and twelve months pasted at once. Hooked on data- attributes; rows that are added later are caught
   by listening above them. */
"use strict";

const DECIMALS = 8; // 1 亿元 is 10^8 CNY

function wholeCny(text, signed) {
  const plain = text.normalize("NFKC").replace(/[,\s]/g, "").replace("−", "-");
  const match = (signed ? /^[+-]?(\d*)(?:\.(\d*))?$/ : /^\+?(\d*)(?:\.(\d*))?$/).exec(plain);
  if (!match || !(match[1] || match[2])) return null;
  const fraction = (match[2] || "").replace(/0+$/, "");
  if (fraction.length > DECIMALS) return null;
  const digits = ((match[1] || "") + fraction.padEnd(DECIMALS, "0")).replace(/^0+(?=\d)/, "");
  const sign = plain.startsWith("-") && digits !== "0" ? "−" : "";
  return digits.length > 15 ? null : sign + digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

function showCny(input) {
  const output = input.closest("[data-amount]").querySelector("[data-cny]");
  const typed = input.value.trim();
  const amount = typed ? wholeCny(typed, "signed" in input.dataset) : "";
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
