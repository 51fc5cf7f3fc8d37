import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { agentPoller, queuePoller } from "../../lib/genesys/index";
import { CollectorLife, type PollSubject, type Sent } from "./collector-life";
import { convertRows } from "./convert-rows";
import { FakeClock } from "./fake-clock";
import { inheritFiles, PassingTime } from "./passing-time";
import { fieldsOf, partsOf, PointStore } from "./point-store";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const TICK_MS = 30_000;
/** How long the service takes for an answer. */
const ANSWER_MS = 300;

export interface HistoryLoadOptions {
  readonly start: number;
  readonly queues: number;
  readonly agents: number;
  readonly days: number;
  readonly maxSizeMB: number;
  /** Share of the usual contacts. */
  readonly load: number;
}

const TIMES = { granularity: "PT30M", lookback: 2, maxBackfill: 24, resyncDays: 4 };
const METRICS = {
  queues: ["nOffered", "tAnswered", "tAbandon", "tHandle"],
  performance: ["tHandle", "tTalkComplete", "tAcw", "nTransferred"],
};
/** The question of each poll, in the form in which the simulator gives the truth. */
const QUESTIONS = {
  queues: { kind: "queue-aggregates", key: "queueId", groupBy: ["queueId", "mediaType"] },
  performance: { kind: "agent-performance", key: "userId", groupBy: ["userId", "queueId", "mediaType"] },
} as const;
type Name = keyof typeof QUESTIONS;
export const NAMES = Object.keys(QUESTIONS) as readonly Name[];

/** A collector that loads history while it polls: killed, restarted, without its database. Time is simulated. */
export class HistoryLoad {
  readonly clock: FakeClock;
  readonly #folder = mkdtempSync(join(tmpdir(), "history-load-"));
  /** How late polls were answered, in milliseconds after their tick. */
  readonly latencies: number[] = [];
  /** When each request reached the service. */
  readonly requests: { readonly at: number; readonly status: number; readonly life: number }[] = [];
  readonly sent: Sent[] = [];
  readonly said: string[] = [];
  dropped = 0;
  skipped = 0;
  /** The most that the log took on disk. */
  mostBytes = 0;
  life!: CollectorLife;
  #lives = 0;

  private constructor(
    readonly options: HistoryLoadOptions,
    readonly simulator: GenesysSimulator,
    readonly store: PointStore,
    clock: FakeClock,
    private readonly time: PassingTime,
  ) {
    this.clock = clock;
  }

  static async start(options: HistoryLoadOptions): Promise<HistoryLoad> {
    const clock = new FakeClock(options.start);
    const time = new PassingTime(clock);
    const { queues, agents, load } = options;
    const simulator = await startGenesysSimulator({ clock: time.served, queues, agents, load });
    simulator.faults.add({ kind: "slow", delayMs: ANSWER_MS });
    const run = new HistoryLoad(options, simulator, await PointStore.start(), clock, time);
    run.#startLife();
    return run;
  }

