import { nameKeyOf } from "../../terms/dimensions";
import type { PollReason } from "../../terms/kinds";
import { isByPresence, presenceFieldPart } from "../../terms/presences";
import { asGenesysError, type GenesysError } from "../errors";
import { compare, type Comparison } from "../handed-on/comparison";
import type { HandedOn } from "../handed-on/store";
import type { CallOptions, Client } from "../http/client";
import type { Interval } from "../interval/granularity";
import type { BucketGrid } from "../interval/grid";
import { type JsonObject, textOf } from "../json";
import { type Notices, UNANSWERED } from "../notices";
import type { Answered, PartFailure } from "../queries/part";
import { type PollAnswer, tellOf } from "./poller";
import { queryHash } from "./query-hash";
import type { IntervalSource } from "./source";

/** What an `IntervalAsker` works with. */
export interface AskerSettings {
  readonly client: Client;
  readonly source: IntervalSource;
  readonly grid: BucketGrid;
  readonly notices: Notices;
  readonly store: HandedOn;
}

/** An answer about buckets, compared with what was handed on before. */
export interface Compared {
  readonly answered: Answered;
  readonly comparison: Comparison;
  readonly askedAt: number;
  readonly polledAt: number;
  /** Keys of parts that failed for a reason that may pass. */
  readonly held: readonly string[];
  /** Failures of parts for a reason that will not pass. */
  readonly refused: readonly PartFailure[];
}

/** Names of queues in a notice. */
const NAMED = 10;
const FEW = 4;

/** Whether less at once may be answered. */
export function isTooMuch(error: GenesysError): boolean {
  return error.kind === "tooLarge" || error.kind === "badRequest";
}

/** Asks one question about buckets in as many requests as it takes, and compares the answer with what was handed on. */
export class IntervalAsker {
  readonly #settings: AskerSettings;
  readonly #groupBy: readonly string[];

  constructor(settings: AskerSettings) {
    this.#settings = settings;
    this.#groupBy = [...settings.source.groupBy].sort();
  }

  /** Asks about an interval, and compares the answer. @throws GenesysError when nothing at all could be had */
  async ask(
    interval: Interval,
    keys: readonly string[] | undefined,
    options: CallOptions,
  ): Promise<Compared> {
    const { client, source } = this.#settings;
    const askedAt = client.clock.now();
    const found = await this.#askInTime(interval, keys, options);
    const polledAt = client.clock.now();
    // Names of presences are part of what is compared.
    const answered = await source.explain(found.rows, found, options);
    // By the clock of the API, as this answer shows it.
    const times = { askedAt: client.skew.at(askedAt), polledAt: client.skew.at(polledAt) };
    const passing = ({ error }: PartFailure) => !isTooMuch(error) && error.kind !== "notFound";
    return {
      ...times,
      answered,
      comparison: await this.#compare(interval, keys, answered, options),
      held: answered.failures.filter(passing).flatMap((failure) => failure.keys),
      refused: answered.failures.filter((failure) => !passing(failure)),
    };
  }

  /** Makes the answer to hand on. @param rows of the answer, or those that differ */
  async answer(
    interval: Interval,
    { answered, comparison, askedAt, polledAt }: Compared,
    rows: readonly JsonObject[],
    reason: PollReason,
    options: CallOptions,
  ): Promise<PollAnswer> {
    const { source, grid } = this.#settings;
    // Groups that are there only to become 0 have no names yet.
    await source.explain(comparison.rows.slice(answered.rows.length), answered, options);
    const { family, groupBy, metrics, filter, kind } = source;
    return {
      ...answered,
      rows,
      ...withNamesOfZeros(answered, comparison.zeros),
      kind,
      reason,
      askedAt,
      polledAt,
      complete: isWhole(answered),
      interval,
      question: {
        family,
        grid,
        groupBy,
        metrics,
        filter,
        query: queryHash(source, grid),
        settledUntil: undefined,
      },
    };
  }

