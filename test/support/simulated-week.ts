import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseBody } from "../../demo/simulators/influx/parser";
import { presenceMappings } from "../../demo/simulators/genesys/mappings";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import {
  Client,
  Directory,
  genesysInfo,
  Notices,
  type PollAnswer,
  type Poller,
} from "../../lib/genesys/index";
import type { PollerParts } from "../../lib/genesys/poll/buckets";
import { agentPoller } from "../../lib/genesys/poll/agent-poller";
import { queuePoller } from "../../lib/genesys/poll/queue-poller";
import { readAnswer } from "../../lib/line-protocol/answer";
import { Converter } from "../../lib/line-protocol/converter";
import { checkSettings } from "../../lib/line-protocol/settings";
import type { GenesysInfo } from "../../lib/terms/messages";
import type { FakeClock } from "./fake-clock";
import { type Fields, Polled, type Subject, SUBJECTS } from "./simulated-nodes";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The simulator, poll nodes of it, and what a store holds of what they hand on. */
export class SimulatedWeek {
  readonly #folder = mkdtempSync(join(tmpdir(), "week-"));
  readonly #converter = new Converter(checkSettings({ queueName: "off" }));
  readonly nodes: readonly Polled[];
  #client: Client | undefined;

  private constructor(
    readonly clock: FakeClock,
    readonly simulator: GenesysSimulator,
    subjects: readonly Subject[],
  ) {
    this.nodes = subjects.map((subject, index) => new Polled(subject, join(this.#folder, String(index))));
  }

  static async start(clock: FakeClock, subjects = SUBJECTS): Promise<SimulatedWeek> {
    const simulator = await startGenesysSimulator({ clock, queues: 6, agents: 8, rateLimit: 100_000 });
    const week = new SimulatedWeek(clock, simulator, subjects);
    await week.startProcess();
    return week;
  }

  async close(): Promise<void> {
    await this.#client?.close();
    await this.simulator.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Our process starts, with what its last life left on disk; nodes may have been edited meanwhile. */
  async startProcess(): Promise<void> {
    await this.#client?.close();
    const { simulator, clock } = this;
    this.#client = new Client({
      apiUrl: simulator.url,
      loginUrl: simulator.url,
      region: "custom",
      clientId: simulator.clientId,
      clientSecret: simulator.clientSecret,
      timeoutMs: 30_000,
      clock,
      random: () => 0.5,
      concurrency: 4,
    });
    const directory = new Directory(this.#client);
    for (const node of this.nodes) {
      const say = (message: string) => void node.said.push(message);
      const parts: PollerParts = {
        config: { client: this.#client, directory },
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
    for (const node of this.nodes) node.poller = undefined;
  }

  /** Everybody polls, and asks for older buckets. */
  async tick(): Promise<void> {
    for (const node of this.nodes) if (node.poller) await this.#poll(node, node.poller);
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

  /** Buckets of a span that were not asked since a time, of keys that there are. */
  askedBefore(node: Polled, span: { readonly start: number; readonly end: number }, since: number): string[] {
    const { grid, asked, subject } = node;
    return this.#all(subject)
      .filter(({ from, to }) => from <= span.start && to >= span.end)
      .flatMap(({ id }) => grid.starts(span).map((bucket) => `${id} ${bucket}`))
      .filter((cell) => (asked.get(cell)?.at ?? 0) < since);
  }

  async #write(node: Polled, answer: PollAnswer): Promise<void> {
    const info = genesysInfo(answer, { environment: "demo", region: "custom" });
    node.presences = { ...node.presences, ...info.presences };
    for (const [key, fields] of await this.#pointsOf(answer.rows, info)) {
      const known: Fields = node.points.get(key) ?? new Map<string, unknown>();
      for (const [name, value] of fields) known.set(name, value);
      node.points.set(key, known);
    }
  }

  async #pointsOf(rows: readonly unknown[], info: GenesysInfo): Promise<Map<string, Fields>> {
    const { lines } = await this.#converter.convert(rows, readAnswer(info, this.clock.now(), "demo"));
    const points = new Map<string, Fields>();
    const { points: parsed, errors } = parseBody(lines.join("\n"), "ns", 0n);
    assert.deepEqual(errors, []);
    for (const { measurement, tags, timestampNs, fields } of parsed) {
      const key = [measurement, ...[...tags].map((tag) => tag.join("=")), timestampNs].join(" ");
      const plain = (value: unknown) => (typeof value === "bigint" ? Number(value) : value);
      points.set(key, new Map([...fields].map(([name, { value }]) => [name, plain(value)])));
    }
    return points;
  }

  /**
   * Compares what the store holds of closed buckets with what the service would have told when each was asked last.
   *
   * @returns how many figures were compared, and the keys of buckets that nobody asked for
   */
  async check(node: Polled, from: number): Promise<{ figures: number; unasked: string[] }> {
    const { grid, subject, points } = node;
    const now = this.clock.now();
    const span = { start: grid.startFrom(from), end: grid.startOf(now) };
    const wanted = new Map<number, Set<string>>();
    const unasked: string[] = [];
    for (const { id: key, from: born, to: gone } of this.#all(subject)) {
      for (const bucket of grid.starts(span)) {
        const asked = node.asked.get(`${key} ${bucket}`);
        if (!asked && (grid.shift(bucket, 1) <= born || bucket >= gone)) continue;
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
      const time = Number(BigInt(point.split(" ").at(-1)!) / 1_000_000n);
      if (time < span.start || time >= span.end) continue;
      for (const [name, value] of fields) {
        if (typeof value === "number" && !/_target$|_current$/.test(name)) {
          assert.equal(value, 0, `${subject.name}: ${point} ${name} is in no answer`);
        }
      }
    }
    return { figures, unasked };
  }

  #all({ key }: Subject) {
    const { organisation } = this.simulator;
    return key === "queueId" ? organisation.queues() : organisation.agents();
  }

  /** The points of these keys and buckets as the service would have told them at a time. */
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
