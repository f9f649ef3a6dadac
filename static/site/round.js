/* The sheet of a month: computes at once, saves drafts as one goes, keeps what could not be saved. The form works without it.
   Hooked on data- attributes. A row is a tbody; what the server answers stays, what is computed here is only for the moment. */
"use strict";

const sheet = document.querySelector("[data-sheet]");
const DECIMALS = Number(sheet.dataset.decimals); // of the unit that is typed in: 10^8 or 10^9 CNY
const LIMIT = BigInt(sheet.dataset.limit); // amounts are below this many CNY
const PLACES = Number(sheet.dataset.places);
const PAUSE = 700; // milliseconds without a key before a row is saved
const AGAIN = 5000; // and before the server is asked again when it did not answer

const rows = [...sheet.querySelectorAll("[data-row]")];
const saved = sheet.querySelector("[data-saved]");
const timers = new Map();
const queues = new Map(); // one request at a time for each row
const fieldsOf = (row) => [...row.querySelectorAll("[data-field]")];
const fieldOf = (row, name) => row.querySelector(`[data-field="${name}"]`);
const note = (name) => document.querySelector(`[data-note="${name}"]`);
const drafts = window.RoundDrafts;

function cny(text) {
  const plain = text.normalize("NFKC").replace(/[,\s]/g, "").replace("−", "-");
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(plain);
  if (!match || !(match[2] || match[3])) return null;
  const fraction = (match[3] || "").replace(/0+$/, "");
  if (fraction.length > DECIMALS) return null;
  const amount = BigInt((match[2] || "0") + fraction.padEnd(DECIMALS, "0"));
  if (amount >= LIMIT) return null;
  return match[1] === "-" ? -amount : amount;
}

function divided(part, whole) {
  const negative = part < 0n !== whole < 0n;
  const size = ((part < 0n ? -part : part) * 2n + whole) / (whole * 2n); // half up
  return negative ? -size : size;
}

function written(amount, places) {
  const digits = String(amount < 0n ? -amount : amount).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${amount < 0n ? "−" : ""}${whole}${places ? "." : ""}${digits.slice(digits.length - places)}`;
}

function show(cell, text) {
  if (cell) cell.textContent = text || "—";
}

function compute(row) {
  const amount = cny(fieldOf(row, "disbursed").value);
  const { before, plan, due } = row.dataset;
  const done = amount === null ? null : BigInt(before) + amount;
  show(row.querySelector("[data-ytd]"), done === null ? "" : written(divided(done, 10n ** BigInt(DECIMALS - PLACES)), PLACES));
  if (done === null || !plan) {
    show(row.querySelector("[data-share]"), "");
    row.querySelector("[data-gap]").textContent = "";
    return;
  }
  const gap = divided((done * 12n - BigInt(due)) * 1000n, BigInt(plan) * 12n);
  show(row.querySelector("[data-share]"), written(divided(done * 1000n, BigInt(plan)), 1));
  row.querySelector("[data-gap]").textContent = (gap > 0n ? "+" : "") + written(gap, 1);
}

function filled(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

function count() {
  const open = rows.filter((row) => !("careful" in row.dataset) && !("locked" in row.dataset));
  const ready = open.filter((row) => row.dataset.ready).length;
  const blank = open.filter((row) => !row.dataset.started && !row.querySelector("[data-error]")).length;
  const mend = open.length - ready - blank;
  const will = sheet.querySelector("[data-will]");
  if (!will) return; // a correction alone
  will.textContent = filled(will.dataset.will, { ready, mend, blank });
  const submit = sheet.querySelector("[data-submit]");
  submit.textContent = ready ? filled(submit.dataset.submit, { count: ready }) : submit.dataset.none;
  summarise(mend);
}

function summarise(mend) {
  const summary = document.querySelector("[data-errsum]");
  const heading = summary.querySelector("[data-heading]");
  heading.textContent = filled(heading.dataset.heading, { count: mend });
  const items = [...sheet.querySelectorAll("[data-error]")].map((error) => {
    const row = error.closest("[data-row]");
    const name = error.dataset.error;
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = name ? `#f${row.dataset.row}-${name}` : `#${row.id}`;
    const told = { project: row.querySelector("[data-name]").textContent, problem: error.firstElementChild.textContent };
    link.textContent = filled(summary.dataset.errsum, told);
    item.append(link);
    return item;
  });
  summary.querySelector("ul").replaceChildren(...items);
  summary.hidden = !items.length;
}

