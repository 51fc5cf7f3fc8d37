import { systemPresence } from "../../terms/presences";
import { Breather } from "../../time/breather";
import { type JsonObject, propertyOf, textOf } from "../json";
import { Outbox } from "./outbox";
import {
  type Applied,
  type Asked,
  type Kept,
  type LiveState,
  MAX_ROWS,
  type Replaced,
  replaceGroups,
  type StateEvent,
} from "./state";

/** How long an age is sent every 10 s after its status began. */
const YOUNG_MS = 3_600_000;
/** How much an answer may lag behind the events. */
const LAG_MS = 10_000;

interface Agent {
  /** The row of the last answer, with the events since. */
  readonly row: JsonObject;
  readonly entity: JsonObject;
  /** When the status last changed, milliseconds since the epoch. */
  changedAt: number;
  /** Number of the event that last changed it; 0 for an answer. */
  number: number;
  /** When the list of active queues last came. */
  queuesAt: number;
}

/** Merges answers about agents' activity and activity events: routing status, presence, and their ages. */
export class AgentState implements LiveState {
  readonly #agents = new Map<string, Agent>();
  readonly #outbox = new Outbox();

  replace(
    rows: readonly JsonObject[],
    asked: Asked,
    ids: ReadonlySet<string> | undefined,
    complete: boolean,
  ): Promise<Replaced> {
    const kept: Kept<Agent> = {
      groups: this.#agents,
      outbox: this.#outbox,
      read: (row) => {
        const key = textOf(row["group"], "userId")?.toLowerCase();
        const entities = row["entities"];
        const entity = Array.isArray(entities) ? (entities as unknown[])[0] : undefined;
        if (!key || typeof entity !== "object" || entity === null) return undefined;
        return { key, group: agentOf(row, entity as JsonObject, this.#agents.get(key), asked) };
      },
      hasDrifted: (before, after) => isDrift(before, after, asked),
      put: (key, agent) => this.#put(key, agent, asked.at),
      wasAsked: (key) => ids?.has(key) ?? true,
    };
    return replaceGroups(kept, rows, complete);
  }

  apply({ topic, body, number, at }: StateEvent): Applied {
    const agent = this.#agents.get(topic.id);
    const routing = propertyOf(body, "routingStatus");
    const presence = topic.suffix === "presence" ? body : propertyOf(body, "presence");
    const queues = propertyOf(body, "activeQueueIds");
    if (routing === undefined && presence === undefined && queues === undefined) return "body";
    if (!agent) return { unknownGroupOf: topic.id };
    // Routing does not go by the presence of another source (Teams, Zoom).
    const own = propertyOf(presence, "primary") !== false;
    const changes = [
      tellRouting(agent.entity, routing),
      own && tellPresence(agent.entity, presence),
      tellQueues(agent, queues, readTime(textOf(body, "dateActiveQueuesChanged"))),
    ];
    if (!changes.includes(true)) return undefined;
    agent.number = number;
    agent.changedAt = changeOf(agent.entity);
    this.#put(topic.id, agent, at);
    return undefined;
  }

  toldSince(key: string, number: number): boolean {
    return (this.#agents.get(key)?.number ?? 0) > number;
  }

  async due(nowMs: number, slackMs: number, atMs: number): Promise<JsonObject[]> {
    const breather = new Breather();
    const rows: JsonObject[] = [];
    for (const key of this.#outbox.take(nowMs, slackMs, MAX_ROWS)) {
      if (breather.due) await breather.breathe();
      const agent = this.#agents.get(key);
      if (!agent) continue;
      if (atMs - agent.changedAt > YOUNG_MS) this.#outbox.settle(key);
      rows.push(rowOf(agent));
    }
    return rows;
  }

  #put(key: string, agent: Agent, at: number): void {
    this.#agents.set(key, agent);
    this.#outbox.add(key, at - agent.changedAt <= YOUNG_MS);
  }
}

/** Reads an agent from an answer; newer events stay. */
function agentOf(row: JsonObject, entity: JsonObject, before: Agent | undefined, asked: Asked): Agent {
  const mine = { ...entity };
  const changed = changeOf(mine);
  const newer =
    before !== undefined &&
    before.number > asked.gap &&
    before.changedAt > Math.max(changed, asked.at - LAG_MS);
  if (!newer) return { row, entity: mine, changedAt: changed, number: 0, queuesAt: before?.queuesAt ?? 0 };
  return { ...before, row: { ...row, data: before.row["data"] } };
}

/** Whether an agent changed without any event, a while before the question. */
function isDrift(before: Agent, after: Agent, asked: Asked): boolean {
  return after.changedAt > before.changedAt && after.changedAt < asked.at - LAG_MS;
}

function changeOf(entity: JsonObject): number {
  return Math.max(readTime(textOf(entity, "routingStatusDate")), readTime(textOf(entity, "presenceDate")));
}

/** Milliseconds since the epoch; 0 where there is no time. */
function readTime(text: string | undefined): number {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? 0 : time;
}

/** Takes a routing status that is not older than the one that is known. @returns whether anything changed */
function tellRouting(entity: JsonObject, routing: unknown): boolean {
  const status = textOf(routing, "status");
  const since = textOf(routing, "startTime");
  if (!status || !since || readTime(since) < readTime(textOf(entity, "routingStatusDate"))) return false;
  if (entity["routingStatus"] === status && entity["routingStatusDate"] === since) return false;
  entity["routingStatus"] = status;
  entity["routingStatusDate"] = since;
  return true;
}

function tellPresence(entity: JsonObject, presence: unknown): boolean {
  const definition = propertyOf(presence, "presenceDefinition");
  const system = textOf(definition, "systemPresence");
  const since = textOf(presence, "modifiedDate");
  if (!system || !since || readTime(since) < readTime(textOf(entity, "presenceDate"))) return false;
  const id = textOf(definition, "id");
  const same =
    entity["presenceDate"] === since &&
    entity["organizationPresenceId"] === (id ?? entity["organizationPresenceId"]);
  if (same && entity["systemPresence"] === systemPresence(system)) return false;
  entity["systemPresence"] = systemPresence(system);
  if (id) entity["organizationPresenceId"] = id;
  entity["presenceDate"] = since;
  return true;
}

function tellQueues(agent: Agent, queues: unknown, at: number): boolean {
  if (!Array.isArray(queues) || at < agent.queuesAt) return false;
  agent.queuesAt = at;
  const data = agent.row["data"];
  const entries = Array.isArray(data) ? (data as JsonObject[]) : [];
  const known = entries.find((entry) => textOf(entry, "metric") === "oActiveQueues");
  if (!known || known["count"] === queues.length) return false;
  known["count"] = queues.length;
  return true;
}

function rowOf({ row, entity }: Agent): JsonObject {
  return { ...structuredClone(row), entities: [{ ...entity }] };
}
