import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { agentPoller, queuePoller } from "../../lib/genesys/index";
import { CollectorLife, type PollSubject } from "./collector-life";
import { FakeClock } from "./fake-clock";
import { inheritFiles, PassingTime } from "./passing-time";
import { fieldsOf, PointStore } from "./point-store";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface ChangesDayOptions {
  readonly start: number;
  readonly queues: number;
  readonly agents: number;
  readonly tickMs: number;
}

const TIMES = { granularity: "PT30M", lookback: 2, maxBackfill: 24, resyncDays: 4 };
const SUBJECTS: readonly PollSubject[] = [
  {
    name: "queues",
    build: (parts) =>
      queuePoller(
        { ...TIMES, query: "aggregates", queues: [], mediaTypes: [], metrics: [], groupBy: [] },
        parts,
      ),
  },
  {
    name: "agents",
    build: (parts) => agentPoller({ ...TIMES, query: "aggregates", agents: [], queues: [] }, parts),
  },
];
/** The two buffers that get the same lines, each with a database of its own. */
const BUFFERS = ["changes", "all"] as const;

/** A day of polls whose lines go to a buffer that keeps only changes, and to one that keeps all. Time is simulated. */
export class ChangesDay {
  readonly clock: FakeClock;
  /** In memory where there is such a place: no disk is tested here. */
  readonly #folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "changes-day-"));
  readonly #time: PassingTime;
  /** Lines that left the converter. */
  polled = 0;
  #lives!: Readonly<Record<(typeof BUFFERS)[number], CollectorLife>>;
  #born = 0;
  #killedAt = -Infinity;

  private constructor(
    readonly options: ChangesDayOptions,
    clock: FakeClock,
    time: PassingTime,
    readonly simulator: GenesysSimulator,
    readonly stores: Readonly<Record<(typeof BUFFERS)[number], PointStore>>,
  ) {
    this.clock = clock;
    this.#time = time;
    this.#startLives();
  }

  static async start(options: ChangesDayOptions): Promise<ChangesDay> {
    const clock = new FakeClock(options.start);
    const time = new PassingTime(clock);
    const { queues, agents } = options;
    const simulator = await startGenesysSimulator({ clock: time.served, queues, agents });
    simulator.faults.add({ kind: "slow", delayMs: 100 });
    const stores = { changes: await PointStore.start(), all: await PointStore.start() };
    return new ChangesDay(options, clock, time, simulator, stores);
  }

  async close(): Promise<void> {
    const closing = Promise.all(BUFFERS.map((buffer) => this.#lives[buffer].close()));
    await this.#pass(10_000);
    await closing;
    await Promise.all([this.simulator.close(), this.stores.changes.close(), this.stores.all.close()]);
    rmSync(this.#folder, { recursive: true });
  }

  get hours(): number {
    return (this.clock.now() - this.options.start) / HOUR;
  }

  /** Lines that the database of changes got, by polled lines; what was sent again counts again. */
  get share(): number {
    return this.stores.changes.lines / this.polled;
  }

  /** Changes both databases alike. */
  databases(change: (store: PointStore) => void): void {
    for (const buffer of BUFFERS) change(this.stores[buffer]);
  }

  /** Hands both buffers a value of a point of its own, as a poll would, and polls. */
  async give(point: string, value: number): Promise<void> {
    const line = `probe,id=${point} v=${value}i ${this.options.start}000000`;
    this.polled++;
    await Promise.all(BUFFERS.map((buffer) => this.#lives[buffer].keep([line])));
    await this.tick();
  }

  /** The value of such a point in the database that gets only changes. */
  value(point: string): string | undefined {
    return this.stores.changes.points.get(`probe,id=${point} ${this.options.start}000000`);
  }

  async tick(): Promise<void> {
    void this.#lives.changes.tick();
    await this.#pass(this.options.tickMs);
    this.simulator.requests.splice(0);
  }

  /** Polls each tick until so many hours after the start. */
  async runUntil(hours: number): Promise<void> {
    while (this.hours < hours) await this.tick();
  }

  /** Polls until the newest bucket is young, so that in the next few minutes none leaves the look-back. */
  async untilYoungBucket(): Promise<void> {
    const isYoung = () => Math.abs(((this.clock.now() / MINUTE) % 30) - 10) < 6;
    while (!isYoung()) await this.tick();
  }

  /** `kill -9` while a poll is under way, and a new start with what lies on disk. */
  async kill(): Promise<void> {
    const { changes, all } = this.#lives;
    void changes.tick();
    // While requests of it are under way.
    await this.#pass(50);
    for (const life of [changes, all]) life.kill();
    const left = this.#directories;
    this.#born++;
    for (const buffer of BUFFERS) inheritFiles(left[buffer], this.#directories[buffer]);
    for (const life of [changes, all]) void life.close();
    this.#killedAt = this.clock.now();
    await this.#pass(20_000);
    this.#startLives();
    await this.#pass(5_000);
  }

  /** Lets time pass until nothing waits in the logs. @returns whether all was written */
  async drain(): Promise<boolean> {
    for (let minute = 0; minute < 120; minute++) {
      const waiting = BUFFERS.map((buffer) => this.#lives[buffer].figures("buffer").figures.walPending ?? 0);
      if (waiting.every((lines) => lines === 0)) return true;
      await this.#pass(MINUTE);
    }
    return false;
  }

  /** Points of one database that are not the same in the other. */
  differences(): string[] {
    const [changes, all] = BUFFERS.map((buffer) => this.stores[buffer].points);
    const keys = new Set([...changes!.keys(), ...all!.keys()]);
    return [...keys].flatMap((key) => {
      const [found, wanted] = [sorted(changes!.get(key)), sorted(all!.get(key))];
      return found === wanted ? [] : [`${key}: ${found} instead of ${wanted}`];
    });
  }

  get #directories(): Record<(typeof BUFFERS)[number], string> {
    const life = join(this.#folder, String(this.#born));
    return { changes: join(life, "changes"), all: join(life, "all") };
  }

  #startLives(): void {
    const { clock, simulator, stores } = this;
    const directories = this.#directories;
    const common = { clock, simulator, maxSizeMB: 256 };
    const all = new CollectorLife({
      ...{ ...common, subjects: [], storeUrl: stores.all.url, directory: directories.all },
    });
    const changes = new CollectorLife({
      ...{ ...common, subjects: SUBJECTS, storeUrl: stores.changes.url, directory: directories.changes },
      fullEveryMs: 24 * HOUR,
      onLines: (lines) => {
        this.polled += lines.length;
        return all.keep(lines);
      },
    });
    this.#lives = { changes, all };
  }

  #pass(ms: number): Promise<void> {
    const { stores, simulator } = this;
    return this.#time.pass(ms, {
      busy: () => this.#lives.changes.busy,
      active: () => stores.changes.active + stores.all.active,
      ...{ simulator, killedAt: this.#killedAt },
    });
  }
}

function sorted(fields: string | undefined): string | undefined {
  return fields === undefined
    ? undefined
    : [...fieldsOf(fields)]
        .map((field) => field.join("="))
        .sort()
        .join(",");
}