  /** Asks, and halves the buckets where even single keys are too much at once. */
  async #askInTime(
    interval: Interval,
    keys: readonly string[] | undefined,
    options: CallOptions,
  ): Promise<Answered> {
    const { source, grid } = this.#settings;
    const buckets = grid.count(interval);
    let answered: Answered;
    try {
      answered = await source.ask(interval, keys, options);
    } catch (thrown) {
      const error = asGenesysError(thrown);
      if (error.kind !== "tooLarge" || buckets < 2) throw error;
      answered = { rows: [], failures: [{ error, keys: keys ?? [] }], malformed: 0 };
    }
    const large = answered.failures.filter(({ error }) => error.kind === "tooLarge");
    if (large.length === 0 || buckets < 2) return answered;
    const middle = grid.shift(interval.start, Math.ceil(buckets / 2));
    const again = keys && [...new Set(large.flatMap((failure) => failure.keys))];
    const earlier = await this.#askInTime({ start: interval.start, end: middle }, again, options);
    const later = await this.#askInTime({ start: middle, end: interval.end }, again, options);
    const others = answered.failures.filter(({ error }) => error.kind !== "tooLarge");
    return [earlier, later].reduce(together, { ...answered, failures: others });
  }

  async #compare(
    interval: Interval,
    keys: readonly string[] | undefined,
    answered: Answered,
    options: CallOptions,
  ): Promise<Comparison> {
    const { source, grid, store, notices } = this.#settings;
    tellOf(answered, notices);
    const metrics = new Set(source.metrics);
    const comparison = await compare(store, grid, {
      rows: answered.rows,
      interval,
      groupBy: this.#groupBy,
      key: source.key,
      keys,
      metric: (name) => metrics.has(name),
      scope: source.filter.toSorted().join("\n"),
      whole: isWhole(answered),
      qualifierName: (metric, qualifier) =>
        isByPresence(metric) ? presenceFieldPart(answered.presences?.[qualifier] ?? qualifier) : qualifier,
    });
    if (isWhole(answered)) {
      const { vanished, doubtful, missing } = comparison;
      if (vanished.length > 0) source.doubt?.(vanished);
      const words = wordsFor(
        source,
        comparison,
        await this.#namesOf(vanished.slice(0, NAMED), answered, options),
      );
      // Of a few, most may well be taken back.
      const most = doubtful && missing > FEW ? words : undefined;
      notices.set(UNANSWERED.most, most, "all that was known is answered again");
      notices.set("vanished", most ? undefined : words, "all that was known is answered again");
    }
    return comparison;
  }

  /** Names of queues or agents; ids of those without one. */
  async #namesOf(keys: readonly string[], answered: Answered, options: CallOptions): Promise<string[]> {
    const { source } = this.#settings;
    const { key } = source;
    if (key === undefined || keys.length === 0) return [...keys];
    const rows = keys.map((id) => ({ group: { [key]: id } }));
    await source.explain(rows, answered, options);
    return rows.map(({ group }, index) => textOf(group, nameKeyOf(key) ?? "") ?? keys[index]!);
  }
}

/** Whether nothing of an answer is missing. */
function isWhole({ failures, malformed }: Answered): boolean {
  return failures.length === 0 && malformed === 0;
}

function together(a: Answered, b: Answered): Answered {
  const mappings = new Map<string, Set<string>>();
  for (const [name, ids] of [...Object.entries(a.mappings ?? {}), ...Object.entries(b.mappings ?? {})]) {
    mappings.set(name, new Set([...(mappings.get(name) ?? []), ...ids]));
  }
  return {
    rows: [...a.rows, ...b.rows],
    failures: [...a.failures, ...b.failures],
    malformed: a.malformed + b.malformed,
    ...(mappings.size > 0 && {
      mappings: Object.fromEntries([...mappings].map(([name, ids]) => [name, [...ids]])),
    }),
  };
}

/** The qualifiers of entries of 0 are names of presences already: they explain themselves. */
function withNamesOfZeros(
  { presences }: Answered,
  zeros: readonly JsonObject[],
): Pick<Answered, "presences"> {
  const names = zeros.flatMap((zero) => {
    const qualifier = textOf(zero, "qualifier");
    return qualifier && isByPresence(textOf(zero, "metric") ?? "") ? [[qualifier, qualifier] as const] : [];
  });
  return names.length === 0 ? {} : { presences: { ...Object.fromEntries(names), ...presences } };
}

function wordsFor(
  { key }: IntervalSource,
  { vanished, doubtful, empty }: Comparison,
  names: readonly string[],
): string | undefined {
  if (vanished.length === 0 && !doubtful) return undefined;
  const noun = key === "userId" ? "agents" : "queues";
  const stay = "hidden by a division, or gone: what was written stays";
  if (empty) return `nothing that was known is answered any more; ${stay}`;
  if (doubtful) return `more than half of what was known is not answered any more; ${stay}`;
  const more = vanished.length > names.length ? ` and ${vanished.length - names.length} more` : "";
  return `${noun} that were answered before are not any more; ${stay}: ${names.join(", ")}${more}`;
}
