import {
  type GenesysSimulator,
  type SimulatorOptions,
  startGenesysSimulator,
} from "../../demo/simulators/genesys/server";
import type { Client, ClientSettings } from "../../lib/genesys/http/client";
import { Directory } from "../../lib/genesys/names/directory";
import { Notices } from "../../lib/genesys/notices";
import { Live, type LiveAnswer } from "../../lib/genesys/push/live";
import { type LiveChoice, pushSource } from "../../lib/genesys/push/push-source";
import { Slots } from "../../lib/genesys/push/slots";
import type { JsonObject } from "../../lib/genesys/json";
import { FakeClock } from "./fake-clock";
import { clientAt } from "./genesys-client";

/** A live source with everything around it, on a clock that stands still. */
export interface LiveSetup {
  readonly simulator: GenesysSimulator;
  readonly client: Client;
  readonly clock: FakeClock;
  readonly live: Live;
  readonly answers: LiveAnswer[];
  readonly warnings: string[];
  readonly infos: string[];
  /** The last row of each group that was handed on, and that of the last message that held it. */
  readonly rows: Map<string, JsonObject>;
  /** Moves time in steps of at most a second, or as said, and lets everything that it causes arrive. */
  step(ms: number, atOnceMs?: number): Promise<void>;
  /** Moves time until something holds: a process that has just started is slow, and its first requests take several steps. */
  until(what: string, condition: () => boolean): Promise<void>;
  /** What the API answers now. */
  truth(): Promise<Map<string, JsonObject>>;
  close(): Promise<void>;
}

export const LIVE_CHOICE: LiveChoice = {
  source: "queues",
  queues: [],
  agents: [],
  mediaTypes: [],
  metrics: [],
  intervalTotals: false,
};

/** What a test changes of a live source. */
export interface LiveOptions {
  readonly choice?: Partial<LiveChoice>;
  readonly simulator?: SimulatorOptions;
  readonly client?: Partial<ClientSettings>;
  readonly emitEveryMs?: number;
  readonly snapshotEveryMs?: number;
  readonly slotsFile?: string;
  /** The service's own time stands still, so that nothing happens in the organisation. */
  readonly frozen?: boolean;
  readonly onAnswer?: (answer: LiveAnswer) => void;
}

let clients = 0;

/** Starts a simulator, a live source and the clock of both. */
export async function startLive(options: LiveOptions = {}): Promise<LiveSetup> {
  const clock =
    (options.simulator?.clock as FakeClock | undefined) ?? new FakeClock("2026-11-23T10:00:00.000Z");
  // Another OAuth client each time: what one test remembers of its channels is nothing to the next.
  const clientId = `live-${++clients}`;
  const simulator = await startGenesysSimulator({ clientId, ...options.simulator, clock });
  const client = clientAt(simulator, { clock, ...options.client });
  const warnings: string[] = [];
  const infos: string[] = [];
  const answers: LiveAnswer[] = [];
  const rows = new Map<string, JsonObject>();
  const notices = new Notices(
    (message) => warnings.push(message),
    (message) => infos.push(message),
  );
  const choice = { ...LIVE_CHOICE, ...options.choice };
  const source = pushSource(choice, { client, directory: new Directory(client), notices });
  const live = new Live({
    client,
    source,
    slots: Slots.of(client, options.slotsFile),
    notices,
    emitEveryMs: options.emitEveryMs ?? 1_000,
    snapshotEveryMs: options.snapshotEveryMs ?? 300_000,
    random: () => 0.5,
    onChange: () => {},
    onAnswer: (answer) => {
      options.onAnswer?.(answer);
      answers.push(answer);
      if (answer.kind !== source.kind) return;
      for (const row of answer.rows) rows.set(JSON.stringify(bare(row["group"])), row);
    },
  });
  live.start();
  const quiet = () => arrived(simulator);
  const step = async (ms: number, atOnceMs = 1_000) => {
    for (let left = ms; left > 0; left -= atOnceMs) {
      if (options.frozen) simulator.time.skewMs -= Math.min(left, atOnceMs);
      await clock.advance(Math.min(left, atOnceMs));
      await quiet();
    }
  };
  return {
    ...{ simulator, client, clock, live, answers, warnings, infos, rows, step },
    until: async (what, condition) => {
      for (let seconds = 0; !condition(); seconds++) {
        if (seconds === 120) throw new Error(`not within ${seconds} s: ${what}`);
        await step(1_000);
      }
    },
    truth: async () => {
      const { rows: now } = await source.ask(undefined, {});
      return new Map(now.map((row) => [JSON.stringify(bare(row["group"])), row]));
    },
    close: async () => {
      const closing = live.close();
      await quiet();
      await closing;
      await client.close();
      await simulator.close();
    },
  };
}

/** A group without its names. */
function bare(group: unknown): unknown {
  return Object.fromEntries(Object.entries(group as JsonObject).filter(([key]) => !key.endsWith("Name")));
}

/** Waits until every request is answered, and what sockets hold has arrived. */
export async function arrived(simulator: GenesysSimulator): Promise<void> {
  // A busy machine delivers late even on loopback.
  await Promise.all(simulator.notifications.connections.map((connection) => connection.taken()));
  for (let rounds = 0; rounds < 12; rounds++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (simulator.requests.slice(-40).some(({ status }) => status === 0)) rounds = 0;
  }
}

/** Figures of a row that are not 0: what is absent and what is 0 are the same. */
export function figuresOf(row: JsonObject | undefined): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const entry of (row?.["data"] ?? []) as JsonObject[]) {
    const stats = entry["stats"] as Record<string, number> | undefined;
    const name = [entry["metric"], entry["qualifier"]].filter(Boolean).join("/");
    const value =
      stats?.["calculatedMetricValue"] ?? stats?.["count"] ?? (entry["count"] as number | undefined);
    if (value) figures[name] = value;
  }
  const [entity] = (row?.["entities"] ?? []) as Record<string, string>[];
  for (const key of ["routingStatus", "systemPresence"]) {
    if (entity?.[key]) figures[`${key}=${entity[key]}`] = 1;
  }
  for (const key of ["routingStatusDate", "presenceDate"]) {
    if (entity?.[key]) figures[key] = Date.parse(entity[key]);
  }
  return figures;
}
