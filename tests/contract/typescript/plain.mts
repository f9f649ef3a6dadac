// Reads a list, a record and totals, changes an amount, meets a conflict and an error; nothing is asked to be what the types
// say it is.

import type { components, paths } from "./register.mjs";

type Answer<Path extends keyof paths> = paths[Path] extends { get: { responses: { 200: { content: infer Content } } } }
  ? Content["application/json" & keyof Content]
  : never;
type Project = components["schemas"]["ProjectRecord"];
type Problem = components["schemas"]["Problem"];

const headers = { Authorization: "Token TOKEN", "Accept-Language": "en", "Content-Type": "application/json" };

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

async function read<Path extends keyof paths>(path: Path, address: string): Promise<Answer<Path>> {
  const answer = await fetch(`SITE/api/v1/${address}`, { headers });
  expect(answer.status === 200, `${address}: ${answer.status}`);
  return (await answer.json()) as Answer<Path>;
}

const list = await read("/api/v1/projects/", "projects/?page_size=100");
expect(list.results.length === 42, "the list");
const largest: number = Math.max(...list.results.map((project) => project.total_investment ?? 0));
expect(largest > 2 ** 31, "the largest");

const first = list.results[0];
if (!first) throw new Error("no first");
const code: string = first.code;
const address = `SITE/api/v1/projects/${encodeURIComponent(code)}/`;
const answer = await fetch(address, { headers });
const record = (await answer.json()) as Project;
expect(record.sector.code === first.sector.code, "the record");

const totals = await read("/api/v1/totals/", "totals/?programme=2023&by=prefecture&fields=total_investment");
const sum = totals.rows.reduce((before, row) => before + (row.figures["total_investment"]?.value ?? 0), 0);
expect(sum === 138_500_000_000, `the sum: ${sum}`);

const body: components["schemas"]["PatchedProjectChangeRequest"] = { note_en: "changed by a plain program" };
const change = { method: "PATCH", headers: { ...headers, "If-Match": answer.headers.get("ETag") ?? "" }, body: JSON.stringify(body) };
const changed = (await (await fetch(address, change)).json()) as Project;
expect(changed.note_en === body.note_en, "the change");

const conflict = (await (await fetch(address, change)).json()) as Problem;
expect(conflict.status === 412 && conflict.current?.["note_en"] === body.note_en, "the conflict");

const refused = (await (await fetch("SITE/api/v1/projects/?sector=nothing", { headers })).json()) as Problem;
expect(refused.code === "unknown_value" && refused.errors?.[0]?.parameter === "sector", "the error");
