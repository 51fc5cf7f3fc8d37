import { asGenesysError, type GenesysError } from "../errors";
import type { Client } from "../http/client";
import type { Notices } from "../notices";
import type { Answered } from "../queries/part";
import type { LiveMode } from "./mode";
import { FALLBACK_MS, LIST_PATIENCE } from "./pace";
import type { PushSource } from "./push-source";
import type { Timer } from "../../time/clock";
import type { Asked } from "./state";

/** A socket that is back sooner was never missed. */
const GRACE_MS = 5_000;
/** The first socket may take longer: at a start all nodes ask at once, and the requests for it wait for their turn. */
const FIRST_GRACE_MS = 15_000;
/** Requests for a question within this time become one. */
const GATHER_MS = 100;
/** Least time between two questions. */
const PAUSE_MS = 1_000;
/** A question waits no longer than this for its turn. */
const DEADLINE_MS = 60_000;
/** Share and number of groups that may change without an event before push is no longer trusted. */
const DRIFT = { share: 0.05, groups: 3 };

/** What `Snapshots` works with. */
export interface SnapshotParts {
  readonly client: Client;
  readonly source: PushSource;
  readonly notices: Notices;
  readonly snapshotEveryMs: number;
  /** How many events have arrived so far. */
  readonly events: () => number;
  readonly mode: () => LiveMode;
  /** Ids whose changes are not pushed now. */
  readonly uncovered: () => readonly string[];
  /** Called with the chosen ids, which may have changed, before each whole snapshot. */
  readonly onIds: (ids: readonly string[], options: { signal: AbortSignal }) => Promise<void>;
  readonly onAnswered: () => void;
  /** Called when push begins to miss changes. */
  readonly onDrift: () => void;
  readonly onChange: () => void;
}

/** Groups that a snapshot showed changed before their event came. */
interface Suspects {
  readonly at: number;
  /** Of the last event before the answer. */
  readonly number: number;
  readonly known: number;
  readonly keys: readonly string[];
}

/** Asks for the state: at the start, after every gap, every so often, and more often what is not pushed. */
export class Snapshots {
  readonly #parts: SnapshotParts;
  readonly #closing = new AbortController();
  /** What is to be asked for next: ids in small letters, or all. */
  #wanted: Set<string> | "all" | undefined;
  #waiting: ((error?: GenesysError) => void)[] = [];
  #running = false;
  #timer: Timer | undefined;
  /** By the monotonic clock: when all, or anything, was last asked for. */
  #allAskedAt = -Infinity;
  #askedAt = -Infinity;
  #downSince: number | undefined;
  #graceMs = FIRST_GRACE_MS;
  #gap = 0;
  /** Whether events may have been missed since the last whole snapshot, so that differences are expected. */
  #hadGap = true;
  #last: Answered | undefined;
  #suspects: Suspects | undefined;
  #ids: readonly string[] = [];

