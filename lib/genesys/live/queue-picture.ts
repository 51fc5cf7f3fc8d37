import { type ObservationFacts, observationFacts } from "../../terms/observations";
import {
  fixedQualifiers,
  isByPresence,
  type PresenceMappings,
  systemPresence,
  UNMAPPED,
} from "../../terms/presences";
import { Breather } from "../../time/breather";
import { type JsonObject, textOf } from "../json";
import type { LiveMemory } from "./live-memory";

/** The question of an answer, and whether it is whole. */
export interface AskedQueues {
  readonly metrics: readonly string[];
  /** Groups of other media types are left out; empty keeps all. */
  readonly mediaTypes: readonly string[];
  readonly mappings: PresenceMappings | undefined;
  /** Whether no part failed, so that what is missing is 0. */
  readonly complete: boolean;
}

/** An answer with entries of 0. */
export interface WholeQueues {
  readonly rows: readonly JsonObject[];
  /** Queues that have lost their last group: their live points end. */
  readonly ended: readonly string[];
}

interface Group {
  readonly queueId: string;
  readonly group: JsonObject;
  /** Qualifiers beside the fixed ones that the group has had: `metric qualifier`. */
  readonly others: Set<string>;
}

/**
 * Completes answers to queue observations. Genesys Cloud leaves out what is 0, and a reader of the last value would go
 * on seeing the old one. So all that was asked gets entries of 0, and so do groups that vanish while their queue is
 * answered.
 */
export class QueuePicture {
  readonly #memory: LiveMemory | undefined;
  #restored: Promise<void> | undefined;
  readonly #known = new Map<string, Group>();
  /** Whether groups have come or gone since they were put on disk. */
  #changed = false;

  /** @param memory over restarts; absent for a picture that is only looked at */
  constructor(memory?: LiveMemory) {
    this.#memory = memory;
  }

  /** Writes the known groups to disk. Call it once their rows have surely arrived: a crash then loses no zeros. */
  async keep(): Promise<void> {
    if (!this.#changed) return;
    this.#changed = false;
    await this.#memory?.write(
      Object.fromEntries([...this.#known].map(([key, { others }]) => [key, [...others]])),
    );
  }

  /** @param answered rows of an answer; completed in place */
  async complete(answered: readonly JsonObject[], asked: AskedQueues): Promise<WholeQueues> {
    await (this.#restored ??= this.#restore());
    await this.keep();
    const breather = new Breather();
    const presences = presencesOf(asked.mappings);
    const rows = answered.filter((row) => isKept(row, asked.mediaTypes));
    const seen = new Set<string>();
    const answeredQueues = new Set<string>();
    for (const row of rows) {
      if (breather.due) await breather.breathe();
      const queueId = textOf(row["group"], "queueId");
      if (!queueId) continue;
      answeredQueues.add(queueId);
      const key = keyOf(row);
      seen.add(key);
      let known = this.#known.get(key);
      if (!known) {
        known = { queueId, group: { ...(row["group"] as JsonObject) }, others: new Set() };
        this.#known.set(key, known);
        this.#changed = true;
      }
      const others = known.others.size;
      addZeros(row, known, asked, presences);
      this.#changed ||= known.others.size > others;
    }
    if (!asked.complete) return { rows, ended: [] };
    const added: JsonObject[] = [];
    const ended = new Set<string>();
    for (const [key, known] of this.#known) {
      if (breather.due) await breather.breathe();
      if (seen.has(key)) continue;
      if (answeredQueues.has(known.queueId)) {
        const row = { group: { ...known.group }, data: [] };
        addZeros(row, known, asked, presences);
        added.push(row);
      } else {
        this.#known.delete(key);
        this.#changed = true;
        ended.add(known.queueId);
      }
    }
    return { rows: [...rows, ...added], ended: [...ended] };
  }

  async #restore(): Promise<void> {
    for (const [key, others] of Object.entries((await this.#memory?.read()) ?? {})) {
      const [queueId = "", mediaType = ""] = key.split(" ");
      const group = { queueId, ...(mediaType && { mediaType }) };
      this.#known.set(key, { queueId, group, others: new Set(others) });
    }
  }
}

function isKept(row: JsonObject, mediaTypes: readonly string[]): boolean {
  const mediaType = textOf(row["group"], "mediaType");
  return !mediaType || mediaTypes.length === 0 || mediaTypes.includes(mediaType);
}

function keyOf({ group }: JsonObject): string {
  return `${textOf(group, "queueId")} ${textOf(group, "mediaType") ?? ""}`;
}

interface Presences {
  /** System presence by presence id. */
  readonly systems: ReadonlyMap<string, string>;
  /** One of the ids of each system presence. */
  readonly ids: ReadonlyMap<string, string>;
}

function presencesOf(mappings: PresenceMappings = {}): Presences {
  const systems = new Map<string, string>();
  for (const [name, ids] of Object.entries(mappings))
    for (const id of ids) systems.set(id, systemPresence(name));
  return { systems, ids: new Map([...systems].map(([id, system]) => [system, id])) };
}

/** Adds an entry of 0 for all that was asked of a group and is not in its row. */
function addZeros(row: JsonObject, known: Group, { metrics }: AskedQueues, presences: Presences): void {
  if (!Array.isArray(row["data"])) row["data"] = [];
  const list = row["data"] as unknown[];
  const present = new Set<string>();
  for (const entry of list) {
    const metric = textOf(entry, "metric");
    if (!metric) continue;
    const qualifier = textOf(entry, "qualifier");
    present.add(metric);
    if (!qualifier) continue;
    const name = isByPresence(metric) ? (presences.systems.get(qualifier) ?? UNMAPPED) : qualifier;
    present.add(`${metric} ${name}`);
    if (!fixedQualifiers(metric)?.includes(name)) known.others.add(`${metric} ${name}`);
  }
  const of: ObservationFacts["of"] = textOf(row["group"], "mediaType") ? "conversations" : "agents";
  for (const metric of metrics) {
    if (observationFacts(metric)?.of !== of) continue;
    const qualifiers = fixedQualifiers(metric);
    if (!qualifiers) {
      if (!present.has(metric)) list.push({ metric, stats: { count: 0 } });
      continue;
    }
    for (const name of qualifiers)
      if (!present.has(`${metric} ${name}`)) list.push(zero(metric, name, presences));
  }
  for (const other of known.others) {
    const [metric = "", name = ""] = other.split(" ", 2);
    if (metrics.includes(metric) && !present.has(other)) list.push(zero(metric, name, presences));
  }
}

/** Makes an entry of 0 as Genesys would send it: presences by an id, where there is one. */
function zero(metric: string, name: string, { ids }: Presences): JsonObject {
  const id = isByPresence(metric) ? ids.get(name) : undefined;
  return { metric, qualifier: id ?? name, stats: { count: 0 } };
}
