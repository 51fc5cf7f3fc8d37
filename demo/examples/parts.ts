import { type Flow, type FlowNode, GENESYS_ID, INFLUX_ID } from "./flow";

const VARIABLES = `It reads these environment variables, so it runs as imported where they are set. Values in the two config nodes win over them.

- \`GENESYS_BASE_URL\`, \`GENESYS_ENV_ID\`, \`GENESYS_CLIENT_ID\`, \`GENESYS_CLIENT_SECRET\`
- \`INFLUX_URL\`, \`INFLUX_ORG\`, \`INFLUX_BUCKET\`, \`INFLUX_TOKEN\``;

/** The text of an example that needs both connections. */
export function withVariables(text: string): string {
  return `${text}\n\n${VARIABLES}\n`;
}

/** Both connections, blank: the variables fill them. */
export function addConnections(flow: Flow): void {
  addGenesys(flow);
  addInflux(flow);
}

/** The Genesys connection, blank. */
export function addGenesys(flow: Flow): void {
  flow.config(GENESYS_ID, "genesys-config", { name: "Genesys Cloud" });
}

/** The InfluxDB connection, blank. */
export function addInflux(flow: Flow): void {
  flow.config(INFLUX_ID, "influx-config", { name: "InfluxDB" });
}

/** A local MQTT broker, without birth, close and will messages. */
export function addBroker(flow: Flow, id: string, name: string, keepaliveS: number): void {
  flow.config(id, "mqtt-broker", {
    ...{ name, broker: "localhost", port: "1883", clientid: "", autoConnect: true, usetls: false },
    ...{ protocolVersion: "4", keepalive: String(keepaliveS), cleansession: true, autoUnsubscribe: true },
    ...{ birthTopic: "", birthQos: "0", birthRetain: "false", birthPayload: "", birthMsg: {} },
    ...{ closeTopic: "", closeQos: "0", closeRetain: "false", closePayload: "", closeMsg: {} },
    ...{ willTopic: "", willQos: "0", willRetain: "false", willPayload: "", willMsg: {}, userProps: "" },
    sessionExpiry: "",
  });
}

/** An inject node that ticks; the first tick comes at once, those of several one after another. */
export function ticks(flow: Flow, seconds: number, y: number, first = 1): FlowNode {
  return flow.node("inject", [140, y], {
    ...{ name: `every ${seconds} s`, props: [{ p: "payload" }], repeat: String(seconds), crontab: "" },
    ...{ once: true, onceDelay: String(first), topic: "", payload: "", payloadType: "date" },
  });
}

/** A poll and what makes it ask. */
export interface PollRow {
  readonly type: "genesys-queue-poll" | "genesys-agent-poll" | "genesys-analytics-poll";
  readonly settings: Record<string, unknown>;
  readonly everyS: number;
  /** A button below it that loads a stretch of the past. */
  readonly load?: true;
}

/** To be set to the dates that are wanted. */
const PAST_WEEK = '{"from":"2026-11-16T00:00Z","to":"2026-11-23T00:00Z"}';

/** Polls one under another, all into one encoder, whose lines leave through a link node. */
export function pollAndEncode(flow: Flow, rows: readonly PollRow[], top = 140): FlowNode {
  const middle = top + ((rows.length - 1) * 60) / 2;
  const encode = flow.node("genesys-to-lineprotocol", [600, middle]);
  const lines = flow.linkOut("lines", [800, middle]);
  const nodes = rows.flatMap(({ type, settings, everyS, load }, index) => {
    const tick = ticks(flow, everyS, top + index * 60, index + 1);
    const poll = flow.node(type, [350, top + index * 60], { genesys: GENESYS_ID, ...settings });
    flow.wire(tick, poll);
    flow.wire(poll, encode);
    if (!load) return [tick, poll];
    const past = flow.node("inject", [140, top + (index + 1) * 60], {
      ...{ name: "load a week", props: [{ p: "load", v: PAST_WEEK, vt: "json" }], repeat: "", crontab: "" },
      ...{ once: false, onceDelay: 0.1, topic: "", payload: "", payloadType: "date" },
    });
    flow.wire(past, poll);
    return [tick, poll, past];
  });
  flow.wire(encode, lines);
  flow.group(rows.length > 1 ? "Poll, and encode" : "Poll, then encode", [...nodes, encode, lines]);
  return lines;
}

/** Every line on disk until it is confirmed: buffer and writer, with the outcomes back through link nodes. */
export function keepAndWrite(
  flow: Flow,
  top: number,
  writer: Record<string, unknown> = {},
): { readonly lines: FlowNode; readonly buffer: FlowNode } {
  const lines = flow.linkIn("lines", [110, top]);
  const outcomes = flow.linkIn("outcomes", [110, top + 60]);
  const buffer = flow.node("wal-buffer", [330, top + 30], {}, 2);
  const write = flow.node("influx-batch-write", [580, top], { influx: INFLUX_ID, ...writer }, 3);
  const back = flow.linkOut("outcomes", [800, top]);
  const events = flow.node("debug", [590, top + 60], debug("what the buffer reports"), 0);
  flow.wire(lines, buffer);
  flow.wire(outcomes, buffer);
  flow.wire(buffer, write, 0);
  flow.wire(buffer, events, 1);
  for (const port of [0, 1, 2]) flow.wire(write, back, port);
  flow.link(back, outcomes);
  flow.group("Keep on disk until InfluxDB confirms", [lines, outcomes, buffer, write, back, events]);
  return { lines, buffer };
}

/** `GET /health` of the whole runtime: one example answers for all. */
export function health(flow: Flow, y: number): void {
  const request = flow.node("http in", [140, y], {
    ...{ name: "GET /health", url: "/health", method: "get", upload: false, swaggerDoc: "" },
  });
  const collector = flow.node("collector-health", [350, y], { scope: "all" });
  const answer = flow.node("http response", [580, y], { statusCode: "", headers: {} }, 0);
  flow.wire(request, collector);
  flow.wire(collector, answer);
  flow.group("Health for monitoring", [request, collector, answer]);
}

/** Settings of a debug node that shows whole messages. */
export function debug(name: string): Record<string, unknown> {
  return {
    ...{ name, active: true, tosidebar: true, console: false, tostatus: false },
    ...{ complete: "true", targetType: "full", statusVal: "", statusType: "auto" },
  };
}

/** Settings of a function node. */
export function code(name: string, func: string): Record<string, unknown> {
  return { name, func, timeout: 0, noerr: 0, initialize: "", finalize: "", libs: [] };
}
