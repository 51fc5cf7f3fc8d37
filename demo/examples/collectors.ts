import { Flow, type FlowNode, GENESYS_ID, INFLUX_ID } from "./flow";
import {
  addBroker,
  addConnections,
  addInflux,
  code,
  debug,
  health,
  keepAndWrite,
  pollAndEncode,
  type PollRow,
  ticks,
  withVariables,
} from "./parts";

/** The recommended wiring, with as many polls as asked for. */
function collector(flow: Flow, rows: readonly PollRow[], more?: (flow: Flow, y: number) => void): FlowNode[] {
  const lines = pollAndEncode(flow, rows);
  const below = 140 + (rows.length - 1 + rows.filter(({ load }) => load).length) * 60;
  flow.link(lines, keepAndWrite(flow, below + 140).lines);
  health(flow, below + 340);
  more?.(flow, below + 460);
  addConnections(flow);
  return flow.nodes();
}

/** Queue metrics in the recommended wiring. */
export function writeAhead(): FlowNode[] {
  const flow = new Flow("a1c", "Write-ahead collector");
  flow.comment(
    "Queue metrics by half hour, every line on disk before it is sent",
    withVariables(
      "The recommended wiring. Every 30 s the poll asks for the open half hour and the two before it, as Genesys books late; the buffer keeps each line on disk until InfluxDB has confirmed it, through restarts and outages. All outputs of the writer go back to the buffer: *written* frees a line, *failed* sends it again later, *rejected* keeps it as a dead letter.\n\nOpen *Genesys Cloud* and *InfluxDB* through the pencil beside their names in the poll and in the writer.",
    ),
  );
  return collector(flow, [{ type: "genesys-queue-poll", settings: { query: "aggregates" }, everyS: 30 }]);
}

/** Queues live and by interval, on one path. */
export function queues(): FlowNode[] {
  const flow = new Flow("a2c", "Queues, live and by interval");
  flow.comment(
    "Queues: who waits now, and what each half hour brought",
    withVariables(
      "Two polls, one path. The live poll asks every 15 s who waits, talks and is on queue; it writes `genesys_queue_live`. The other asks every 60 s for the open half hour and the two before it, as Genesys books late and corrects; it writes `genesys_queue`, over what was written before.\n\nOpen a poll to choose queues and metrics; the dialog shows how many requests that means.",
    ),
  );
  return collector(flow, [
    { type: "genesys-queue-poll", settings: { query: "observations" }, everyS: 15 },
    { type: "genesys-queue-poll", settings: { query: "aggregates" }, everyS: 60 },
  ]);
}

/** Agents live, their time per status and their work. */
export function agents(): FlowNode[] {
  const flow = new Flow("a3c", "Agents, live and by interval");
  flow.comment(
    "Agents: their status now, the time in each status and their work by half hour",
    withVariables(
      "The live poll asks every 30 s for routing status and presence of every agent that the client may see; it writes `genesys_agent_live`. The others ask every 5 minutes: for the time in each status, which becomes `genesys_agent`, and for what agents did (handle, talk, hold, wrap-up, transfers by queue), which becomes `genesys_agent_queue`.\n\nNames and statuses of agents are personal data: set *Queue and user names* to *Leave out* where you do not need them.",
    ),
  );
  return collector(flow, [
    { type: "genesys-agent-poll", settings: { query: "activity" }, everyS: 30 },
    { type: "genesys-agent-poll", settings: { query: "aggregates" }, everyS: 300 },
    { type: "genesys-agent-poll", settings: { query: "performance", name: "work of agents" }, everyS: 300 },
  ]);
}

/** Every kind of poll in one flow. */
export function wholeContactCentre(): FlowNode[] {
  const flow = new Flow("a4c", "The whole contact centre");
  flow.comment(
    "The whole contact centre: queues, agents, wrap-up codes, flows and surveys",
    withVariables(
      "Agents come three times: their status now, their time in each status, and what they did (handle, talk, hold, wrap-up, transfers by queue). Two analytics polls bring flows and surveys; another family is a setting away. Handle times by wrap-up code come from a queue poll with a grouping of its own, into `genesys_queue_by_wrapUpCode`.\n\nAll polls share one connection, and so one budget: together they keep Genesys Cloud's rate limit. One path encodes, keeps and writes what they bring.\n\nA Catch node shows what fails: a poll that Genesys refuses, a row that cannot be encoded. What could not be written stays in the buffer and is sent again.\n\n*load a week* fetches a stretch of the past once, behind the live polls: set its dates first. To have the past from the start, fill in *History from* in the poll.",
    ),
  );
  const rows: PollRow[] = [
    { type: "genesys-queue-poll", settings: { query: "observations" }, everyS: 15 },
    { type: "genesys-agent-poll", settings: { query: "activity" }, everyS: 30 },
    { type: "genesys-agent-poll", settings: { query: "aggregates" }, everyS: 300 },
    { type: "genesys-agent-poll", settings: { query: "performance", name: "work of agents" }, everyS: 300 },
    { type: "genesys-analytics-poll", settings: { family: "flows" }, everyS: 300 },
    { type: "genesys-analytics-poll", settings: { family: "surveys" }, everyS: 3600 },
    {
      type: "genesys-queue-poll",
      settings: {
        name: "queues by wrap-up code",
        query: "aggregates",
        groupBy: ["wrapUpCode"],
        metrics: ["tHandle", "tTalkComplete", "tAcw", "nConnected"],
      },
      everyS: 300,
    },
    { type: "genesys-queue-poll", settings: { query: "aggregates" }, everyS: 60, load: true },
  ];
  return collector(flow, rows, (tab, y) => {
    const caught = tab.node("catch", [140, y], {
      name: "any node of this flow",
      scope: null,
      uncaught: false,
    });
    const errors = tab.node("debug", [350, y], debug("errors"), 0);
    tab.wire(caught, errors);
    tab.group("What fails", [caught, errors]);
  });
}

