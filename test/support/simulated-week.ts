import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { presenceMappings } from "../../demo/simulators/genesys/mappings";
import type { SimAgent, SimQueue } from "../../demo/simulators/genesys/organisation/organisation";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import {
  type Client,
  Directory,
  genesysInfo,
  Notices,
  type PollAnswer,
  type Poller,
} from "../../lib/genesys/index";
import type { PollerParts } from "../../lib/genesys/poll/buckets";
import { agentPoller } from "../../lib/genesys/poll/agent-poller";
import { queuePoller } from "../../lib/genesys/poll/queue-poller";
import type { GenesysInfo } from "../../lib/terms/messages";
import type { FakeClock } from "./fake-clock";
import { clientAt } from "./genesys-client";
import { LiveNode } from "./simulated-live";
import { Polled, type Subject, SUBJECTS } from "./simulated-nodes";
import { type Fields, PointMaker } from "./simulated-points";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Runs the simulator, poll nodes of it, and a store of what they hand on. */
export class SimulatedWeek {
  /** In memory where there is such a place: thousands of small durable files are nothing that is tested here. */
  readonly #folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "week-"));
  readonly #maker = new PointMaker();
  readonly nodes: readonly Polled[];
  readonly live: readonly LiveNode[];
  #client: Client | undefined;

