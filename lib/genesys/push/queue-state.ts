import { Breather } from "../../time/breather";
import { QUALIFIED_METRICS } from "../../terms/presences";
import { type JsonObject, numberOf, propertyOf, textOf } from "../json";
import { EndedStatuses } from "./ended-statuses";
import { type IntervalTotals, readSpan } from "./interval-totals";
import { Outbox } from "./outbox";
import {
  countOf,
  differ,
  emptied,
  type Group,
  groupOf,
  idOf,
  keyFor,
  keyOf,
  OLDEST,
  OLDEST_OF,
  rowOf,
  setCount,
  settleOldest,
  statusesOf,
  timeOf,
} from "./queue-group";
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

/** What a `QueueState` works with. */
export interface QueueStateParts {
  /** Groups of other media types are left out; empty keeps all. */
  readonly mediaTypes: readonly string[];
  /** Whether a metric was asked for, and is not refused. */
  readonly wants: (metric: string) => boolean;
  /** Ids of the organisation's presences that mean "on queue". */
  readonly onQueueIds: () => ReadonlySet<string>;
  readonly totals: IntervalTotals | undefined;
}

/**
 * Merges answers and events of queues: groups of a queue (its agents) and of a queue and media type (conversations).
 */
export class QueueState implements LiveState {
  readonly #parts: QueueStateParts;
  readonly #groups = new Map<string, Group>();
  readonly #outbox = new Outbox();
  readonly #ended = new EndedStatuses();

  constructor(parts: QueueStateParts) {
    this.#parts = parts;
  }

  replace(
    rows: readonly JsonObject[],
    asked: Asked,
    ids: ReadonlySet<string> | undefined,
    complete: boolean,
  ): Promise<Replaced> {
    const answered = new Set(rows.map((row) => textOf(row["group"], "queueId")?.toLowerCase()));
    const kept: Kept<Group> = {
      groups: this.#groups,
      outbox: this.#outbox,
      read: (row) => {
        const key = keyOf(row["group"]);
        return key ? { key, group: groupOf(row, this.#groups.get(key), asked) } : undefined;
      },
      hasDrifted: (before, after) => differ(before, after, asked),
      put: (key, group) => this.#put(key, group),
      wasAsked: (_key, { queueId }) => ids?.has(queueId) ?? true,
      emptied: (group) => (answered.has(group.queueId) ? emptied(group, asked) : undefined),
    };
    return replaceGroups(kept, rows, complete);
  }

  apply(event: StateEvent): Applied {
    return event.topic.suffix === "activity" ? this.#applyAges(event) : this.#applyObservations(event);
  }

  toldSince(key: string, number: number): boolean {
    const entries = this.#groups.get(key)?.entries.values() ?? [];
    return [...entries].some((entry) => entry.number > number);
  }

  async due(nowMs: number, slackMs: number): Promise<JsonObject[]> {
    const breather = new Breather();
    const rows: JsonObject[] = [];
    for (const key of this.#outbox.take(nowMs, slackMs, MAX_ROWS)) {
      if (breather.due) await breather.breathe();
      const group = this.#groups.get(key);
      if (group) rows.push(rowOf(group));
    }
    return rows;
  }

  #put(key: string, group: Group): void {
    this.#groups.set(key, group);
    this.#outbox.add(key, countOf(group, "oWaiting") > 0);
  }

  #applyObservations({ topic, body, number }: StateEvent): Applied {
    const group = propertyOf(body, "group");
    const data = propertyOf(body, "data");
    const queueId = textOf(group, "queueId")?.toLowerCase() ?? topic.id;
    if (!Array.isArray(data) || queueId !== topic.id) return "body";
    const mediaType = textOf(group, "mediaType");
    if (!this.#keeps(mediaType)) return undefined;
    let applied: Applied;
    for (const element of data as unknown[]) {
      const span = readSpan(textOf(element, "interval"));
      const metrics = propertyOf(element, "metrics");
      if (!span || !Array.isArray(metrics)) applied = "body";
      else if (span.end > span.start) {
        const named = this.#groups.get(keyFor(queueId, mediaType))?.group;
        if (named && mediaType)
          applied = this.#parts.totals?.apply(named, span, metrics as unknown[]) ?? applied;
      } else
        applied = this.#applyMetrics(queueId, mediaType, metrics as unknown[], span.start, number) ?? applied;
    }
    return applied;
  }

  #applyMetrics(
    queueId: string,
    mediaType: string | undefined,
    metrics: readonly unknown[],
    at: number,
    number: number,
  ): Applied {
    const key = keyFor(queueId, mediaType);
    const group = this.#groups.get(key);
    if (!group) return { unknownGroupOf: queueId };
    const told = new Map<string, Map<string, number>>();
    for (const entry of metrics) {
      const metric = textOf(entry, "metric");
      const count = numberOf(propertyOf(entry, "stats"), "count");
      if (!metric || count === undefined) return "body";
      if (!this.#parts.wants(metric)) continue;
      const statuses = told.get(metric) ?? new Map<string, number>();
      statuses.set(textOf(entry, "qualifier") ?? "", count);
      told.set(metric, statuses);
    }
    for (const [metric, statuses] of told) this.#ended.learn(metric, statusesOf(group, metric), statuses);
    for (const [metric, statuses] of told) this.#tell(group, metric, statuses, at, number);
    if (told.has("oUserPresences")) this.#settleOnQueue(group, at, number);
    this.#put(key, group);
    return undefined;
  }

  /** Merges the counts of one metric. */
  #tell(group: Group, metric: string, told: ReadonlyMap<string, number>, at: number, number: number): void {
    for (const [qualifier, count] of told)
      setCount(group, metric, qualifier || undefined, { count }, at, number);
    if (Object.hasOwn(QUALIFIED_METRICS, metric) && this.#ended.missingHasEnded) {
      for (const status of statusesOf(group, metric).keys()) {
        if (!told.has(status)) setCount(group, metric, status, { count: 0 }, at, number);
      }
    }
    const oldest = OLDEST_OF.get(metric);
    if (oldest && this.#parts.wants(oldest)) settleOldest(group, oldest, metric, at, number);
  }

  /** Derives zeros: where no member or every member is on queue by presence, counts of the other metric are 0. */
  #settleOnQueue(group: Group, at: number, number: number): void {
    const ids = this.#parts.onQueueIds();
    if (ids.size === 0) return;
    let on = 0;
    let off = 0;
    for (const [presence, count] of statusesOf(group, "oUserPresences")) {
      if (ids.has(presence)) on += count;
      else off += count;
    }
    for (const [metric, count] of [
      ["oOnQueueUsers", on],
      ["oOffQueueUsers", off],
    ] as const) {
      if (count > 0) continue;
      for (const status of statusesOf(group, metric).keys())
        setCount(group, metric, status, { count: 0 }, at, number);
    }
  }

