// Changes records as a program does that knows of the API what openapi-typescript made of its description.

import type { paths } from "./register.mjs";

/** What may be sent to an address by PATCH. */
export type Sent<Path extends keyof paths> = paths[Path] extends {
  patch: { requestBody?: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;

export class Client {
  readonly #headers: Record<string, string>;

  constructor(readonly site: string, token: string) {
    this.#headers = { Authorization: `Token ${token}`, "Accept-Language": "en", "Content-Type": "application/json" };
  }

  /** Changes the record at this address; `path` is the address in the description. */
  async change<Path extends keyof paths>(path: Path, record: string, body: Sent<Path>): Promise<void> {
    await this.#send(record, body, { "If-Match": await this.#version(record) });
  }

  /** The same by a change of many, of which the body is made from the version of the record. */
  async changeMany<Path extends keyof paths>(path: Path, record: string, body: (version: string) => Sent<Path>): Promise<void> {
    await this.#send(this.site + path, body(await this.#version(record)), {});
  }

  async #version(record: string): Promise<string> {
    const answer = await fetch(record, { headers: this.#headers });
    return answer.headers.get("ETag") ?? "";
  }

  async #send(address: string, body: unknown, headers: Record<string, string>): Promise<void> {
    const answer = await fetch(address, { method: "PATCH", headers: { ...this.#headers, ...headers }, body: JSON.stringify(body) });
    if (answer.status !== 200) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
  }
}
