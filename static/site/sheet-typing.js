/* Typing into a sheet: what it comes to is shown at once, stored on the server as one goes, and kept on this device until it is.
   The form works without it. Hooked on data- attributes. A row is a tbody; what the server answers stays, what is computed here
   is only for the moment. Amounts, pasting, undoing and keys are in sheet.js; saving and submitting in sheet-sending.js. */
"use strict";

const sheet = Sheet.form;
const PAUSE = 700; // milliseconds without a key before what was typed is sent
const AGAIN = 5000; // and before the server is asked again when it did not answer
const LOOK = 150; // and before the panel follows to another row
const NARROW = matchMedia("(max-width:68rem)"); // the panel stands under its row

const rows = [...sheet.querySelectorAll("[data-row]")];
const byKey = new Map(rows.map((row) => [row.dataset.row, row]));
const pending = new Map(rows.map((row) => [row, {}])); // texts by field that the server does not have
const panel = sheet.querySelector("[data-panel]");
const stored = sheet.querySelector("[data-stored]");
const query = sheet.getAttribute("action");
const note = (name) => document.querySelector(`[data-note="${name}"]`);
const fieldOf = (row, name) => document.getElementById(`f${row.dataset.row}-${name}`);
const rowOf = (element) => element.closest("[data-row]") || byKey.get(element.closest("[data-of]")?.dataset.of);
const isOpen = (row) => !("conflict" in row.dataset);
const waiting = () => rows.filter((row) => isOpen(row) && Object.keys(pending.get(row)).length);
const filled = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
let [timer, sending] = [null, null];

/* ---- what a row comes to, for the moment */
const show = (cell, text) => cell && (cell.textContent = text || "—");

function compute(row) {
  const amount = Sheet.cny(fieldOf(row, "disbursed").value);
  const { before, plan } = row.dataset;
  const done = amount === null ? null : BigInt(before) + amount;
  show(row.querySelector("[data-ytd]"), done === null ? "" : Sheet.money(done));
  const share = done === null || !plan ? "" : Sheet.written(Sheet.divided(done * 1000n, BigInt(plan)), 1);
  show(row.querySelector("[data-share]"), share);
}

const readyRows = () => rows.filter((row) => !("careful" in row.dataset) && row.dataset.ready);

/* What the sheet comes to with the rows that can go, as they stand here. */
function sum(ready) {
  const comes = sheet.querySelector("[data-comes-to]");
  if (!comes) return; // a correction alone
  const all = ready.reduce((total, row) => total + (Sheet.cny(fieldOf(row, "disbursed").value) || 0n), BigInt(sheet.dataset.handedIn));
  comes.textContent = ready.length ? filled(comes.dataset.comesTo, { amount: Sheet.money(all) }) : "";
}

function count() {
  const open = rows.filter((row) => !("careful" in row.dataset));
  const ready = readyRows();
  const asks = open.filter((row) => row.dataset.asks).length;
  const blank = open.filter((row) => !row.dataset.started && !row.dataset.wrong).length;
  const mend = open.length - ready.length - asks - blank;
  const will = sheet.querySelector("[data-will]");
  if (!will) return; // a correction alone
  will.textContent = filled(will.dataset.will, { ready: ready.length, asks, mend, blank });
  const submit = sheet.querySelector("[data-submit]");
  submit.textContent = ready.length ? filled(submit.dataset.submit, { count: ready.length }) : submit.dataset.none;
  sum(ready);
  summarise(mend);
}

