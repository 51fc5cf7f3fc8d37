/** `systemToOrganizationMappings` as Genesys returns it: system presence to the organisation's presence ids. */
export type PresenceMappings = Readonly<Record<string, readonly string[]>>;

/** Field name part for a presence id that no mapping knows: an id in a field name would make a new field for each. */
const UNMAPPED = "UNMAPPED";

/** Turns the organisation's presence ids, which qualify some metrics, into system presences. */
export class Presences {
  readonly #names = new Map<string, string>();

  constructor(mappings: PresenceMappings = {}) {
    for (const [name, ids] of Object.entries(mappings)) {
      for (const id of ids) this.#names.set(id, systemName(name));
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

/** `OnQueue`, as presence definitions spell it, and `On Queue` become `ON_QUEUE`. */
function systemName(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}
