import { REFUSED_CODE, TOO_OLD_CODE } from "../terms/messages";
import type { Verdict } from "./classify";
import { droppedPoints, readHints } from "./hints";
import type { BucketMemory } from "./bucket-memory";
import type { Rejection, StoredBatch } from "./item";

/** One request and its verdict. */
export interface Attempt {
  readonly verdict: Verdict;
  /** The whole body of the answer. */
  readonly body: string;
  readonly bytes: number;
  readonly latencyMs: number;
}

/** The surroundings of a batch. */
export interface BatchContext {
  readonly memory: BucketMemory;
  /** Nanoseconds in one unit of the lines' timestamps. */
  readonly nsPerUnit: bigint;
  /** Sends lines as one request. */
  send(lines: readonly string[]): Promise<Attempt>;
  /** Called between requests when a batch has taken many of them. */
  pause(): Promise<void>;
}

/** The outcome of a batch. */
export interface BatchOutcome {
  /**
   * Why the batch was given up; absent when every line is stored or rejected. Of class `refused` when the server
   * refused all lines and no proof says that it takes others: then nothing is settled.
   */
  readonly stopped?: Verdict;
  /** Whether each line is stored or rejected, by index. */
  readonly settled: readonly boolean[];
  /** Reasons of rejected lines, by index. */
  readonly rejected: ReadonlyMap<number, Rejection>;
  /** The last request that stored lines. */
  readonly batch?: StoredBatch;
  readonly requests: number;
}

/** Requests for one batch before a pause, so that a broken producer does not become a flood of requests. */
const REQUESTS_BEFORE_PAUSE = 64;
/** Lines that are tried alone before a batch counts as refused as a whole. */
const PROBES = 8;
/** Requests without a stored line before such a probe, even where the server names lines or took some of late. */
const REQUESTS_BEFORE_PROBE = 16;

interface Group {
  readonly indexes: readonly number[];
  /** The half in front of this one; when all of that was stored, the fault is here. */
  readonly sibling?: Group;
  stored?: boolean;
}

/**
 * Writes a batch in one request. Where the server refuses lines, finds them by the server's hints or by halving, and
 * writes the others; lines may be sent more than once, which changes nothing in InfluxDB. Halves a request that is too
 * large.
 */
export async function writeBatch(lines: readonly string[], context: BatchContext): Promise<BatchOutcome> {
  return new BatchWrite(lines, context).run();
}

class BatchWrite {
  readonly #lines: readonly string[];
  readonly #context: BatchContext;
  readonly #memory: BucketMemory;
  readonly #settled: boolean[];
  readonly #rejected = new Map<number, Rejection>();
  /** How many of these an earlier search found, so that they need no proof. */
  #known = 0;
  readonly #doubtful = new Set<number>();
  readonly #poisoned: boolean;
  #todo: Group[] = [];
  #stored = 0;
  #probed = false;
  #requests = 0;
  #batch: BatchOutcome["batch"];

  constructor(lines: readonly string[], context: BatchContext) {
    this.#lines = lines;
    this.#context = context;
    this.#memory = context.memory;
    this.#settled = new Array<boolean>(lines.length).fill(false);
    this.#poisoned = context.memory.isPoisoned(lines[0] ?? "");
  }