  /**
   * Applies ages of the oldest waiting. These events have no time, and their counts come with a time in the other
   * topic, so only the ages are taken.
   */
  #applyAges({ topic, body, number, at }: StateEvent): Applied {
    const results = propertyOf(body, "results");
    if (!Array.isArray(results)) return "body";
    let applied: Applied;
    for (const result of results as unknown[]) {
      const mediaType = textOf(result, "mediaType");
      const data = propertyOf(result, "data");
      if (!mediaType || !Array.isArray(data)) {
        applied = "body";
        continue;
      }
      if (!this.#keeps(mediaType)) continue;
      const key = keyFor(topic.id, mediaType);
      const group = this.#groups.get(key);
      if (!group) applied = { unknownGroupOf: topic.id };
      else if (this.#tellAges(group, data as unknown[], at, number)) this.#put(key, group);
    }
    return applied;
  }

  /** @returns whether anything changed */
  #tellAges(group: Group, data: readonly unknown[], at: number, number: number): boolean {
    let changed = false;
    for (const [oldest, metric] of Object.entries(OLDEST)) {
      if (!this.#parts.wants(oldest)) continue;
      const row = data.find((entry) => textOf(entry, "metric") === oldest);
      const counted = data.find((entry) => textOf(entry, "metric") === metric);
      const since = numberOf(row, "calculatedMetricValue");
      const none = numberOf(row, "count") === 0 || (!row && numberOf(counted, "count") === 0);
      const time = timeOf(group, oldest, at);
      // An age after a count of 0 is late.
      const late = countOf(group, metric) === 0 && group.entries.has(idOf(metric));
      if (since !== undefined && !none && !late) {
        setCount(group, oldest, undefined, { count: 1, calculatedMetricValue: since }, time, number);
      } else if (none) setCount(group, oldest, undefined, { count: 0 }, time, number);
      else continue;
      changed = true;
    }
    return changed;
  }

  #keeps(mediaType: string | undefined): boolean {
    const { mediaTypes } = this.#parts;
    return !mediaType || mediaTypes.length === 0 || mediaTypes.includes(mediaType);
  }
}