  async close(): Promise<void> {
    const closing = this.life.close();
    await this.#pass(10_000);
    await closing;
    await Promise.all([this.simulator.close(), this.store.close()]);
    rmSync(this.#folder, { recursive: true });
  }

  /** Part of the history that is loaded, of the poll that is furthest behind; 1 when all is there. */
  get loaded(): number {
    return Math.min(
      ...NAMES.map((name) => {
        const { details, figures } = this.life.figures(name);
        if (typeof details["history"] === "string") return parseInt(details["history"], 10) / 100;
        return (figures.polls ?? 0) > 0 ? 1 : 0;
      }),
    );
  }

  /** One tick, and the time until the next. */
  async tick(): Promise<void> {
    const { life, clock } = this;
    const started = clock.now();
    let over = false;
    void life.tick().then(() => {
      over = true;
      this.latencies.push(clock.now() - started);
    });
    await this.#pass(TICK_MS);
    assert.ok(over, "a poll is not answered when the next tick comes");
    this.#note();
  }

  async tickUntil(condition: () => boolean, most: number): Promise<void> {
    for (let tick = 0; !condition(); tick++) {
      assert.ok(tick < most, `${most} ticks were not enough: ${Math.round(100 * this.loaded)} % loaded`);
      await this.tick();
    }
  }

  /** `kill -9` in the middle of whatever is under way, and a new start with what lies on disk. */
  async kill(): Promise<void> {
    const { life } = this;
    void life.tick();
    // While requests, conversion and appends of a tick are under way.
    await this.#pass(700 + 150 * (this.#lives % 5));
    life.kill();
    this.#note();
    const left = this.#directory;
    this.#lives++;
    inheritFiles(left, this.#directory);
    void life.close();
    await this.#pass(20_000);
    this.#startLife();
    await this.#pass(5_000);
  }

  /** Compares the stored points of what has ended for good with what they should be. */
  async check(): Promise<{ points: number; equal: number; differences: string[] }> {
    const end = Math.floor(this.clock.now() / (HOUR / 2)) * (HOUR / 2) - HOUR / 2;
    const start = Math.floor((this.options.start - this.options.days * DAY) / (HOUR / 2)) * (HOUR / 2);
    const rest = new Set<string>();
    for (const key of this.store.points.keys()) {
      const time = Number(key.slice(key.lastIndexOf(" ") + 1)) / 1e6;
      if (time >= start && time < end) rest.add(key);
    }
    let [points, equal] = [0, 0];
    const differences: string[] = [];
    for (const name of NAMES) {
      for (let from = start; from < end; from += DAY / 4) {
        for (const line of await this.#truth(name, from, Math.min(end, from + DAY / 4))) {
          const { key, fields } = partsOf(line);
          points++;
          rest.delete(key);
          if (sameFields(fields, this.store.points.get(key))) equal++;
          else differences.push(`${key}: ${this.store.points.get(key)} instead of ${fields}`);
        }
      }
    }
    for (const key of rest) {
      const values = [...fieldsOf(this.store.points.get(key)!)].filter(([field]) => field !== "open");
      if (values.some(([, value]) => !/^0i?$/.test(value))) differences.push(`${key} is in no answer`);
    }
    return { points, equal, differences };
  }

  async #truth(name: Name, from: number, to: number): Promise<readonly string[]> {
    const { kind, key, groupBy } = QUESTIONS[name];
    const question = {
      groupBy: [...groupBy],
      metrics: METRICS[name],
      granularity: "PT30M",
      interval: `${new Date(from).toISOString()}/${new Date(to).toISOString()}`,
    };
    const predicates = [{ type: "dimension", dimension: key, operator: "exists" }];
    const filter = { type: "and", clauses: [{ type: "or", predicates }] };
    const now = this.clock.now();
    const rows = this.simulator.truth("conversations/aggregates", { ...question, filter }, now);
    const info = { kind, ...question, polledAt: new Date(now).toISOString(), environment: "demo" };
    return (await convertRows(rows, info, { queueName: "off" })).lines;
  }

  get #directory(): string {
    return join(this.#folder, String(this.#lives));
  }

  #startLife(): void {
    const { clock, simulator, store, options } = this;
    const historyFrom = new Date(options.start - options.days * DAY).toISOString();
    const times = { ...TIMES, historyFrom };
    const choice = { queues: [], mediaTypes: [], views: [], ...times };
    const subjects: PollSubject[] = [
      {
        name: "queues",
        build: (parts) =>
          queuePoller({ ...choice, query: "aggregates", metrics: METRICS.queues, groupBy: [] }, parts),
      },
      {
        name: "performance",
        build: (parts) =>
          agentPoller({ ...choice, query: "performance", metrics: METRICS.performance, agents: [] }, parts),
      },
    ];
    this.life = new CollectorLife({
      ...{ clock, simulator, subjects, storeUrl: store.url },
      ...{ directory: this.#directory, maxSizeMB: options.maxSizeMB },
    });
  }

  #pass(ms: number): Promise<void> {
    const { life, store, simulator, time } = this;
    return time.pass(ms, { busy: () => life.busy, active: () => store.active, simulator });
  }

  #note(): void {
    const { life, simulator } = this;
    const over = simulator.requests.filter(({ status }) => status !== 0);
    for (const { at, status, path } of over)
      if (path.startsWith("/api/")) this.requests.push({ at, status, life: this.#lives });
    simulator.requests.splice(0, Infinity, ...simulator.requests.filter(({ status }) => status === 0));
    this.sent.push(...life.sent.splice(0));
    this.said.push(...life.said.splice(0));
    for (const name of NAMES) {
      const { figures } = life.figures(name);
      this.skipped += figures.pollsSkipped ?? 0;
    }
    const { figures, details } = life.figures("buffer");
    this.mostBytes = Math.max(this.mostBytes, figures.walBytes ?? 0);
    this.dropped += ["dropped", "corrupt", "rejected"].reduce(
      (sum, key) => sum + Number(details[key] ?? 0),
      0,
    );
  }
}

/** Whether a stored point has these fields, and further ones only where they were taken back. */
function sameFields(wanted: string, stored: string | undefined): boolean {
  if (stored === undefined) return false;
  const found = fieldsOf(stored);
  for (const [name, value] of fieldsOf(wanted)) {
    if (name !== "open" && found.get(name) !== value) return false;
    found.delete(name);
  }
  return [...found.values()].every((value) => /^0i?$/.test(value));
}
