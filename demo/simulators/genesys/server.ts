import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../../lib/time/clock";
import { sleep, systemClock } from "../../../lib/time/clock";
import type { Limits, World } from "./context";
import { ApiError, missingPermissions } from "./errors";
import { misbehave, parse, readBody, send, sendHalf } from "./exchange";
import { faultError, Faults } from "./faults";
import { OPERATIONS } from "./operations";
import { type NotificationOptions, Notifications } from "./notifications/notifications";
import { isNotificationPath } from "./notifications/rest";
import { History } from "./organisation/history";
import { Organisation } from "./organisation/organisation";
import { RateLimit } from "./rate-limit";
import { TokenIssuer } from "./tokens";
import { truth } from "./truth";
import type { Truth } from "./truth";

/** How the simulated Genesys Cloud is set up; everything has a default. */
export interface SimulatorOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** How many queues and agents the organisation has. Default 12 and 40. */
  readonly queues?: number;
  readonly agents?: number;
  readonly seed?: number;
  /** How much there is to do for the agents. Default 1, which is at times more than they can. */
  readonly load?: number;
  readonly clock?: Clock;
  readonly tokenLifetimeS?: number;
  readonly idleTimeoutS?: number;
  /** Requests per minute and client. Default 300. */
  readonly rateLimit?: number;
  /** Permissions that the client's roles lack. */
  readonly missingPermissions?: readonly string[];
  /** Names of divisions that none of the client's roles reaches. */
  readonly hiddenDivisions?: readonly string[];
  /** Names of divisions that its routing and directory roles reach, but not its analytics role. */
  readonly unansweredDivisions?: readonly string[];
  /** How late `t…` metrics show up. Default: 4 % late, by up to 20 minutes. */
  readonly lateness?: { readonly share: number; readonly longestMs: number };
  /** Smallest granularity that aggregate queries take. Default one minute. */
  readonly smallestGranularityMs?: number;
  /** Metrics of the API's own list that are refused. */
  readonly refusedMetrics?: readonly string[];
  /** Nightly reprocessing of data of three days ago, which changes a little and takes some back. Default true. */
  readonly reprocessing?: boolean;
  /** How far the day of the organisation is ahead of UTC, in minutes: moves the rush hours. Default 0. */
  readonly utcOffsetMinutes?: number;
  /** How much the service's clock is ahead of `clock`. */
  readonly clockSkewMs?: number;
  readonly notifications?: NotificationOptions;
}

/** One request as it came in, and what it got. Holds no credentials. */
export interface LoggedRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** The parsed JSON body, or `undefined`. */
  readonly body: unknown;
  readonly bytes: number;
  status: number;
}

/** The clock of the service. */
export interface ServiceTime {
  /** How far it is ahead of the simulator's clock. */
  skewMs: number;
  /** Whether answers have a `Date` header. */
  showsDate: boolean;
  /** Seconds in an `Age` header, as a cache in between adds it. */
  ageS: number | undefined;
}

/** A running simulator. */
export interface GenesysSimulator {
  /** Base URL for API and token endpoint alike. */
  readonly url: string;
  readonly port: number;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly organisation: Organisation;
  readonly tokens: TokenIssuer;
  /** What happens in the organisation; a test can add to it. */
  readonly history: History;
  /** Channels, sockets and events. */
  readonly notifications: Notifications;
  readonly faults: Faults;
  readonly requests: LoggedRequest[];
  /** Permissions that are missing now; may be changed at any time. */
  readonly missing: Set<string>;
  /** Names of divisions that are hidden now, from all roles or from analytics alone; may be changed at any time. */
  readonly hidden: Set<string>;
  readonly unanswered: Set<string>;
  /** Bounds on answers and lists; may be changed at any time. */
  readonly limits: Limits;
  /** The service's own clock, and what its answers show of it; may be changed at any time. */
  readonly time: ServiceTime;
  /** What every store must hold: in the end, or at a time. */
  readonly truth: Truth;
  close(): Promise<void>;
}

/** How far back the organisation's past goes. */
const HISTORY_MS = 40 * 24 * 3_600_000;
/** Largest request body (`request.bytes.max` of the platform). */
const MAX_BODY_BYTES = 512_000;

/**
 * Starts a Genesys Cloud on 127.0.0.1: token endpoint, analytics queries, lists. It refuses what the real service
 * refuses, in the same words. Its numbers depend on the seed and the clock alone.
 */