  async run(): Promise<BatchOutcome> {
    const { known } = this.#memory;
    const all = [...this.#lines.keys()];
    if (known.size > 0)
      for (const index of all) this.#rejectKnown(index, known.get(this.#lines[index] ?? ""));
    this.#todo = [{ indexes: known.size > 0 ? this.#open(all) : all }];
    const stopped = (await this.#search()) ?? (await this.#tryAgain()) ?? this.#refusal();
    if (!stopped) this.#memory.finished(this.#lines[0] ?? "");
    // Without a stored line the refusals may be the fault of settings or server.
    else if (this.#stored === 0) this.#forget();
    else this.#memory.remember(this.#rejected.values());
    return {
      ...(stopped && { stopped }),
      settled: this.#settled,
      rejected: this.#rejected,
      ...(this.#batch && { batch: this.#batch }),
      requests: this.#requests,
    };
  }

  async #search(): Promise<Verdict | undefined> {
    for (let group = this.#todo.shift(); group; group = this.#todo.shift()) {
      if (group.indexes.length === 0) continue;
      // The whole was refused and its first half stored, so this half would be refused.
      if (group.sibling?.stored && group.indexes.length > 1) this.#halve(group);
      else {
        const stopped = await this.#try(group);
        if (stopped) return stopped;
      }
    }
    return undefined;
  }

  async #try(group: Group): Promise<Verdict | undefined> {
    const attempt = await this.#send(group.indexes);
    const { verdict } = attempt;
    switch (this.#classOf(verdict)) {
      case "acknowledge":
        this.#store(group, attempt);
        return undefined;
      case "partial":
        this.#storePart(group, attempt);
        return undefined;
      case "isolate":
        return this.#isolate(group, attempt);
      case "split":
        this.#memory.tooLarge(attempt.bytes);
        if (group.indexes.length === 1) this.#reject(group.indexes[0]!, verdict.text, verdict);
        else this.#halve(group, false);
        return undefined;
      default:
        return verdict;
    }
  }

  /**
   * The class of a verdict; repeated status 500 counts as a line that breaks the server, so that the batch is searched.
   */
  #classOf(verdict: Verdict): Verdict["class"] {
    return this.#poisoned && verdict.statusCode === 500 ? "isolate" : verdict.class;
  }

  async #send(indexes: readonly number[]): Promise<Attempt> {
    if (this.#requests > 0 && this.#requests % REQUESTS_BEFORE_PAUSE === 0) await this.#context.pause();
    this.#requests++;
    const whole = indexes.length === this.#lines.length;
    return this.#context.send(whole ? this.#lines : indexes.map((index) => this.#lines[index]!));
  }

  #store(group: Group, { bytes, latencyMs }: Attempt): void {
    for (const index of group.indexes) this.#settled[index] = true;
    group.stored = true;
    this.#stored += group.indexes.length;
    this.#memory.accepted(() => group.indexes.map((index) => this.#lines[index]!));
    this.#batch = { lines: group.indexes.length, bytes, latencyMs };
  }