function summarise(mend) {
  const summary = sheet.querySelector("[data-errsum]");
  const heading = summary.querySelector("[data-heading]");
  const button = sheet.querySelector("[data-show-mend]");
  heading.textContent = button.textContent = filled(heading.dataset.heading, { count: mend });
  const items = rows.filter((row) => row.dataset.wrong).map((row) => {
    const wrong = JSON.parse(row.dataset.wrong);
    const problem = [...new Set(Object.values(wrong).flat())].join(summary.dataset.space);
    return Sheet.itemTo(row, Object.keys(wrong)[0], filled(summary.dataset.errsum, { project: Sheet.nameOf(row), problem }));
  });
  summary.querySelector("ul").replaceChildren(...items);
  if (!items.length) summary.hidden = true;
  button.hidden = !items.length || !summary.hidden;
  for (const link of sheet.querySelectorAll("[data-refused] a")) { // what was pasted and refused, until it is mended
    const [key, name] = link.dataset.goto.split(":");
    if (!(name in JSON.parse(byKey.get(key).dataset.wrong || "{}"))) link.parentElement.remove();
  }
}

/* ---- what the server says of a row */
function answered(row, answer, sent) {
  row.querySelector("[data-version]").value = answer.version;
  const texts = pending.get(row);
  for (const [name, text] of Object.entries(sent)) if (texts[name] === text && !answer.unstored.includes(name)) delete texts[name];
  Sheet.learn(row, answer.drafted, Object.keys(texts).filter((name) => !(name in sent)));
  Object.assign(row.dataset, Object.fromEntries(["ready", "asks", "started"].map((name) => [name, answer[name] ? "1" : ""])));
  row.dataset.wrong = Object.keys(answer.errors).length ? JSON.stringify(answer.errors) : "";
  row.dataset.held = JSON.stringify(answer.held);
  Object.assign(row.querySelector("[data-state]"), { textContent: answer.state_label, className: `state ${answer.state || "draft"}` });
  Object.assign(row.querySelector("[data-unusual]"), { hidden: !answer.unusual, title: answer.unusual });
  Sheet.keep(row, texts);
  if (answer.conflict) row.dataset.conflict = answer.version;
  if (!Object.keys(texts).length) { // of a refused amount the server's sum knows nothing
    show(row.querySelector("[data-ytd]"), answer.year_to_date);
    show(row.querySelector("[data-share]"), answer.share);
  }
  row.dataset.texts = JSON.stringify(answer.texts);
  Sheet.showHeld(row);
  tell(row, answer);
}

function tell(row, answer) {
  const cell = row.querySelector("[data-messages]");
  cell.innerHTML = answer.messages; // the server's own markup, escaped there
  cell.parentElement.hidden = !cell.textContent.trim();
  for (const field of document.querySelectorAll(`[id^="f${row.dataset.row}-"]`)) {
    const [said, told] = [answer.errors[field.dataset.field], `e${field.id.slice(1)}`];
    field.closest("td")?.classList.toggle("refused", Boolean(said));
    const isTold = said || answer.doubts.includes(field.dataset.field);
    for (const [name, value, is] of [["aria-invalid", "true", said], ["aria-describedby", told, isTold]]) {
      if (is) field.setAttribute(name, value);
      else field.removeAttribute(name);
    }
    const place = field.parentElement.querySelector("[data-said]");
    place?.replaceChildren(...(said ? [Object.assign(document.createElement("span"), { className: "errmsg", id: told, textContent: said.join(" ") })] : []));
    if (said && field.closest("details")) field.closest("details").open = true;
  }
  for (const must of panel.querySelectorAll(`[data-of="${row.dataset.row}"] [data-must]`)) must.hidden = !answer.required;
}

async function send(some, choices = {}) {
  const sent = new Map(some.map((row) => [row, { ...pending.get(row) }]));
  const body = new URLSearchParams({ csrfmiddlewaretoken: sheet.querySelector("[name=csrfmiddlewaretoken]").value, ...choices });
  for (const [row, texts] of sent) {
    for (const name of ["version", "drafted"]) body.set(`${row.dataset.row}-${name}`, row.querySelector(`input[data-${name}]`).value);
    for (const [name, text] of Object.entries(texts)) body.set(`${row.dataset.row}-${name}`, text);
  }
  const response = await fetch(sheet.dataset.drafts + query, { method: "POST", body, redirect: "manual" });
  if ([401, 403].includes(response.status) || response.type === "opaqueredirect") note("signed-out").hidden = false;
  const answer = response.ok && (await response.json());
  if (!answer) return false;
  for (const name of ["signed-out", "offline"]) note(name).hidden = true;
  heard(answer, sent);
  Sheet.windows?.postMessage({ ...answer, query });
  return answer;
}