/** Lines of any source, from MQTT, without Genesys. */
export function anyData(): FlowNode[] {
  const flow = new Flow("a6c", "Any data, durably");
  flow.comment(
    "Any data, durably: from MQTT to InfluxDB, every line on disk until it is confirmed",
    "Nothing of Genesys is needed here: `wal-buffer` and `influx-batch-write` carry any line protocol.\n\nThe function makes one line of each MQTT message: the topic becomes a tag, the payload (a number, or an object of numbers) the fields. Set the broker and its topic in *mqtt in*, or press *try it* without a broker. A line without a timestamp would get the time of its arrival in the buffer; here the function gives it one.\n\nInfluxDB comes from the config node, or from `INFLUX_URL`, `INFLUX_ORG`, `INFLUX_BUCKET` and `INFLUX_TOKEN`.\n",
  );
  const mqtt = flow.node("mqtt in", [140, 140], {
    ...{ name: "", topic: "sensors/#", qos: "1", datatype: "auto-detect", broker: "a6cb000000000001" },
    ...{ nl: false, rap: true, rh: 0, inputs: 0 },
  });
  const sample = flow.node("inject", [140, 200], {
    ...{ name: "try it", props: [{ p: "payload" }, { p: "topic", vt: "str" }], repeat: "", crontab: "" },
    ...{ once: false, onceDelay: 0.1, topic: "sensors/hall" },
    ...{ payload: '{"temperature":21.5,"humidity":40}', payloadType: "json" },
  });
  const encode = flow.node("function", [360, 170], code("to line protocol", TO_LINE));
  const lines = flow.linkOut("lines", [800, 170]);
  flow.wire(mqtt, encode);
  flow.wire(sample, encode);
  flow.wire(encode, lines);
  flow.group("Take, then encode", [mqtt, sample, encode, lines]);
  flow.link(lines, keepAndWrite(flow, 310).lines);
  health(flow, 510);
  addBroker(flow, "a6cb000000000001", "sensors' broker", 60);
  addInflux(flow);
  return flow.nodes();
}

const TO_LINE = `const escape = (text) => String(text).replace(/[\\s,=]/g, "\\\\$&");
const values = typeof msg.payload === "object" && msg.payload !== null ? msg.payload : { value: msg.payload };
const fields = Object.entries(values)
    .filter(([, value]) => value !== "" && Number.isFinite(Number(value)))
    .map(([key, value]) => escape(key) + "=" + Number(value));
if (fields.length === 0) {
    node.warn("no number in the message of " + msg.topic);
    return null;
}
msg.payload = "mqtt,topic=" + escape(msg.topic) + " " + fields.join(",") + " " + Date.now() + "000000";
return msg;`;

/** The source tutorial's query, with the log as fallback. */
export function tutorial(): FlowNode[] {
  const flow = new Flow("a7c", "Source tutorial collector");
  flow.comment(
    "The source tutorial's query every 30 s, the log as fallback",
    withVariables(
      "Does what the Go collector of the source tutorial does: asks for the last whole minute of every queue, writes it to InfluxDB, and keeps in a log on disk what could not be written until it can. Lines that are being written at the moment of a crash are lost; the other examples do not lose them.\n\nThe query `details` exists on gateways that serve the tutorial's endpoint, and in the demo; Genesys Cloud itself does not have it. For Genesys Cloud import the first example.",
    ),
  );
  const tick = ticks(flow, 30, 140);
  const poll = flow.node("genesys-queue-poll", [350, 140], { genesys: GENESYS_ID, query: "details" });
  const encode = flow.node("genesys-to-lineprotocol", [600, 140]);
  const lines = flow.linkOut("lines", [800, 140]);
  flow.wire(tick, poll);
  flow.wire(poll, encode);
  flow.wire(encode, lines);
  flow.group("Poll, then encode", [tick, poll, encode, lines]);

  const fresh = flow.linkIn("lines", [110, 280]);
  const again = flow.linkIn("again", [110, 340]);
  const write = flow.node("influx-batch-write", [330, 310], { influx: INFLUX_ID }, 3);
  const buffer = flow.node("wal-buffer", [580, 310], {}, 2);
  const back = flow.linkOut("again", [800, 280]);
  const events = flow.node("debug", [790, 340], debug("what the buffer reports"), 0);
  flow.link(lines, fresh);
  flow.link(back, again);
  flow.wire(fresh, write);
  flow.wire(again, write);
  for (const port of [0, 1, 2]) flow.wire(write, buffer, port);
  flow.wire(buffer, back, 0);
  flow.wire(buffer, events, 1);
  flow.group("Write, keep what fails", [fresh, again, write, buffer, back, events]);
  health(flow, 480);
  addConnections(flow);
  return flow.nodes();
}