  /** When an answer last came, by the monotonic clock. */
  answeredAt: number | undefined;
  failure: GenesysError | undefined;
  /** Answers so far. */
  count = 0;
  /** Groups that had changed without an event, so far. */
  drifted = 0;
  /** Whether push misses too much to be trusted. */
  drifting = false;

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
  }

  get complete(): boolean {
    return this.#last !== undefined && this.#last.failures.length === 0 && this.#last.malformed === 0;
  }

  get mappings(): Answered["mappings"] {
    return this.#last?.mappings;
  }

  get presences(): Answered["presences"] {
    return this.#last?.presences;
  }

  /** Whether it is too early to say that something is not pushed. */
  get settling(): boolean {
    const { clock } = this.#parts.client;
    if (this.answeredAt === undefined || this.#downSince === undefined) return true;
    return clock.monotonic() - this.#downSince < this.#graceMs;
  }

  /** Asks soon: about some, or about all. */
  ask(ids?: readonly string[]): void {
    if (!ids || this.#wanted === "all") this.#wanted = "all";
    else {
      const wanted: Set<string> = this.#wanted ?? new Set();
      this.#wanted = wanted;
      for (const id of ids) wanted.add(id.toLowerCase());
    }
    this.#schedule();
  }

  /** Asks about all, and waits for the answer. @throws GenesysError when there is no answer */
  async now(): Promise<void> {
    const answered = new Promise<void>((resolve, reject) => {
      this.#waiting.push((error) => (error ? reject(error) : resolve()));
    });
    this.ask();
    return answered;
  }

  /** Asks about what may have changed unheard. */
  afterGap(ids: readonly string[]): void {
    this.#gap = this.#parts.events();
    this.#hadGap = true;
    this.ask(ids);
  }

  /** Asks when it is time; call once in a while. */
  tick(): void {
    const { client, snapshotEveryMs, mode, notices } = this.#parts;
    const now = client.clock.monotonic();
    const live = mode() === "live";
    if (live) {
      this.#downSince = undefined;
      this.#graceMs = GRACE_MS;
    } else this.#downSince ??= now;
    const falling = this.#downSince !== undefined && now - this.#downSince >= this.#graceMs;
    if (this.answeredAt !== undefined && (live || falling)) this.#tell(notices, falling);
    if (this.#suspects && now - this.#suspects.at >= GRACE_MS) this.#judge(this.#suspects);
    if (this.#running || this.#wanted) return;
    if (now - this.#allAskedAt >= snapshotEveryMs) return this.ask();
    if (!falling || now - this.#askedAt < FALLBACK_MS) return;
    const uncovered = this.drifting || this.#ids.length === 0 ? undefined : this.#parts.uncovered();
    this.ask(uncovered);
  }

  close(): void {
    this.#timer?.cancel();
    this.#closing.abort(new Error("closed"));
    this.#settle(asGenesysError(new Error("the node is being closed")));
  }

  #tell(notices: Notices, falling: boolean): void {
    const problem = this.drifting
      ? "push: events are missing, as snapshots show changes that no event told; the state is asked for every 30 s until they agree"
      : this.#parts.mode() === "polling"
        ? "push is down: the state is asked for every 30 s until it is back"
        : undefined;
    notices.set("push", falling ? problem : undefined, "push is back: changes come as they happen");
  }

  #schedule(): void {
    if (this.#running || this.#timer || this.#closing.signal.aborted) return;
    const { clock } = this.#parts.client;
    const wait = Math.max(GATHER_MS, this.#askedAt + PAUSE_MS - clock.monotonic());
    this.#timer = clock.after(wait, () => {
      this.#timer = undefined;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    const { client, notices, onChange } = this.#parts;
    const wanted = this.#wanted;
    if (!wanted) return;
    this.#wanted = undefined;
    this.#running = true;
    // One question about all is cheaper than many about most.
    const all = wanted === "all" || wanted.size * 2 > this.#ids.length;
    this.#askedAt = client.clock.monotonic();
    const waiting = all ? this.#waiting.splice(0) : [];
    try {
      await this.#snapshot(all ? undefined : wanted);
      this.failure = undefined;
      this.count++;
      // The first answer may have waited long for its turn: only from now on can the socket be late.
      if (this.answeredAt === undefined) this.#downSince = undefined;
      this.answeredAt = client.clock.monotonic();
      notices.set("snapshot", undefined, "the live state can be asked for again");
      for (const settle of waiting) settle();
    } catch (thrown) {
      const error = asGenesysError(thrown);
      for (const settle of waiting) settle(error);
      if (!this.#closing.signal.aborted) {
        this.failure = error;
        notices.set("snapshot", `the live state cannot be asked for: ${error.message}`);
      }
    } finally {
      this.#running = false;
      if (!this.#closing.signal.aborted) {
        onChange();
        if (this.#wanted) this.#schedule();
      }
    }
  }

  async #snapshot(wanted: ReadonlySet<string> | undefined): Promise<void> {
    const { client, source, notices, onIds, onAnswered } = this.#parts;
    const { signal } = this.#closing;
    const deadline = client.clock.monotonic() + DEADLINE_MS;
    const options = { signal, deadline, listPatience: LIST_PATIENCE };
    if (!wanted) {
      this.#allAskedAt = client.clock.monotonic();
      this.#ids = await source.ids(options);
      await onIds(this.#ids, options);
    }
    const ids = wanted && this.#ids.filter((id) => wanted.has(id.toLowerCase()));
    if (ids?.length === 0) return;
    const hadGap = this.#hadGap || this.#parts.mode() !== "live";
    if (!wanted) this.#hadGap = false;
    const asked: Asked = { at: client.skew.now(), gap: this.#gap };
    const answered = await source.ask(ids, options);
    const complete = answered.failures.length === 0 && answered.malformed === 0;
    // Of a few queues not all presences are seen; what is known of the others still holds.
    const { mappings, presences } = this.#last ?? {};
    this.#last = {
      ...answered,
      rows: [],
      mappings: answered.mappings ?? mappings,
      presences: { ...presences, ...answered.presences },
    };
    const number = this.#parts.events();
    const { known, drifted } = await source.state.replace(answered.rows, asked, wanted, complete);
    const first = answered.failures[0];
    notices.set(
      "incomplete",
      first && `the snapshot is incomplete, ${answered.failures.length} parts failed: ${first.error.message}`,
      "the snapshots are complete again",
    );
    if (!wanted) this.#suspects = { at: this.#askedAt, number, known, keys: hadGap ? [] : drifted };
    onAnswered();
  }

  /** Counts the suspects for which no event came in the meantime. */
  #judge({ known, keys, number }: Suspects): void {
    this.#suspects = undefined;
    const { state } = this.#parts.source;
    const drifted = keys.filter((key) => !state.toldSince(key, number)).length;
    this.drifted += drifted;
    const much = drifted > Math.max(DRIFT.groups, known * DRIFT.share);
    if (much && !this.drifting) this.#parts.onDrift();
    this.drifting = much;
  }

  #settle(error: GenesysError): void {
    for (const settle of this.#waiting.splice(0)) settle(error);
  }
}
