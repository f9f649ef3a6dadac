/* Several windows on one sheet: what each was told of the server's drafts, and what was chosen where two differ. Beside
   sheet-typing.js. */
"use strict";

/* What a draft of the server held when this window was last told, by which the server sees what other windows changed since. Of
   cells that were typed into here meanwhile it stays what it was. */
Sheet.learn = (row, told, mine) => {
  const field = row.querySelector("input[data-drafted]");
  const held = JSON.parse(field.value || "{}");
  const kept = mine.filter((name) => name in held).map((name) => [name, held[name]]);
  const others = Object.entries(told).filter(([name]) => !mine.includes(name));
  field.value = JSON.stringify(Object.fromEntries([...others, ...kept]));
};

/* ---- what was chosen from a conflict goes to the server, which has the other versions; fields then show what it made of them */
Sheet.settle = async (row, { theirs = false } = {}) => {
  const box = row.querySelector("[data-theirs]");
  if (theirs) for (const input of box.querySelectorAll("input[value=theirs]")) input.checked = true;
  const open = [...box.querySelectorAll("tr.unsettled")].find((line) => !line.querySelector("input:checked"));
  if (open) return open.querySelector("input[type=radio]").focus();
  const [first, isHere] = [box.querySelector("[data-mine]")?.dataset.name, box.contains(document.activeElement)];
  const texts = Sheet.pending.get(row);
  for (const { dataset } of box.querySelectorAll("[data-mine]")) if (!(dataset.name in texts)) texts[dataset.name] = dataset.mine;
  const chosen = [...box.querySelectorAll("input:checked, input[type=hidden]")];
  if (row.dataset.conflict) row.querySelector("[data-version]").value = row.dataset.conflict;
  delete row.dataset.conflict;
  const answer = await Sheet.flush(Object.fromEntries(chosen.map((input) => [input.name, input.value])), [row]);
  for (const [name, text] of Object.entries(answer ? answer.rows[row.dataset.row].texts : {})) if (Sheet.fieldOf(row, name)) Sheet.write(Sheet.fieldOf(row, name), text);
  Sheet.compute(row);
  /* The box is gone, with what had the focus: on to the cell that it was of, or to what has to be chosen again. */
  if (isHere) (row.querySelector("[data-theirs] input[type=radio]") || Sheet.fieldOf(row, first || "disbursed") || Sheet.fieldOf(row, "disbursed"))?.focus();
};
