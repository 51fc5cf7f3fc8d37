import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type Clock, systemClock } from "../../../lib/time/clock";
import { pointsPage, pointView } from "./page";
import { play, Script, type ScriptedAnswer } from "./script";
import { type BucketSettings, PointStore, type StoredPoint } from "./store";
import { type Judgement, judgeWrite } from "./write";

/** How the endpoint is set up; everything has a default. */
export interface InfluxEndpointOptions {
  /** Default: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** A token that may write; default `demo-token`. */
  readonly token?: string;
  /** A token that is known but may not write. */
  readonly readOnlyToken?: string;
  /** Default `demo`. */
  readonly org?: string;
  /** Names, or names with a retention; default `["genesys"]`. */
  readonly buckets?: readonly (string | BucketSettings)[];
  /** Accepted points are appended to this file as line protocol, and read back from it at the start. */
  readonly file?: string;
  /** Bodies larger than this (as sent) are refused with 413, as a proxy in front of InfluxDB does. */
  readonly maxBodyBytes?: number;
  readonly clock?: Clock;
}

/** One write request, as a test wants to see it. */
export interface WriteRequest {
  readonly body: string;
  /** Bytes as sent. */
  readonly bytes: number;
  readonly gzip: boolean;
  readonly bucket: string;
  readonly org: string;
  readonly precision: string;
  /** Status of the answer; absent while there is none. */
  status?: number;
}

/** A running write endpoint. */
export interface InfluxEndpoint {
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly org: string;
  /** Points accepted, each once, the newest arrival last; a point that was written again has its latest fields. */
  points(bucket?: string): StoredPoint[];
  /** Lines accepted, in the order of arrival, repeats included. */
  lines(): readonly string[];
  /** Write requests, oldest first; the oldest go once their bodies exceed 64 MB. */
  readonly requests: WriteRequest[];
  /** Connections open now. */
  readonly connections: number;
  /** Answers for the next write requests, in order; the function returned takes back what is left of them. */
  script(...answers: ScriptedAnswer[]): () => void;
  /** Stops listening and cuts every connection; points are kept. */
  stop(): Promise<void>;
  /** Listens on the same port again. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Characters of request bodies that are kept. */
const KEPT_BODIES = 64_000_000;
const unzip = promisify(gunzip);

/**
 * Starts a strict InfluxDB 2.x write endpoint for the demo and for tests. `POST /api/v2/write` checks what InfluxDB 2.9
 * checks, in the same order, and refuses with the same bodies; `/health` and `/ping` answer as OSS does; `/` shows the
 * last points and `/points` has them as JSON.
 */
export async function startInfluxEndpoint(options: InfluxEndpointOptions = {}): Promise<InfluxEndpoint> {
  const { host = "127.0.0.1", token = "demo-token", org = "demo", clock = systemClock } = options;
  const buckets = (options.buckets ?? ["genesys"]).map((bucket) =>
    typeof bucket === "string" ? { name: bucket } : bucket,
  );
  const store = new PointStore(buckets, options.file);
  const script = new Script();
  const requests: WriteRequest[] = [];
  const sockets = new Set<Socket>();
  let keptBodies = 0;

  const write = async (request: IncomingMessage, response: ServerResponse, url: URL) => {
    const raw = await readBody(request);
    const gzip = /^(x-)?gzip$/.test(request.headers["content-encoding"] ?? "");
    const body = await (gzip ? unzip(raw).catch(() => undefined) : raw);
    const parameter = (name: string) => url.searchParams.get(name) ?? "";
    const entry: WriteRequest = {
      body: body?.toString() ?? "",
      bytes: raw.length,
      gzip,
      bucket: parameter("bucket"),
      org: parameter("org"),
      precision: parameter("precision"),
    };
    requests.push(entry);
    for (keptBodies += entry.body.length; keptBodies > KEPT_BODIES;)
      keptBodies -= requests.shift()?.body.length ?? keptBodies;
    const judge = (): Judgement =>
      judgeWrite(store, {
        ...entry,
        body: body === undefined ? undefined : entry.body,
        tooLarge: raw.length > (options.maxBodyBytes ?? Infinity),
        access: accessOf(request, token, options.readOnlyToken),
        knownOrg: org,
        orgParameter: parameter("org") || parameter("orgID"),
        nowMs: clock.now(),
      });
    response.on("finish", () => (entry.status = response.statusCode));
    const answer = script.take(entry.body);
    if (answer?.delayMs !== undefined)
      await new Promise<void>((resolve) => clock.after(answer.delayMs ?? 0, resolve));
    if (answer && (answer.status !== undefined || answer.fault !== undefined)) {
      if (answer.write) judge();
      play(answer, request, response);
    } else send(response, judge());
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/api/v2/write" && request.method === "POST") return write(request, response, url);
    request.resume();
    if (url.pathname === "/ping") return send(response, { status: 204 });
    if (url.pathname === "/health") return send(response, { status: 200, body: HEALTH });
    const points = store.points(url.searchParams.get("bucket") ?? undefined).reverse();
    if (url.pathname === "/points") {
      const limit = Number(url.searchParams.get("limit") ?? 100);
      const body = { accepted: store.accepted, points: points.slice(0, limit).map(pointView) };
      return send(response, { status: 200, body });
    }
    if (url.pathname === "/")
      return send(response, { status: 200, html: pointsPage(points.slice(0, 100), store.accepted) });
    const body = { code: "not found", message: "path not found" };
    return send(response, { status: 404, body });
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  // As InfluxDB 2 does (http-idle-timeout); Node's 5 s would cut sockets that are just being used again.
  server.keepAliveTimeout = 180_000;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  await listen(options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      if (!server.listening) return resolve();
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return {
    url: `http://${host}:${port}`,
    port,
    token,
    org,
    points: (bucket) => store.points(bucket),
    lines: () => store.lines(),
    requests,
    get connections() {
      return sockets.size;
    },
    script: (...answers) => script.add(answers),
    stop,
    start: () => listen(port),
    close: stop,
  };
}

const HEALTH = {
  name: "influxdb",
  message: "ready for queries and writes",
  status: "pass",
  checks: [],
  version: "v2.9.1",
  commit: "demo",
};

function accessOf(
  request: IncomingMessage,
  token: string,
  readOnlyToken: string | undefined,
): "write" | "read" | "none" {
  const given = /^(?:Token|Bearer) (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (given === token) return "write";
  return given !== undefined && given === readOnlyToken ? "read" : "none";
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, body, html }: Judgement): void {
  const headers: Record<string, string> = { "x-influxdb-version": "v2.9.1", "x-influxdb-build": "OSS" };
  if (html !== undefined) headers["content-type"] = "text/html; charset=utf-8";
  else if (body !== undefined) headers["content-type"] = "application/json; charset=utf-8";
  if (status >= 400 && body && "code" in body) headers["x-platform-error-code"] = String(body.code);
  response.writeHead(status, headers);
  response.end(html ?? (body === undefined ? undefined : JSON.stringify(body)));
}