  /** Settles status 201: the server stored the lines that it does not name. */
  #storePart(group: Group, attempt: Attempt): void {
    const { certain } = this.#hints(group, attempt);
    for (const [at, reason] of certain) this.#reject(group.indexes[at]!, reason, attempt.verdict);
    if (certain.size > 0 || group.indexes.length === 1)
      this.#store({ indexes: this.#open(group.indexes) }, attempt);
    else this.#halve(group, false);
  }

  async #isolate(group: Group, attempt: Attempt): Promise<Verdict | undefined> {
    const { verdict } = attempt;
    const { indexes } = group;
    if (indexes.length === 1) {
      this.#reject(indexes[0]!, verdict.text, verdict);
      if (this.#stored === 0 || verdict.statusCode === 500) this.#doubtful.add(indexes[0]!);
      return undefined;
    }
    const { certain, suspects } = this.#hints(group, attempt);
    const dropped = droppedPoints(verdict.text) >= indexes.length;
    if (dropped && (verdict.code === TOO_OLD_CODE || suspects.size === indexes.length)) {
      for (const [at, index] of indexes.entries())
        this.#reject(index, suspects.get(at) ?? verdict.text, verdict);
      return undefined;
    }
    for (const [at, reason] of certain) this.#reject(indexes[at]!, reason, verdict);
    const open = this.#open(indexes);
    const named = certain.size > 0 || (suspects.size > 0 && suspects.size < indexes.length);
    if (verdict.code !== TOO_OLD_CODE && this.#mayProbe(named)) {
      const stopped = await this.#probe();
      if (stopped) return stopped;
      this.#halve({ indexes: this.#open(open) }, false);
    } else if (named) {
      const apart = new Set([...suspects.keys()].map((at) => indexes[at]));
      this.#todo.unshift(
        { indexes: open.filter((index) => !apart.has(index)) },
        { indexes: open.filter((index) => apart.has(index)) },
      );
    } else this.#halve(group);
    return undefined;
  }

  /** Whether to probe: if the server takes nothing of a batch, it must not be searched to its end. */
  #mayProbe(named: boolean): boolean {
    if (this.#stored > 0 || this.#probed) return false;
    return this.#requests >= REQUESTS_BEFORE_PROBE || !(named || this.#memory.worksOfLate);
  }

  /**
   * Tries a few lines from all over the batch, when none was stored and the server gives no hint: does it refuse them
   * all alike?
   */
  async #probe(): Promise<Verdict | undefined> {
    this.#probed = true;
    const indexes = this.#open([...this.#lines.keys()]);
    const count = Math.min(PROBES, indexes.length);
    for (let i = 0; i < count; i++) {
      const index = indexes[Math.floor((i * (indexes.length - 1)) / Math.max(1, count - 1))]!;
      if (this.#settled[index]) continue;
      const stopped = await this.#try({ indexes: [index] });
      if (stopped || this.#stored > 0) return stopped;
    }
    return this.#refusal();
  }

  /**
   * Tries again, after others were stored, the lines that were refused before and those that broke the server: the
   * fault may have been a passing one of the server.
   */
  async #tryAgain(): Promise<Verdict | undefined> {
    if (this.#stored === 0) return undefined;
    for (const index of [...this.#doubtful]) {
      this.#rejected.delete(index);
      this.#settled[index] = false;
      const stopped = await this.#try({ indexes: [index] });
      if (stopped) return stopped;
    }
    return undefined;
  }

  /**
   * Judges a search without a stored line: it rejects lines only for reasons that are known to be theirs.
   *
   * @returns the refusal of the whole batch otherwise
   */
  #refusal(): Verdict | undefined {
    if (this.#stored > 0 || this.#rejected.size === this.#known) return undefined;
    const found = [...this.#rejected.values()].slice(this.#known);
    const unproven = found.filter((rejection) => !this.#memory.isLineFault(rejection));
    const [first] = unproven;
    if (!first) return undefined;
    this.#memory.refused(unproven);
    return {
      class: "refused",
      code: REFUSED_CODE,
      text: `InfluxDB refuses all ${this.#lines.length} lines: ${first.message}`,
      ...(first.statusCode !== undefined && { statusCode: first.statusCode }),
    };
  }

  #hints({ indexes }: Group, { verdict, body }: Attempt) {
    const lines = indexes.map((index) => this.#lines[index]!);
    return readHints({ text: verdict.text, body, lines, nsPerUnit: this.#context.nsPerUnit });
  }

  #halve({ indexes }: Group, conclude = true): void {
    const middle = Math.ceil(indexes.length / 2);
    const first: Group = { indexes: indexes.slice(0, middle) };
    const second = indexes.slice(middle);
    this.#todo.unshift(first, conclude ? { indexes: second, sibling: first } : { indexes: second });
  }

  #open(indexes: readonly number[]): number[] {
    return indexes.filter((index) => !this.#settled[index]);
  }

  #reject(index: number, message: string, { code, statusCode }: Verdict): void {
    const line = this.#lines[index]!;
    this.#settled[index] = true;
    this.#rejected.set(index, { line, message, code, ...(statusCode !== undefined && { statusCode }) });
  }

  #rejectKnown(index: number, rejection: Rejection | undefined): void {
    if (!rejection) return;
    this.#settled[index] = true;
    this.#rejected.set(index, rejection);
    this.#known++;
  }

  #forget(): void {
    this.#settled.fill(false);
    this.#rejected.clear();
  }
}
