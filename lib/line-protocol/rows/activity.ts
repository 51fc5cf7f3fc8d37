import { describeValue, isObject, type JsonObject } from "../../terms/json";
import { InputError } from "../errors";
import type { Job, RowReader } from "../job";
import { listAt } from "../json";
import type { FieldName } from "../names";
import { readTime } from "../times";

/**
 * Reads rows of live agent state, `{group: {userId}, data: [{metric: "oActiveQueues", …}], entities: [{userId,
 * routingStatus, routingStatusDate, …}]}`: one point per agent, with status and presence and the age of each.
 */
export class ActivityRows implements RowReader {
  readonly #job: Job;
  readonly #fields: Readonly<
    Record<"status" | "system" | "own" | "statusAge" | "presenceAge" | "queues", FieldName>
  >;
  #row: JsonObject = {};
  #group: JsonObject = {};
  #entities: readonly unknown[] = [];

  constructor(job: Job) {
    const { names } = job;
    this.#job = job;
    this.#fields = {
      status: names.get("routingStatus"),
      system: names.get("systemPresence"),
      own: names.get("presence"),
      statusAge: names.get("routingStatusSeconds"),
      presenceAge: names.get("presenceSeconds"),
      queues: names.get("activeQueues"),
    };
  }

  begin(row: JsonObject): number {
    this.#row = row;
    this.#group = isObject(row["group"]) ? row["group"] : {};
    this.#entities = listAt(row, "entities");
    return this.#entities.length;
  }

  part(index: number): void {
    const { line, heads, answer, timestamps } = this.#job;
    const entity = this.#entities[index];
    const where = `entities[${index}]`;
    if (!isObject(entity)) throw new InputError(`${where} is ${describeValue(entity)}, not an object`);
    const userId = entity["userId"] ?? this.#group["userId"];
    if (typeof userId !== "string" || userId === "") {
      throw new InputError(`userId of ${where} is ${describeValue(userId)}, not the id of an agent`);
    }
    const presenceId = entity["organizationPresenceId"];
    const known = typeof presenceId === "string" ? presenceId : "";
    line.begin();
    line.set(this.#fields.status, entity["routingStatus"]);
    line.set(this.#fields.system, entity["systemPresence"] ?? answer.presences.systemOf(known));
    line.set(this.#fields.own, answer.presences.nameOf(known) ?? entity["presence"]);
    this.#age(this.#fields.statusAge, "routingStatusDate", entity);
    this.#age(this.#fields.presenceAge, "presenceDate", entity);
    this.#job.reportOddities(this.#row);
    if (!line.filled) {
      if (line.oddities) return;
      throw new InputError(`${where} has neither a routing status nor a presence`);
    }
    line.set(this.#fields.queues, activeQueues(this.#row));
    const own = entity["userName"] === undefined ? this.#group : entity;
    heads.write({ userId, ...(own["userName"] !== undefined && { userName: own["userName"] }) });
    this.#job.addNames(own);
    this.#job.finish(timestamps.of(undefined));
  }

  /** Sets an age in seconds; 0 for a time ahead. */
  #age(field: FieldName, key: string, entity: JsonObject): void {
    const since = entity[key];
    if (since === undefined || since === null) return;
    const { line, answer } = this.#job;
    try {
      line.number(field, Math.max(0, answer.polledAt - readTime(key, since)) / 1000);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      line.odd(error.message);
    }
  }
}

/** Reads the number of queues that an agent has activated: `stats.count` or, in other answers, `count`. */
function activeQueues(row: JsonObject): unknown {
  const data = row["data"];
  const entry = Array.isArray(data)
    ? (data as unknown[]).find((found) => isObject(found) && found["metric"] === "oActiveQueues")
    : undefined;
  if (!isObject(entry)) return undefined;
  return isObject(entry["stats"]) ? entry["stats"]["count"] : entry["count"];
}