/* What the server has of rows that were sent; without `sent` from another window. What others have stored is shown. */
function heard(answer, sent) {
  for (const row of rows.filter((each) => each.dataset.row in answer.rows && (sent || isOpen(each)))) {
    const told = answer.rows[row.dataset.row];
    if (!sent && told.unstored.length) continue; // that is asked in the window in which it was typed
    const mine = { ...pending.get(row), ...sent?.get(row) };
    for (const name of told.theirs) delete mine[name];
    if (!told.conflict) Sheet.follow(row, told.texts, mine);
    answered(row, told, sent?.get(row) || {});
  }
  if ((answer.query || query) !== query) return count(); // a sheet of other rows, of which the sums are others
  const holder = Object.assign(document.createElement("table"), { innerHTML: answer.foot });
  sheet.querySelector("[data-foot]").replaceWith(holder.querySelector("tfoot"));
  if (stored) stored.textContent = stored.dataset.words = answer.stored;
  count();
  return look(shownRow(), { besideAlone: true });
}

/* Sends all that waits; false where the server does not have it. One request at a time. */
function flush(choices, some) {
  clearTimeout(timer);
  if (sending) return sending.then(() => flush(choices, some));
  const next = some || waiting();
  if (!next.length) return Promise.resolve(true);
  if (stored) stored.textContent = stored.dataset.sending;
  sending = send(next, choices)
    .catch(() => {
      note("offline").hidden = false;
      timer = setTimeout(flush, AGAIN);
      return false;
    })
    .then((answer) => {
      sending = null;
      if (stored) stored.textContent = answer ? stored.dataset.words : stored.dataset.failed;
      return answer;
    });
  return sending;
}

/* Texts that were typed, pasted or put back, by row. */
function changed(row, texts) {
  Object.assign(pending.get(row), texts);
  row.dataset.started = "1";
  Sheet.keep(row, pending.get(row));
  if ("disbursed" in texts) {
    compute(row);
    sum(readyRows());
  }
  clearTimeout(timer);
  if (isOpen(row)) timer = setTimeout(flush, PAUSE);
}

Sheet.fill = (row, texts) => {
  for (const [name, text] of Object.entries(texts)) {
    const field = fieldOf(row, name);
    if (field) Sheet.write(field, text);
  }
  changed(row, texts);
};
Object.assign(Sheet, { rows, rowOf, fieldOf, flush, waiting, note, pending, compute, valueOf: (row, name) => pending.get(row)[name] ?? fieldOf(row, name)?.value ?? "" });

/* ---- the panel beside the row in hand */
const shownRow = () => byKey.get(panel.querySelector("[data-of]")?.dataset.of);
let [looking, toLook, opening] = [null, null, null]; // { row, control } of what is being fetched, what will be, the row to open