function typed(row) {
  return Object.fromEntries(fieldsOf(row).map((field) => [field.dataset.field, field.value]));
}

function answered(row, answer, sent) {
  row.querySelector("[data-version]").value = answer.version;
  row.dataset.ready = answer.ready ? "1" : "";
  row.dataset.started = answer.started ? "1" : "";
  const state = row.querySelector("[data-state]");
  state.textContent = answer.state_label;
  state.className = `state ${answer.state || "draft"}`;
  const unchanged = JSON.stringify(typed(row)) === JSON.stringify(sent);
  if (unchanged && !answer.invalid.includes("disbursed")) {
    show(row.querySelector("[data-ytd]"), answer.year_to_date);
    show(row.querySelector("[data-share]"), answer.share);
    row.querySelector("[data-gap]").textContent = answer.gap;
  }
  tell(row, answer);
  const foot = sheet.querySelector("[data-foot]");
  const holder = document.createElement("table");
  holder.innerHTML = answer.foot; // the server's own markup, escaped there
  foot.replaceWith(holder.querySelector("tfoot"));
  if (unchanged && answer.saved) drafts.forget(row);
  count();
}

function tell(row, answer) {
  const cell = row.querySelector("[data-messages]");
  cell.innerHTML = answer.messages;
  cell.parentElement.hidden = !cell.textContent.trim();
  for (const field of fieldsOf(row)) {
    const wrong = answer.invalid.includes(field.dataset.field);
    field.toggleAttribute("aria-invalid", wrong);
    if (wrong) field.setAttribute("aria-invalid", "true");
    if (wrong) field.setAttribute("aria-describedby", `e${row.dataset.row}-${field.dataset.field}`);
    else field.removeAttribute("aria-describedby");
    if (wrong && field.closest("[data-more]")) field.closest("[data-more]").open = true;
  }
  for (const must of row.querySelectorAll("[data-must]")) must.hidden = !answer.required;
}

async function send(row, choices = {}) {
  const sent = typed(row);
  const body = new URLSearchParams({ ...sent, version: row.querySelector("[data-version]").value, ...choices });
  const headers = { "X-CSRFToken": sheet.querySelector("[name=csrfmiddlewaretoken]").value };
  const response = await fetch(row.dataset.url + sheet.getAttribute("action"), { method: "POST", body, headers, redirect: "manual" });
  if ([401, 403].includes(response.status) || response.type === "opaqueredirect") {
    note("signed-out").hidden = false;
    return false;
  }
  if (!response.ok && response.status !== 409) return false;
  const answer = await response.json();
  for (const name of ["signed-out", "offline"]) note(name).hidden = true;
  if (response.status === 409) {
    row.dataset.conflict = answer.version;
    row.dataset.ready = "";
    tell(row, answer);
    count();
    return false;
  }
  answered(row, answer, sent);
  if ("base" in choices) showTexts(row, answer.texts);
  return answer.saved;
}

function showTexts(row, texts) {
  for (const field of fieldsOf(row)) if (field.dataset.field in texts) field.value = texts[field.dataset.field];
  compute(row);
}

function save(row, choices) {
  clearTimeout(timers.get(row));
  timers.delete(row);
  if ("conflict" in row.dataset || "careful" in row.dataset) return Promise.resolve(false);
  saved.textContent = saved.dataset.saving;
  const turn = (queues.get(row) || Promise.resolve())
    .then(() => send(row, choices))
    .catch(() => {
      note("offline").hidden = false;
      timers.set(row, setTimeout(() => save(row), AGAIN));
      return false;
    })
    .then((done) => {
      saved.textContent = drafts.kept().length || !done ? saved.dataset.failed : saved.dataset.done;
      return done;
    });
  queues.set(row, turn);
  return turn;
}

