import {
  isByPresence,
  presenceFieldPart,
  type PresenceMappings,
  type PresenceNames,
  QUALIFIED_METRICS,
  systemPresence,
  SYSTEM_PRESENCES,
  UNMAPPED,
} from "../terms/presences";

/** The organisation's presences, whose ids qualify some metrics. */
export class Presences {
  readonly #system = new Map<string, string>();
  readonly #names: ReadonlyMap<string, string>;

  constructor(mappings: PresenceMappings = {}, names: PresenceNames = {}) {
    for (const [name, ids] of Object.entries(mappings)) {
      for (const id of ids) this.#system.set(id, systemPresence(name));
    }
    this.#names = new Map(Object.entries(names));
  }

  /** The system presence above an id; `undefined` for an unknown one. */
  systemOf(id: string): string | undefined {
    return this.#system.get(id);
  }

  /** The organisation's own name; `undefined` for an unknown id. */
  nameOf(id: string): string | undefined {
    return this.#names.get(id);
  }

  /** Writes a qualifier as part of a field's name: ids become names, others stay. */
  qualifier(metric: string, qualifier: string): string {
    if (!isByPresence(metric)) return this.#system.get(qualifier) ?? qualifier;
    if (QUALIFIED_METRICS[metric] === "presenceOwn") {
      const name = this.#names.get(qualifier);
      return name === undefined ? UNMAPPED : presenceFieldPart(name);
    }
    const system = this.#system.get(qualifier);
    // Entries of 0 that the poll adds are qualified by name, not by id.
    return system ?? (isSystemPresence(qualifier) ? qualifier : UNMAPPED);
  }
}

function isSystemPresence(text: string): boolean {
  return SYSTEM_PRESENCES.some((presence) => presence === text);
}