async function look(row, { besideAlone = false } = {}) {
  if (!row || (besideAlone && looking && looking.row !== row)) return; // another row is on its way
  looking?.control.abort();
  const mine = (looking = { row, control: new AbortController() });
  try {
    const response = await fetch(`${row.dataset.url}${query}&part=panel`, { signal: mine.control.signal, redirect: "manual" });
    if (!response.ok) return;
    const holder = document.createElement("div");
    holder.innerHTML = await response.text();
    if ((besideAlone || panel.contains(document.activeElement)) && shownRow() === row) {
      for (const part of ["[data-beside]", "[data-last]"]) panel.querySelector(part).replaceWith(holder.querySelector(part));
      return;
    }
    const inHand = panel.contains(document.activeElement) && document.activeElement;
    panel.replaceChildren(...holder.children);
    Sheet.learn(row, JSON.parse(panel.querySelector("[data-drafted]").dataset.drafted || "{}"), ["disbursed", "stage", ...Object.keys(pending.get(row))]);
    for (const [name, text] of Object.entries(pending.get(row))) if (fieldOf(row, name)) Sheet.write(fieldOf(row, name), text);
    if (inHand) (fieldOf(row, inHand.dataset.field) || panel.querySelector("a")).focus(); // Tab was here before the row was
  } catch (error) {
    if (error.name !== "AbortError" && !besideAlone) panel.replaceChildren(Object.assign(document.createElement("p"), { textContent: panel.dataset.failed }));
  } finally {
    if (looking === mine) looking = null;
  }
}

function take(row) {
  for (const each of rows) each.classList.toggle("here", each === row);
  if (NARROW.matches && !row.contains(panel)) {
    const { top } = row.getBoundingClientRect();
    const line = document.createElement("tr");
    line.className = "inrow";
    line.append(Object.assign(document.createElement("td"), { colSpan: 8 }));
    line.firstElementChild.append(panel);
    sheet.querySelector("tr.inrow")?.remove();
    row.append(line);
    scrollBy(0, row.getBoundingClientRect().top - top); // it stays where it is seen, though the panel has left what is above
  }
  clearTimeout(toLook);
  if (shownRow() !== row) toLook = setTimeout(look, LOOK, row);
}

/* Opens the panel at one of its fields. Asked again before it is there it leads on to the buttons, as from the panel; who has
   gone elsewhere meanwhile stays there. */
Sheet.open = async (row, name) => {
  clearTimeout(toLook);
  if (!name && opening === row) return Sheet.toButtons();
  const from = document.activeElement;
  opening = name ? null : row;
  if (!(name && fieldOf(row, name)) && shownRow() !== row) await look(row);
  if (opening !== (name ? null : row)) return undefined;
  opening = null;
  if (![from, document.body].includes(document.activeElement)) return undefined;
  const field = fieldOf(row, name) || (shownRow() === row ? panel.querySelector("[data-field]") : null);
  field?.closest("details")?.setAttribute("open", "");
  return field || name ? field?.focus() : Sheet.toButtons();
};
Sheet.toButtons = () => {
  opening = null;
  document.getElementById("send")?.focus();
};

sheet.addEventListener("input", (event) => {
  const row = event.target.dataset.field && rowOf(event.target);
  if (row) changed(row, { [event.target.dataset.field]: event.target.value });
});

sheet.addEventListener("change", (event) => {
  if (event.target.dataset.field && timer) flush();
});

sheet.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row && event.target.dataset.field && !panel.contains(event.target)) take(row);
});

sheet.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const row = button && rowOf(button);
  if (!row) return;
  if (button.dataset.fill) Sheet.fill(row, { disbursed: button.dataset.fill });
  else if (button.dataset.undoCell) Sheet.fill(row, { [button.dataset.undoCell]: button.dataset.text });
  else if ("settle" in button.dataset) Sheet.settle(row);
  else if ("take" in button.dataset && row.querySelector("[data-theirs] input[type=radio]")) Sheet.settle(row, { theirs: true });
  else return;
  event.preventDefault();
  if (button.dataset.fill) fieldOf(row, "disbursed").focus();
  if (button.dataset.undoCell) flush();
});

sheet.querySelector("[data-show-mend]")?.addEventListener("click", () => {
  sheet.querySelector("[data-errsum]").hidden = false;
  sheet.querySelector("[data-errsum]").focus();
  count();
});

addEventListener("online", () => flush());
Sheet.windows?.addEventListener("message", ({ data }) => heard(data));

Sheet.offer();
count();
