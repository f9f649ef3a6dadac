/* Cells of a sheet that are typed into: keys, blocks, pasting and undoing. `Sheet.fill` and what else is done with what was typed
   is in sheet-typing.js. */
"use strict";

if (Sheet.form) {
  const COLUMNS = ["disbursed", "stage"];
  const LABELS = JSON.parse(Sheet.table.dataset.labels);
  const HEADS = JSON.parse(Sheet.table.dataset.heads); // fields by the names of columns, in every language
  const bar = document.querySelector("[data-pasted]");
  const undone = []; // groups of { row, name, before }, the newest last
  const filled = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const cellOf = (field) => ({ row: Sheet.rowOf(field), name: field.dataset.field });
  const inTable = (field) => Boolean(field.dataset?.field && field.closest("[data-table]") && !field.closest("[data-panel]"));
  const openRows = () => Sheet.rows.filter((row) => Sheet.fieldOf(row, "disbursed"));
  let begun = ""; // what the cell in hand held when it was entered
  let block = null; // { from, to }: fields at two corners

  Sheet.nameOf = (row) => row.querySelector("[data-name]").textContent;

  Sheet.itemTo = (row, name, text) => {
    const link = Object.assign(document.createElement("a"), { href: name ? `#f${row.dataset.row}-${name}` : `#${row.id}`, textContent: text });
    link.dataset.goto = `${row.dataset.row}:${name}`;
    const item = document.createElement("li");
    item.append(link);
    return item;
  };

  /* A select shows what it has no choice for, so that it is seen and sent. */
  Sheet.write = (field, text) => {
    if (field.tagName === "SELECT") {
      field.querySelector("[data-refused]")?.remove();
      const wanted = text.trim().toLowerCase();
      const choice = [...field.options].find((each) => each.value === text || (wanted && each.text.toLowerCase() === wanted));
      if (!choice) {
        field.append(Object.assign(new Option(text, text)));
        field.lastElementChild.dataset.refused = "";
      }
      field.value = choice ? choice.value : text;
    } else field.value = field.tagName === "INPUT" ? text.replace(/\s*\n\s*/g, " ") : text;
  };

  /* A row shows what another window has stored of it, but for what was typed here and is not stored yet. */
  Sheet.follow = (row, texts, mine) => {
    for (const [name, text] of Object.entries(texts)) {
      const field = name in mine ? null : Sheet.fieldOf(row, name);
      if (field && field.value !== text) Sheet.write(field, text);
    }
  };

  /* What the server made of a text stands in its cell once the hand has left it: of a name the choice, of another unit this one. */
  Sheet.showHeld = (row) => {
    const [texts, wrong] = [row.dataset.texts, row.dataset.wrong].map((held) => JSON.parse(held || "{}"));
    for (const name of "conflict" in row.dataset ? [] : COLUMNS) {
      const field = Sheet.fieldOf(row, name);
      const isOther = name === "stage" || (/[^-−\d.,\s]/.test(field.value) && field !== document.activeElement);
      const isHeld = name in texts && !(name in Sheet.pending.get(row)) && !wrong[name];
      if (isOther && isHeld && field.value !== texts[name]) Sheet.write(field, texts[name]);
    }
  };

  function corners() {
    const order = openRows();
    const [from, to] = [block.from, block.to].map(cellOf);
    const lines = [order.indexOf(from.row), order.indexOf(to.row)].sort((one, other) => one - other);
    const places = [COLUMNS.indexOf(from.name), COLUMNS.indexOf(to.name)].sort((one, other) => one - other);
    return { rows: order.slice(lines[0], lines[1] + 1), names: COLUMNS.slice(places[0], places[1] + 1) };
  }

  function choose(from, to) {
    block = from && to && from !== to ? { from, to } : null;
    for (const cell of Sheet.table.querySelectorAll("td.on")) cell.classList.remove("on");
    if (!block) return;
    const { rows, names } = corners();
    for (const row of rows) for (const name of names) Sheet.fieldOf(row, name).closest("td").classList.add("on");
  }

  function step(field, down, across) {
    const order = openRows();
    const { row, name } = cellOf(field);
    const next = order[order.indexOf(row) + down];
    const column = COLUMNS[COLUMNS.indexOf(name) + across];
    return next && column ? Sheet.fieldOf(next, column) : null;
  }

  function go(field) {
    if (!field) return;
    field.focus();
    if (field.select) field.select();
  }

  /* Where each cell of a block belongs: under the heads that it brings, else from the cell in hand to the right and down. */
  function placed(cells, active) {
    const plain = (head) => head.replace(/[（(].*[)）]$/, "").trim();
    const heads = cells[0].map((head) => HEADS[plain(head)]);
    const order = openRows();
    if (!heads.some((name) => name && name !== "code" && name !== "project")) {
      const [line, place] = [order.indexOf(cellOf(active).row), COLUMNS.indexOf(cellOf(active).name)];
      const put = cells.flatMap((texts, down) => texts.map((text, across) => ({ row: order[line + down], name: COLUMNS[place + across], text })));
      return { put: put.filter((each) => each.row && each.name), outside: put.filter((each) => !each.row || !each.name).length, heads: 0, names: 0 };
    }
    const units = cells[0].map((head) => (/[（(](.*)[)）]$/.exec(head) || ["", ""])[1]);
    const mark = (name, text, unit) => (unit && text && name === "disbursed" && /^[-−+\d.,\s]+$/.test(text) ? text + unit : text);
    const rowFor = (texts, index) => {
      const at = heads.findIndex((name) => name === "code" || name === "project");
      if (at < 0) return order[order.indexOf(cellOf(active).row) + index];
      return order.find((row) => row.dataset.code === texts[at] || Sheet.nameOf(row) === texts[at]);
    };
    const put = cells.slice(1).flatMap((texts, index) => {
      const row = rowFor(texts, index);
      return texts.map((text, across) => ({ row, name: heads[across], text: mark(heads[across], text, units[across]) }));
    });
    const typed = put.filter((each) => !["code", "project"].includes(each.name));
    const fits = typed.filter((each) => each.row && each.name);
    return { put: fits, outside: typed.length - fits.length, heads: heads.length, names: put.length - typed.length };
  }

  /* What is typed in the cell in hand becomes a step of its own, and what it holds now what it was entered with. */
  function settle(field) {
    if (!field?.dataset?.field) return;
    if (field.value !== begun) undone.push([{ ...cellOf(field), before: begun }]);
    begun = field.value;
  }

  /* What is held under a text that was refused and stands in the cell; null where none was. */
  function under(row, name) {
    return JSON.parse(row.dataset.wrong || "{}")[name] ? (JSON.parse(row.dataset.held)[name] ?? "") : null;
  }

  function apply(put) {
    settle(document.activeElement);
    undone.push(put.map(({ row, name }) => ({ row, name, before: Sheet.valueOf(row, name), under: under(row, name) })));
    const byRow = Map.groupBy ? Map.groupBy(put, (each) => each.row) : new Map(put.map((each) => [each.row, put.filter((other) => other.row === each.row)]));
    for (const [row, all] of byRow) Sheet.fill(row, Object.fromEntries(all.map(({ name, text }) => [name, text])));
    begun = document.activeElement.value; // as pasted: undoing it is not the browser's undoing of what is typed
  }

  /* Where, what is wrong with it, and what the cell holds as before. */
  function reason(row, name) {
    const held = JSON.parse(row.dataset.held)[name];
    const said = JSON.parse(row.dataset.wrong)[name].join(" ");
    const where = filled(bar.dataset.where, { project: Sheet.nameOf(row), field: LABELS[name] || name, problem: said });
    return held ? `${where} ${filled(bar.dataset.held, { value: held })}` : where;
  }

  async function paste(cells, active) {
    const { put, ...others } = placed(cells, active);
    for (const cell of Sheet.table.querySelectorAll("td.pasted")) cell.classList.remove("pasted");
    apply(put);
    for (const { row, name } of put) Sheet.fieldOf(row, name)?.closest("td")?.classList.add("pasted");
    await Sheet.flush();
    const wrong = put.filter(({ row, name, text }) => text && JSON.parse(row.dataset.wrong || "{}")[name]);
    const numbers = { rows: cells.length, columns: Math.max(...cells.map((line) => line.length)), filled: put.length - wrong.length, refused: wrong.length };
    const said = Object.entries(others).filter(([, count]) => count).map(([name, count]) => filled(bar.dataset[name], { count }));
    bar.querySelector("p").textContent = [filled(bar.dataset.pasted, numbers), ...said].join(bar.dataset.space);
    bar.querySelector("ul").replaceChildren(...wrong.map(({ row, name }) => Sheet.itemTo(row, name, reason(row, name))));
    bar.hidden = false;
    if (wrong.length) bar.scrollIntoView({ block: "nearest" });
  }

  async function undo() {
    const group = undone.pop();
    if (!group) return;
    const refused = group.filter((each) => each.under != null);
    for (const { row, name, under: text } of refused) Sheet.fill(row, { [name]: text });
    if (refused.length) await Sheet.flush(); // else what was pasted would stay under the refused text
    for (const { row, name, before } of group) Sheet.fill(row, { [name]: before });
    begun = document.activeElement.value;
    for (const cell of Sheet.table.querySelectorAll("td.pasted")) cell.classList.remove("pasted");
    bar.hidden = true;
    Sheet.flush();
  }

  Sheet.form.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!inTable(event.target) || !text) return;
    const cells = Sheet.cellsOf(text);
    if (cells.length === 1 && cells[0].length === 1 && event.target.tagName === "INPUT" && !/\n/.test(cells[0][0])) return;
    event.preventDefault();
    paste(cells, block ? Sheet.fieldOf(corners().rows[0], corners().names[0]) : event.target);
  });

  document.addEventListener("copy", (event) => {
    const field = document.activeElement;
    if (!inTable(field)) return;
    const chosen = field.selectionEnd - field.selectionStart; // of its text; all of it is the cell, as keys come to one
    if (!block && chosen && chosen < field.value.length) return;
    const { rows, names } = block ? corners() : { rows: [cellOf(field).row], names: [cellOf(field).name] };
    const text = Sheet.asText(rows.map((row) => names.map((name) => Sheet.textOf(Sheet.fieldOf(row, name).closest("td")))));
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  });

  Sheet.form.addEventListener("focusin", (event) => {
    if (event.target.dataset.field) begun = event.target.value;
  });

  Sheet.form.addEventListener("change", (event) => {
    settle(event.target);
  });

  Sheet.form.addEventListener("focusout", (event) => {
    if (inTable(event.target)) Sheet.showHeld(Sheet.rowOf(event.target));
  });

  Sheet.form.addEventListener("mousedown", (event) => {
    const field = event.target.closest("td.cell")?.querySelector("[data-field]");
    if (!field || !event.shiftKey || !inTable(document.activeElement)) return choose();
    event.preventDefault();
    return choose(block ? block.from : document.activeElement, field);
  });

  Sheet.form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.isComposing) return undefined; // an input method reads its own keys
    if (event.key === "Escape" && field.closest("[data-panel], .bar")) {
      const row = Sheet.rowOf(field) || Sheet.table.querySelector("tbody.here");
      return row && go(Sheet.fieldOf(row, "disbursed"));
    }
    if (!inTable(field)) return undefined;
    const isInput = field.tagName === "INPUT";
    const atEdge = { ArrowLeft: !isInput || field.selectionEnd === 0, ArrowRight: !isInput || field.selectionStart === field.value.length };
    const down = { Enter: event.shiftKey ? -1 : 1, ArrowDown: isInput || event.shiftKey ? 1 : 0, ArrowUp: isInput || event.shiftKey ? -1 : 0 }[event.key] || 0;
    const across = event.altKey ? 0 : { ArrowLeft: -1, ArrowRight: 1 }[event.key] || 0;
    if (event.key === "Escape") {
      if (field.value !== begun) Sheet.fill(Sheet.rowOf(field), { [field.dataset.field]: begun });
      bar.hidden = true;
      return choose();
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return Sheet.open(Sheet.rowOf(field));
    }
    if (event.ctrlKey || event.metaKey || !(down || (across && (event.shiftKey || atEdge[event.key])))) return undefined;
    if (event.shiftKey && across && isInput && !block && field.value && !atEdge[event.key]) return undefined;
    event.preventDefault(); // Enter must not press the form's first button
    if (!event.shiftKey || event.key === "Enter") {
      choose();
      return go(step(field, down, across));
    }
    const to = step(block ? block.to : field, down, across);
    return to ? choose(block ? block.from : field, to) : undefined;
  });

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    const field = document.activeElement;
    const name = event.key.toLowerCase();
    if (name === "s") {
      event.preventDefault();
      Sheet.flush();
    } else if (name === "z" && !event.shiftKey && undone.length && !(field.dataset?.field && field.value !== begun)) {
      event.preventDefault();
      undo();
    }
  });

  /* What this device has and the server does not is offered. */
  Sheet.offer = () => {
    const box = document.querySelector('[data-note="local"]');
    const isNew = (row) => ([name, text]) => Sheet.fieldOf(row, name)?.value !== text;
    const offered = Sheet.rows.filter((row) => Object.entries(Sheet.kept(row)).some(isNew(row)));
    for (const row of Sheet.rows) if (!offered.includes(row)) Sheet.keep(row, {});
    const words = box.querySelector("[data-pattern]");
    words.textContent = filled(words.dataset.pattern, { count: offered.length });
    box.hidden = !offered.length;
    box.querySelector("[data-put-back]").addEventListener("click", () => {
      box.hidden = true;
      for (const row of offered) Sheet.fill(row, Sheet.kept(row));
    });
    box.querySelector("[data-forget]").addEventListener("click", () => {
      box.hidden = true;
      for (const row of offered) Sheet.keep(row, {});
    });
  };

  bar.querySelector("[data-undo-paste]").addEventListener("click", undo);
  bar.querySelector("[data-close-paste]").addEventListener("click", () => (bar.hidden = true));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goto]");
    const [row, name] = link ? link.dataset.goto.split(":") : [];
    const body = document.getElementById(`r${row}`);
    if (!body || !name) return;
    event.preventDefault();
    Sheet.open(body, name);
  });
}