export async function startGenesysSimulator(options: SimulatorOptions = {}): Promise<GenesysSimulator> {
  const { clientId = "demo-client", clientSecret = "demo-secret", clock = systemClock } = options;
  const { queues = 12, agents = 40, seed = 1, load = 1 } = options;
  const organisation = new Organisation({ queues, agents, seed, load });
  const { tokenLifetimeS: lifetimeS = 86_400, idleTimeoutS } = options;
  const tokens = new TokenIssuer({ clientId, clientSecret, lifetimeS, idleTimeoutS }, clock);
  const faults = new Faults();
  const missing = new Set(options.missingPermissions);
  const hidden = new Set(options.hiddenDivisions);
  const unanswered = new Set(options.unansweredDivisions);
  const limits: Limits = { listedUsers: 10_000 };
  const time: ServiceTime = { skewMs: options.clockSkewMs ?? 0, showsDate: true, ageS: undefined };
  const requests: LoggedRequest[] = [];
  const world: World = {
    organisation,
    history: new History(organisation, (options.utcOffsetMinutes ?? 0) * 60_000, clock.now() - HISTORY_MS),
    lateness: options.lateness ?? { share: 0.04, longestMs: 20 * 60_000 },
    smallestGranularityMs: options.smallestGranularityMs ?? 60_000,
    refusedMetrics: new Set(
      options.refusedMetrics ?? [
        "nConversations",
        "tAgentVideoConnected",
        "tScreenMonitoring",
        "tSnippetRecord",
      ],
    ),
    reprocessing: options.reprocessing ?? true,
    limits,
    listed: ({ division }) => !hidden.has(division.name),
    answered: ({ division }) => !hidden.has(division.name) && !unanswered.has(division.name),
  };
  const limit = new RateLimit(options.rateLimit ?? 300, clock);
  const serviceTime = () => clock.now() + time.skewMs;

  const notifications = new Notifications({
    world,
    clock,
    now: serviceTime,
    missing,
    isAlive: (token) => tokens.isAlive(token),
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    options: options.notifications ?? {},
  });
  const server = createServer((request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, search, searchParams } = new URL(request.url ?? "/", "http://simulator");
    const method = request.method ?? "GET";
    const body = await readBody(request);
    const text = body.toString("utf8");
    const json = path.startsWith("/api/") ? parse(text) : undefined;
    const logged: LoggedRequest = {
      at: clock.now(),
      method,
      path,
      query: search,
      body: json,
      bytes: body.length,
      status: 0,
    };
    requests.push(logged);
    response.on("finish", () => (logged.status = response.statusCode));
    const contextId = randomUUID();
    response.sendDate = false;
    if (time.showsDate) response.setHeader("Date", new Date(serviceTime()).toUTCString());
    if (time.ageS !== undefined) response.setHeader("Age", String(time.ageS));
    response.setHeader("inin-correlation-id", contextId);
    const fault = faults.take(path, json);
    try {
      if (fault?.kind === "slow") await sleep(clock, fault.delayMs ?? 60_000);
      const error = fault && faultError(fault);
      if (error) throw error;
      if (fault && misbehave(fault, response)) return;
      if (path === "/oauth/token") {
        const { authorization, "content-type": contentType } = request.headers;
        const answer = tokens.grant(
          method,
          { ...(authorization && { authorization }), ...(contentType && { contentType }) },
          text,
        );
        send(response, answer.status, answer.body);
        return;
      }
      const ready = operate(method, path, searchParams, request, body, response);
      const answer = fault?.change ? fault.change(ready) : ready;
      if (fault?.kind === "truncated") sendHalf(response, answer);
      else send(response, 200, answer);
    } catch (error) {
      const refusal =
        error instanceof ApiError
          ? error
          : new ApiError(500, "internal.server.error", String((error as Error).message));
      for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value);
      send(response, refusal.status, refusal.body(contextId));
    }
  }

  function operate(
    method: string,
    path: string,
    query: URLSearchParams,
    { headers }: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): unknown {
    const token = tokens.check(headers.authorization);
    for (const [name, value] of Object.entries(limit.count())) response.setHeader(name, value);
    if (isNotificationPath(path)) {
      return notifications.answer({ method, path, query, token, body: body.toString("utf8") });
    }
    const here = OPERATIONS.filter((operation) => operation.path.test(path));
    const operation = here.find((candidate) => candidate.method === method);
    if (!operation) {
      if (here.length > 0) throw new ApiError(405, "method.not.allowed", "The method is not allowed here.");
      throw new ApiError(404, "not.found", "The requested resource was not found.");
    }
    const { permissions } = operation;
    if (permissions.length > 0 && permissions.every((permission) => missing.has(permission))) {
      throw missingPermissions(permissions);
    }
    if (method === "POST" && !/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) {
      throw new ApiError(
        415,
        "unsupported.media.type",
        "The content type of the request is not supported. Use application/json.",
      );
    }
    if (body.length > MAX_BODY_BYTES) {
      throw new ApiError(
        413,
        "request.entity.too.large",
        `The request is over ${MAX_BODY_BYTES} bytes long.`,
        {
          limit: { namespace: "platform.api", key: "request.bytes.max", value: MAX_BODY_BYTES },
        },
      );
    }
    const answer = operation.answer({ world, now: serviceTime(), body: body.toString("utf8"), query, path });
    if (path.endsWith("/queues/observations/query")) notifications.shown(answer);
    return answer;
  }

  server.on("upgrade", (request, socket, head) => notifications.upgrade(request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    clientId,
    clientSecret,
    organisation,
    tokens,
    history: world.history,
    notifications,
    faults,
    requests,
    missing,
    hidden,
    unanswered,
    limits,
    time,
    truth: truth(world),
    close: () =>
      new Promise((resolve) => {
        notifications.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
