import { isByPresence, type PresenceMappings, type PresenceNames } from "../../terms/presences";
import { Breather } from "../../time/breather";
import type { CallOptions } from "../http/client";
import { type JsonObject, propertyOf, textOf } from "../json";
import type { Directory } from "./directory";

/** Explanations of the presence ids in an answer. */
export interface ExplainedPresences {
  /** System presence to ids. */
  readonly mappings?: PresenceMappings;
  /** Id to the organisation's own name. */
  readonly presences?: PresenceNames;
}

/**
 * Explains the presence ids in rows: by the mappings of the answer, completed by the definitions, and by the
 * organisation's own names.
 */
export async function explainPresences(
  rows: readonly JsonObject[],
  mappings: PresenceMappings | undefined,
  directory: Directory,
  options: CallOptions,
): Promise<ExplainedPresences> {
  const ids = await presenceIdsOf(rows);
  if (ids.size === 0) return mappings ? { mappings } : {};
  const definitions = await directory.presencesOf(ids, options);
  const merged = new Map<string, Set<string>>();
  const add = (system: string, id: string) => merged.set(system, (merged.get(system) ?? new Set()).add(id));
  for (const [system, known] of Object.entries(mappings ?? {})) for (const id of known) add(system, id);
  const mapped = new Set(Object.values(mappings ?? {}).flat());
  const names: Record<string, string> = {};
  for (const id of ids) {
    const definition = definitions.get(id);
    if (!definition) continue;
    names[id] = definition.name;
    if (!mapped.has(id)) add(definition.systemPresence, id);
  }
  return {
    ...(merged.size > 0 && {
      mappings: Object.fromEntries([...merged].map(([system, known]) => [system, [...known]])),
    }),
    ...(Object.keys(names).length > 0 && { presences: names }),
  };
}

/** The ids of presences in rows: as qualifiers of metrics, or of what agents are now. */
async function presenceIdsOf(rows: readonly JsonObject[]): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  const breather = new Breather();
  for (const row of rows) {
    if (breather.due) await breather.breathe();
    for (const entry of listOf(row, "data")) {
      const metrics = propertyOf(entry, "metrics");
      for (const metric of Array.isArray(metrics) ? (metrics as unknown[]) : [entry]) {
        const qualifier = textOf(metric, "qualifier");
        if (qualifier && isByPresence(textOf(metric, "metric") ?? "")) ids.add(qualifier);
      }
    }
    for (const entity of listOf(row, "entities")) {
      const id = textOf(entity, "organizationPresenceId");
      if (id) ids.add(id);
    }
  }
  return ids;
}

function listOf(row: JsonObject, key: string): readonly unknown[] {
  const list = propertyOf(row, key);
  return Array.isArray(list) ? (list as unknown[]) : [];
}
