import { type PresenceMappings, systemPresence, UNMAPPED } from "../terms/presences";

/** Turns the organisation's presence ids, which qualify some metrics, into system presences. */
export class Presences {
  readonly #names = new Map<string, string>();

  constructor(mappings: PresenceMappings = {}) {
    for (const [name, ids] of Object.entries(mappings)) {
      for (const id of ids) this.#names.set(id, systemPresence(name));
    }
  }

  /** `ON_QUEUE` for its id. */
  nameOf(id: string): string {
    return this.#names.get(id) ?? UNMAPPED;
  }

  has(id: string): boolean {
    return this.#names.has(id);
  }
}
