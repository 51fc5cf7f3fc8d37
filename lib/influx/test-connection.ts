import { type Clock, systemClock } from "../time/clock";
import { type Answer, type ServerAnswer, serverText, forLog } from "./answer";
import { classify } from "./classify";
import { NO_BODY } from "./body";
import { Connection, type ConnectionSettings } from "./connection";

/** One step of a connection test. */
export interface ConnectionCheck {
  readonly name: "reach" | "server" | "token" | "org" | "bucket" | "write";
  readonly ok: boolean;
  /** The fault as a key of the dialog's texts. */
  readonly fault?: ConnectionFault;
  /** The server's version in its own words. */
  readonly version?: string;
  /** What was found and what to do, in English, with the server's words. */
  readonly message: string;
}

/** The faults of a connection. `connection`: TLS or a proxy, whose message says what to do. */
export const CONNECTION_FAULTS = [
  "unreachable",
  "connection",
  "notInflux",
  "tokenRefused",
  "loginWanted",
  "mayNotWrite",
  "noOrg",
  "noBucket",
  "noEndpoint",
  "refused",
] as const;
/** One of {@link CONNECTION_FAULTS}. */
export type ConnectionFault = (typeof CONNECTION_FAULTS)[number];

/** The result of a connection test; the checks end at the first that failed. */
export interface ConnectionReport {
  readonly ok: boolean;
  readonly checks: readonly ConnectionCheck[];
}

/**
 * Tests whether lines could be written: asks for the version, then writes an empty body, for which InfluxDB checks
 * token, organisation, bucket and permission. At most two requests.
 */
export async function testConnection(
  settings: ConnectionSettings,
  clock: Clock = systemClock,
): Promise<ConnectionReport> {
  const connection = new Connection(settings, clock);
  try {
    const checks = await runChecks(connection, clock);
    return { ok: checks.every(({ ok }) => ok), checks };
  } finally {
    await connection.close();
  }
}

async function runChecks(connection: Connection, clock: Clock): Promise<ConnectionCheck[]> {
  const { url, bucket } = connection.settings;
  const ping = await connection.send("GET", "/ping");
  if (ping.kind === "failure") return [unreachable(ping, url, clock)];
  const checks: ConnectionCheck[] = [{ name: "reach", ok: true, message: `${url} answers` }];
  const version = headerText(ping, "x-influxdb-version");
  const write = await connection.write({ body: NO_BODY, bucket, precision: "ns" });
  if (write.kind === "failure") return [...checks, unreachable(write, url, clock)];
  const influx =
    version !== undefined || headerText(write, "x-influxdb-version") !== undefined || speaksInflux(write);
  checks.push({
    name: "server",
    ok: influx,
    ...(influx ? version !== undefined && { version } : { fault: "notInflux" as const }),
    message: influx
      ? `InfluxDB${version ? ` ${version}` : ""} or compatible`
      : `it does not look like an InfluxDB (${described(write)}): check http and https, host, port and path of the URL`,
  });
  return influx ? [...checks, ...writeChecks(write, connection.settings)] : checks;
}

function unreachable(
  answer: Extract<Answer, { kind: "failure" }>,
  url: string,
  clock: Clock,
): ConnectionCheck {
  const { code, message } = answer;
  // The words of TLS and proxy failures say what to do.
  const advised = classify(answer, clock.now()).class === "configuration" || code.startsWith("proxy-");
  const text = advised
    ? message
    : `unreachable: check host and port, and that the server runs (${code}: ${message})`;
  return {
    name: "reach",
    ok: false,
    fault: advised ? "connection" : "unreachable",
    message: `${url} ${text}`,
  };
}

/** Reads the answer to an empty write, in the order in which InfluxDB 2 checks. */
function writeChecks(answer: ServerAnswer, { org, bucket, token }: ConnectionSettings): ConnectionCheck[] {
  const text = forLog(serverText(answer));
  const passed = (...names: ConnectionCheck["name"][]) =>
    names.map((name) => ({ name, ok: true, message: GOOD[name] }));
  const failed = (name: ConnectionCheck["name"], fault: ConnectionFault, advice: string) => ({
    name,
    ok: false,
    fault,
    message: `${advice} (${described(answer)})`,
  });
  switch (answer.status) {
    case 204:
      return token === "" ? passed("bucket", "write") : passed("token", "org", "bucket", "write");
    case 401:
      if (token === "")
        return [failed("token", "loginWanted", "the server wants a login: choose an API token")];
      return [
        failed(
          "token",
          "tokenRefused",
          "the token is not accepted: check that it is complete and still active",
        ),
      ];
    case 403:
      // InfluxDB 1.8 and 3 answer this before they look for the database.
      return [
        ...passed("token"),
        failed("write", "mayNotWrite", `the token may not write to bucket "${bucket}": use one that may`),
      ];
    case 404:
      if (/organization/i.test(text))
        return [
          ...passed("token"),
          failed("org", "noOrg", `there is no organisation "${org}": check its name`),
        ];
      if (/bucket|database/i.test(text))
        return [
          ...passed("token", "org"),
          failed("bucket", "noBucket", `there is no bucket "${bucket}": create it or check its name`),
        ];
      return [failed("server", "noEndpoint", "there is no write endpoint here: check the path of the URL")];
    default:
      // InfluxDB 3 Core refuses an empty write after it has checked everything else.
      if (answer.status === 400 && /empty/i.test(text)) return passed("token", "bucket", "write");
      return [failed("write", "refused", "the test write was refused")];
  }
}

const GOOD: Record<ConnectionCheck["name"], string> = {
  reach: "",
  server: "",
  token: "the token is accepted",
  org: "the organisation exists",
  bucket: "the bucket exists",
  write: "the token may write to it",
};

/** Whether InfluxDB answers: 2 and 3 with `{"code", "message"}`, 1 with `{"error"}`, all with 204 for a write. */
function speaksInflux({ status, body }: ServerAnswer): boolean {
  return status === 204 || (/^\s*\{/.test(body) && /"(?:code|error)"\s*:/.test(body));
}

function described(answer: ServerAnswer): string {
  const text = forLog(serverText(answer));
  const way = answer.proxy ? `, through the proxy ${answer.proxy}` : "";
  return `HTTP ${answer.status}${text ? `: ${text}` : ""}${way}`;
}

function headerText({ headers }: ServerAnswer, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}