function changed(row) {
  compute(row);
  row.dataset.started = "1";
  if ("careful" in row.dataset) return;
  drafts.remember(row, typed(row));
  clearTimeout(timers.get(row));
  timers.set(row, setTimeout(() => save(row), PAUSE));
}

function saveAll() {
  return Promise.all([...new Set([...timers.keys(), ...queues.keys()])].map((row) => (timers.has(row) ? save(row) : queues.get(row))));
}

function fill(row, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = fieldOf(row, name);
    if (field) field.value = value;
  }
  changed(row);
}

/* What was chosen from a conflict goes to the server, which has all three versions; fields then show what was saved. */
function settle(row) {
  const box = row.querySelector("[data-theirs]");
  const open = [...box.querySelectorAll("tr.unsettled")].find((line) => !line.querySelector("input:checked"));
  if (open) {
    open.querySelector("input[type=radio]").focus();
    return;
  }
  const chosen = [...box.querySelectorAll("input:checked, input[type=hidden]")];
  const choices = Object.fromEntries(chosen.map((input) => [input.name.slice(row.dataset.row.length + 1), input.value]));
  row.querySelector("[data-version]").value = row.dataset.conflict || row.querySelector("[data-version]").value;
  delete row.dataset.conflict;
  save(row, choices);
}

function take(row) {
  for (const input of row.querySelectorAll("[data-theirs] input[value=theirs]")) input.checked = true;
  settle(row);
}

sheet.addEventListener("input", (event) => {
  const row = event.target.closest("[data-row]");
  if (row && event.target.dataset.field) changed(row);
});

sheet.addEventListener("change", (event) => {
  const row = event.target.closest("[data-row]");
  if (row && event.target.dataset.field && timers.has(row)) save(row);
});

sheet.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const row = button && button.closest("[data-row]");
  if (!row || "careful" in row.dataset) return;
  if (button.dataset.fill) fill(row, { disbursed: button.dataset.fill });
  else if ("settle" in button.dataset) settle(row);
  else if ("take" in button.dataset && row.querySelector("[data-theirs] input[type=radio]")) take(row);
  else return;
  event.preventDefault();
  if (button.dataset.fill) fieldOf(row, "disbursed").focus();
});

sheet.addEventListener("keydown", (event) => {
  const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  const field = event.target;
  if (!step || field.tagName !== "INPUT" || !field.dataset.field || field.type === "date") return;
  event.preventDefault(); // Enter must not press the form's first button
  const column = rows.map((row) => fieldOf(row, field.dataset.field)).filter((each) => each && each.offsetParent);
  const next = column[column.indexOf(field) + step];
  if (!next) return;
  next.focus();
  next.select();
});

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  event.preventDefault();
  if (rows.some((row) => "careful" in row.dataset)) sheet.requestSubmit(sheet.querySelector("[data-save]"));
  else for (const row of rows) if (timers.has(row) || drafts.has(row)) save(row);
});

let leaving = false;
sheet.addEventListener("submit", async (event) => {
  if (leaving || !(timers.size + queues.size)) return;
  event.preventDefault(); // what is on its way first, so that the form carries the newest versions
  await saveAll();
  leaving = true;
  const button = event.submitter && event.submitter.isConnected ? event.submitter : sheet.querySelector("[data-save]");
  setTimeout(() => sheet.requestSubmit(button)); // not while this event is still under way: it would be ignored
});

document.querySelector("[data-errsum]").addEventListener("click", (event) => {
  const field = event.target.hash && document.querySelector(event.target.hash);
  const more = field && field.closest("[data-more]");
  if (more) more.open = true;
  if (!field || !field.focus) return;
  event.preventDefault();
  field.focus();
});

addEventListener("online", () => drafts.kept().forEach(save));
addEventListener("pageshow", () => (leaving = false));
drafts.begin(sheet, rows, { typed, fill });
