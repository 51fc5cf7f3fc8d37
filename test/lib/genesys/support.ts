import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type GenesysSimulator,
  type SimulatorOptions,
  startGenesysSimulator,
} from "../../../demo/simulators/genesys/server";
import { GenesysError } from "../../../lib/genesys/errors";
import type { CallOptions, Client, ClientSettings } from "../../../lib/genesys/http/client";
import { Directory } from "../../../lib/genesys/names/directory";
import { agentPoller, type AgentPollSettings } from "../../../lib/genesys/poll/agent-poller";
import type { PollerParts } from "../../../lib/genesys/poll/buckets";
import type { PollAnswer, Poller } from "../../../lib/genesys/poll/poller";
import { analyticsPoller, type AnalyticsPollSettings } from "../../../lib/genesys/poll/analytics-poller";
import type { Family } from "../../../lib/terms/families";
import { queuePoller, type QueuePollSettings } from "../../../lib/genesys/poll/queue-poller";
import { Notices } from "../../../lib/genesys/notices";
import { FakeClock } from "../../support/fake-clock";
import { clientAt } from "../../support/genesys-client";

const closers: (() => Promise<unknown>)[] = [];

/** Closes everything that the helpers below opened; call after each test. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

/** Waits for real I/O, with all injected clocks standing still. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** A client of the simulator; both on one clock that stands still. */
export async function simulated(
  options: SimulatorOptions = {},
  settings: Partial<ClientSettings> = {},
): Promise<{ simulator: GenesysSimulator; client: Client; clock: FakeClock }> {
  const clock = (options.clock as FakeClock | undefined) ?? new FakeClock();
  const simulator = await startGenesysSimulator({ ...options, clock });
  closers.push(() => simulator.close());
  const { clientId, clientSecret } = simulator;
  const client = clientOf(simulator.url, clock, { clientId, clientSecret, ...settings });
  return { simulator, client, clock };
}

export function clientOf(url: string, clock: FakeClock, settings: Partial<ClientSettings> = {}): Client {
  const client = clientAt({ url, clientId: "id", clientSecret: "hush-hush" }, { clock, ...settings });
  closers.push(() => client.close());
  return client;
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a scripted server answers one request: a body to be sent as JSON, or whatever the function does. */
export type Reply = { status?: number; headers?: Record<string, string>; body?: unknown } | Behaviour;
type Behaviour = (response: ServerResponse, seen: Seen) => void;

/** An HTTP server that answers `/oauth/token` with a token, and everything else from a script. */
export async function scripted(
  reply: (seen: Seen, index: number) => Reply,
): Promise<{ url: string; seen: Seen[]; tokens: Seen[] }> {
  const seen: Seen[] = [];
  const tokens: Seen[] = [];
  const server = createServer((request, response) => {
    response.sendDate = false;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const entry = { method, url, headers, body: Buffer.concat(chunks).toString() };
      const token = url === "/oauth/token";
      (token ? tokens : seen).push(entry);
      const answer = reply(entry, (token ? tokens : seen).length - 1);
      if (typeof answer === "function") return answer(response, entry);
      const fallback = token
        ? { access_token: `token-${tokens.length}`, token_type: "bearer", expires_in: 86399 }
        : {};
      const { status = 200, headers: more = {}, body = fallback } = answer;
      const text = typeof body === "string" ? body : JSON.stringify(body);
      response.writeHead(status, { "content-type": "application/json", ...more }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, tokens };
}

/** A client of a server that answers API calls from a list, the last one for ever. */
export async function answering(clock: FakeClock, ...replies: Reply[]) {
  const server = await scripted((seen, index) =>
    seen.url === "/oauth/token" ? {} : replies[Math.min(index, replies.length - 1)]!,
  );
  return { ...server, client: clientOf(server.url, clock, { timeoutMs: 10_000 }) };
}

/** The error of a call that must fail; it holds neither the secret nor a token of this file's servers. */
export async function failureOf(call: Promise<unknown>): Promise<GenesysError> {
  const error: unknown = await call.then(
    () => assert.fail("expected a failure"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof GenesysError, String(error));
  assert.doesNotMatch(`${error.message} ${JSON.stringify(error.facts)}`, /hush-hush|token-\d/);
  return error;
}

/** Notices that keep what they say. */
export function keptNotices(): { notices: Notices; warnings: string[]; infos: string[] } {
  const warnings: string[] = [];
  const infos: string[] = [];
  const notices = new Notices(
    (message) => warnings.push(message),
    (message) => infos.push(message),
  );
  return { notices, warnings, infos };
}

const times = { granularity: "", lookback: 2, maxBackfill: 24 };
const queueDefaults: QueuePollSettings = {
  query: "aggregates",
  queues: [],
  mediaTypes: [],
  metrics: [],
  groupBy: [],
  ...times,
};
const agentDefaults: AgentPollSettings = { query: "activity", agents: [], queues: [], ...times };

const analyticsDefaults = {
  granularity: "",
  maxBackfill: 24,
  groupBy: [],
  filter: [],
  metrics: [],
  views: [],
};

/** Pollers of a client: of queues and of agents, with default settings but for those given. */
export function pollersOf(client: Client, directory?: string, more: Partial<PollerParts> = {}) {
  const kept = keptNotices();
  const config = { client, directory: new Directory(client) };
  const parts: PollerParts = { config, notices: kept.notices, directory, ...more };
  return {
    ...kept,
    queues: (more: Partial<QueuePollSettings> = {}) => queuePoller({ ...queueDefaults, ...more }, parts),
    agents: (more: Partial<AgentPollSettings> = {}) => agentPoller({ ...agentDefaults, ...more }, parts),
    analytics: (family: Family, more: Partial<AnalyticsPollSettings> = {}) =>
      analyticsPoller({ ...analyticsDefaults, family, ...more }, parts),
  };
}

/** A simulator, a client of it, and pollers. */
export async function pollSetup(options: SimulatorOptions = {}, settings: Partial<ClientSettings> = {}) {
  const all = await simulated(options, settings);
  const calls = (path: RegExp) => all.simulator.requests.filter((request) => path.test(request.path));
  return { ...all, calls, ...pollersOf(all.client) };
}

/** One poll, and the older buckets that are due then. */
export async function askAll(poller: Poller, options: CallOptions = {}): Promise<PollAnswer[]> {
  const answers: PollAnswer[] = [];
  await poller.poll(options, (answer) => answers.push(answer));
  await poller.work(options, (answer) => answers.push(answer));
  return answers;
}

/** One poll that has nothing to backfill. */
export async function ask(poller: Poller, options: CallOptions = {}): Promise<PollAnswer> {
  const [answer, ...more] = await askAll(poller, options);
  assert.equal(more.length, 0);
  return answer!;
}
