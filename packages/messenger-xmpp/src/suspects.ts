/** Whoever runs a mailing of more than that whose outcome is unknown has other worries. */
const most = 10_000;

/** The ids of dispatches of which one may be what ended a connection: known for as long as the messenger is, whatever becomes of its sessions. */
export class Suspects {
  readonly #ids = new Set<string>();

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size > most) this.#ids.delete(this.#ids.values().next().value as string);
  }

  acquit(id: string): void {
    this.#ids.delete(id);
  }
}