  private constructor(
    readonly clock: FakeClock,
    readonly simulator: GenesysSimulator,
    subjects: readonly Subject[],
  ) {
    this.nodes = subjects.map((subject, index) => new Polled(subject, join(this.#folder, String(index))));
    this.live = (["queue-observations", "agent-activity"] as const).map(
      (kind) => new LiveNode(kind, join(this.#folder, kind)),
    );
  }

  static async start(clock: FakeClock, size = { queues: 6, agents: 8 }): Promise<SimulatedWeek> {
    const simulator = await startGenesysSimulator({ clock, ...size, rateLimit: 100_000 });
    const week = new SimulatedWeek(clock, simulator, SUBJECTS);
    await week.startProcess();
    return week;
  }

  async close(): Promise<void> {
    await this.#client?.close();
    await this.simulator.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Starts our process with what its last life left on disk; nodes may have been edited meanwhile. */
  async startProcess(): Promise<void> {
    await this.#client?.close();
    const { simulator, clock } = this;
    this.#client = clientAt(simulator, { clock, concurrency: 4 });
    const config = { client: this.#client, directory: new Directory(this.#client) };
    for (const node of this.live) node.start({ config });
    for (const node of this.nodes) {
      const say = (message: string) => void node.said.push(message);
      const parts: PollerParts = {
        config,
        notices: new Notices(say, say),
        directory: node.directory,
        spread: 0.3,
      };
      const { subject } = node;
      node.poller =
        subject.key === "queueId"
          ? queuePoller(
              {
                ...subject.times,
                query: "aggregates",
                queues: [],
                mediaTypes: [],
                metrics: node.metrics,
                groupBy: subject.groupBy.slice(2),
              },
              parts,
            )
          : agentPoller({ ...subject.times, query: "aggregates", agents: [], queues: [] }, parts);
    }
  }

  /** Our process is killed: nothing is closed. */
  kill(): void {
    for (const node of [...this.nodes, ...this.live]) node.poller = undefined;
  }

  /** Lets every node poll, and ask for older buckets. */
  async tick(): Promise<void> {
    const { clock } = this;
    for (const node of this.live) await node.poll(this.#maker, clock.monotonic(), clock.now());
    for (const node of this.nodes) if (node.poller) await this.#poll(node, node.poller);
  }

  /** Right after a tick: compares what live series show with the true state. */
  async checkLive(): Promise<{ series: number; ended: number }[]> {
    const results = [];
    for (const node of this.live)
      results.push(await node.check(this.simulator, this.#maker, this.clock.now()));
    return results;
  }

  async #poll(node: Polled, poller: Poller): Promise<void> {
    const { clock, simulator } = this;
    const answers: PollAnswer[] = [];
    const options = { deadline: clock.monotonic() };
    const emit = (answer: PollAnswer) => void answers.push(answer);
    simulator.requests.length = 0;
    await poller
      .poll(options, emit)
      .then(() => poller.work(options, emit))
      .catch(() => undefined);
    for (const { path, body, status, at } of simulator.requests) {
      if (status === 200 && path.endsWith(`${node.subject.query}/query`))
        this.#noteAsked(node, body as Body, at);
    }
    for (const answer of answers) await this.#write(node, answer);
    node.corrected = poller.progress.corrected;
  }

  #noteAsked({ grid, asked, subject }: Polled, { interval, metrics, filter }: Body, at: number): void {
    const [start = 0, end = 0] = interval.split("/").map((time) => Date.parse(time));
    const keys = filter.clauses
      .flatMap(({ predicates }) => predicates)
      .flatMap(({ dimension, value }) => (dimension === subject.key && value ? [value] : []));
    for (const key of keys) {
      if (!this.#isVisible(key)) continue;
      for (const bucket of grid.starts({ start, end })) asked.set(`${key} ${bucket}`, { at, metrics });
    }
  }

  #isVisible(key: string): boolean {
    const { organisation, hidden, unanswered } = this.simulator;
    const { name } = (organisation.queueById(key) ?? organisation.agentById(key))!.division;
    return !hidden.has(name) && !unanswered.has(name) && !this.blank;
  }

  /** Whether the service answers, and answers nothing. */
  blank = false;

  async #write(node: Polled, answer: PollAnswer): Promise<void> {
    const info = genesysInfo(answer, { environment: "demo", region: "custom" });
    if (answer.reason !== "resync")
      for (const bucket of node.grid.starts(answer.interval!)) node.handedOn.add(bucket);
    node.presences = { ...node.presences, ...info.presences };
    for (const [key, fields] of await this.#pointsOf(answer.rows, info)) {
      const known: Fields = node.points.get(key) ?? new Map<string, unknown>();
      for (const [name, value] of fields) known.set(name, value);
      node.points.set(key, known);
    }
  }

  async #pointsOf(rows: readonly unknown[], info: GenesysInfo): Promise<Map<string, Fields>> {
    const points = await this.#maker.pointsOf(rows, info, this.clock.now());
    return new Map(points.map(({ series, time, fields }) => [`${series} ${time}`, fields]));
  }

  /**
   * Compares the store's closed buckets with the answers of the service when each was asked last.
   *
   * @returns how many figures were compared, and the buckets that nobody asked for and no notice named as a gap
   */
  async check(node: Polled, from: number): Promise<{ figures: number; unasked: string[] }> {
    const { grid, subject, points } = node;
    const now = this.clock.now();
    const span = { start: grid.startFrom(from), end: grid.startOf(now) };
    const wanted = new Map<number, Set<string>>();
    const unasked: string[] = [];
    for (const { id: key, from: born, to: gone } of this.all(subject)) {
      for (const bucket of grid.starts(span)) {
        const asked = node.asked.get(`${key} ${bucket}`);
        if (!asked && (grid.shift(bucket, 1) <= born || bucket >= gone)) continue;
        // What a gap has lost stays empty, as was said; what was handed on before it is mended by the re-sync.
        if (node.isLost(bucket)) continue;
        if (!asked) unasked.push(`${key} ${new Date(bucket).toISOString()}`);
        else {
          // Once its corrections have ended, nothing but the final value will do.
          const at = asked.at >= finalAt(grid.shift(bucket, 1)) ? Infinity : asked.at;
          wanted.set(at, (wanted.get(at) ?? new Set()).add(`${key} ${bucket}`));
        }
      }
    }
    const rest = new Map(points);
    let figures = 0;
    for (const [at, cells] of wanted) {
      for (const [point, fields] of await this.#truth(node, at, cells)) {
        const found = points.get(point);
        rest.delete(point);
        for (const [name, value] of fields) {
          if (/Name$|^open$/.test(name)) continue;
          assert.equal(found?.get(name), value, `${subject.name}: ${point} ${name}, asked ${at}`);
          figures++;
        }
        for (const [name, value] of found ?? []) {
          if (fields.has(name) || /Name$|^open$|_target$|_current$/.test(name)) continue;
          assert.equal(value, 0, `${subject.name}: ${point} ${name} was taken back`);
        }
      }
    }
    for (const [point, fields] of rest) {
      const time = Number(point.split(" ").at(-1));
      if (time < span.start || time >= span.end) continue;
      for (const [name, value] of fields) {
        if (typeof value === "number" && !/_target$|_current$/.test(name)) {
          assert.equal(value, 0, `${subject.name}: ${point} ${name} is in no answer`);
        }
      }
    }
    return { figures, unasked };
  }

  /** The queues or agents that a node polls: all that there ever were. */
  all({ key }: Subject): (SimQueue | SimAgent)[] {
    const { organisation } = this.simulator;
    return key === "queueId" ? organisation.queues() : organisation.agents();
  }

  /** The points of these keys and buckets in the service's answer at a time. */
  async #truth(node: Polled, at: number, cells: ReadonlySet<string>): Promise<Map<string, Fields>> {
    const { subject, grid } = node;
    const { granularity, timeZone } = grid;
    const buckets = [...cells].map((cell) => Number(cell.split(" ")[1]));
    const interval = {
      start: new Date(Math.min(...buckets)).toISOString(),
      end: new Date(grid.shift(Math.max(...buckets), 1)).toISOString(),
    };
    const [first] = cells;
    const { metrics } = node.asked.get(first!)!;
    const { key, groupBy, kind } = subject;
    const question = { groupBy, metrics, granularity: granularity.text, timeZone };
    const filter = {
      type: "and",
      clauses: [{ type: "or", predicates: [{ dimension: "queueId", operator: "exists" }] }],
    };
    const rows = this.simulator.truth(
      subject.query,
      { ...question, interval: `${interval.start}/${interval.end}`, ...(key === "queueId" && { filter }) },
      at,
    );
    const own = (rows as Row[]).flatMap(({ group, data }) => {
      const kept = data.filter((entry) =>
        cells.has(`${group[key]} ${Date.parse(entry.interval.split("/")[0]!)}`),
      );
      return kept.length === 0 ? [] : [{ group, data: kept }];
    });
    return this.#pointsOf(own, {
      kind,
      ...question,
      interval,
      mappings: presenceMappings(this.simulator.organisation),
      presences: node.presences,
      polledAt: new Date(this.clock.now()).toISOString(),
      environment: "demo",
      region: "custom",
      complete: true,
      reason: "poll",
    });
  }
}

/** When the simulator has corrected what ended by then for the last time: in the third night after it. */
function finalAt(end: number): number {
  return Math.floor(end / DAY) * DAY + 3 * DAY + 3 * HOUR;
}

interface Body {
  readonly interval: string;
  readonly metrics: readonly string[];
  readonly filter: { readonly clauses: readonly { readonly predicates: readonly Predicate[] }[] };
}
interface Predicate {
  readonly dimension: string;
  readonly value?: string;
}
interface Row {
  readonly group: Record<string, string>;
  readonly data: readonly { readonly interval: string }[];
}
