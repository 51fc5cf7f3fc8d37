import { Flow, type FlowNode, INFLUX_ID } from "./flow";
import { addBroker, addConnections, code, debug, health, pollAndEncode, withVariables } from "./parts";

const BROKER_ID = "a8cb000000000001";
const LINES = "genesys/lines";
const OUTCOMES = "genesys/outcomes/collector-1";

/**
 * Two flows with an MQTT broker between them. The collector's log holds each line until the writer's outcome is back,
 * so neither broker nor writer needs a disk: what gets lost on the way is sent again.
 */
export function apart(): FlowNode[] {
  return [...collectorSide(), ...writerSide()];
}

function collectorSide(): FlowNode[] {
  const flow = new Flow("a8c", "Collector, with a broker between");
  flow.comment(
    "Collector and writer apart: lines go out by MQTT, outcomes come back",
    withVariables(
      `Import it on the machine that reaches Genesys Cloud, and again on the one that reaches InfluxDB; delete the other tab on each, and set the broker's address in *broker*. Any MQTT broker will do, with or without persistence; also the MQTT listener of nats-server. A message has at most 256 KB of lines, in JSON up to twice that; only a single line may be longer.\n\nThe buffer keeps each line on disk until the writer's outcome is back. One record is under way at a time (*Records under way*: one), so an old value never overtakes a newer one. QoS 0 both ways: the outcome is what confirms. While the broker is away, records fail at once and are tried again.\n\nSeveral collectors: give each its own name in *to the broker* and in the topic of *outcomes*.`,
    ),
  );
  const lines = pollAndEncode(flow, [
    { type: "genesys-queue-poll", settings: { query: "aggregates" }, everyS: 30 },
  ]);
  const arrive = flow.linkIn("lines", [110, 280]);
  const back = flow.linkIn("outcomes", [110, 340]);
  const buffer = flow.node("wal-buffer", [330, 310], { inFlight: "one", ackTimeout: 15 }, 2);
  const pack = flow.node("function", [560, 280], { ...code("to the broker", TO_BROKER), outputs: 2 }, 2);
  const out = flow.node("mqtt out", [800, 260], { ...mqtt(""), retain: "false", ...MQTT_OUT }, 0);
  const refused = flow.linkOut("outcomes", [800, 320]);
  const events = flow.node("debug", [590, 360], debug("what the buffer reports"), 0);
  flow.link(lines, arrive);
  flow.wire(arrive, buffer);
  flow.wire(back, buffer);
  flow.wire(buffer, pack, 0);
  flow.wire(buffer, events, 1);
  flow.wire(pack, out, 0);
  flow.wire(pack, refused, 1);
  flow.group("Keep on disk until the writer confirms", [arrive, back, buffer, pack, out, refused, events]);
  const outcomes = flow.node("mqtt in", [180, 480], { ...mqtt(OUTCOMES), ...MQTT_IN });
  const unpack = flow.node("function", [460, 480], code("outcome of a record", FROM_WRITER));
  const state = flow.node("status", [140, 540], { name: "broker there?", scope: [out.id] });
  const gone = flow.node("function", [460, 540], code("fail at once when it is gone", BROKER_STATE));
  const settled = flow.linkOut("outcomes", [800, 510]);
  flow.wire(outcomes, unpack);
  flow.wire(unpack, settled);
  flow.wire(state, gone);
  flow.wire(gone, settled);
  flow.link(refused, back);
  flow.link(settled, back);
  flow.group("Outcomes from the writer", [outcomes, unpack, state, gone, settled]);
  health(flow, 660);
  // A broker that is gone is missed soon.
  addBroker(flow, BROKER_ID, "broker between", 15);
  addConnections(flow);
  return flow.nodes();
}

function writerSide(): FlowNode[] {
  const flow = new Flow("a9c", "Writer, with a broker between");
  flow.comment(
    "The other side: takes lines from the broker, writes them, sends the outcome back",
    "No log here: a line that is lost on this side has no outcome, and the collector sends it again.\n\nLines that InfluxDB refuses come back with the outcome and are dead letters of the collector's buffer.\n",
  );
  const taken = flow.node("mqtt in", [150, 140], { ...mqtt(LINES), ...MQTT_IN });
  const unpack = flow.node("function", [360, 140], code("lines of a record", FROM_COLLECTOR));
  const write = flow.node("influx-batch-write", [580, 140], { influx: INFLUX_ID }, 3);
  const done = flow.linkOut("outcomes", [800, 140]);
  flow.wire(taken, unpack);
  flow.wire(unpack, write);
  for (const port of [0, 1]) flow.wire(write, done, port);
  flow.group("Take and write", [taken, unpack, write, done]);
  const came = flow.linkIn("outcomes", [110, 280]);
  const pack = flow.node("function", [330, 280], code("to the collector", TO_COLLECTOR));
  const out = flow.node("mqtt out", [580, 280], { ...mqtt(""), retain: "false", ...MQTT_OUT }, 0);
  flow.link(done, came);
  flow.wire(came, pack);
  flow.wire(pack, out);
  flow.group("Send the outcome back", [came, pack, out]);
  return flow.nodes();
}

const mqtt = (topic: string) => ({ topic, qos: "0", broker: BROKER_ID });
const MQTT_IN = { datatype: "json", nl: false, rap: true, rh: 0, inputs: 0 };
const MQTT_OUT = { respTopic: "", contentType: "", userProps: "", correl: "", expiry: "" };

/** Hands a record to the broker, or, while it is away, back to the buffer as failed. */
const TO_BROKER = `if (flow.get("brokerGone")) {
    msg.influx = { status: "failed", lines: msg.payload.length };
    msg.error = { message: "the broker is away", code: "broker-away" };
    return [null, msg];
}
flow.set("underWay", msg.wal);
return [{ topic: "${LINES}", payload: { lines: msg.payload, wal: msg.wal, reply: "${OUTCOMES}" } }, null];`;

/** The status of "mqtt out": red while there is no connection. What was on its way then has failed. */
const BROKER_STATE = `const gone = msg.status.fill !== "green";
const before = flow.get("brokerGone");
flow.set("brokerGone", gone);
// Back again: the buffer need not wait until its next try.
if (!gone) return before ? { topic: "wal/replay" } : null;
const wal = flow.get("underWay");
if (before || !wal) return null;
flow.set("underWay", undefined);
return {
    wal,
    influx: { status: "failed", lines: 0 },
    error: { message: "the broker went away", code: "broker-away" },
};`;

const FROM_WRITER = `const { wal, influx, error } = msg.payload;
if (!wal || !influx) return null;
flow.set("underWay", undefined);
return { wal, influx, error };`;

const FROM_COLLECTOR = `const { lines, wal, reply } = msg.payload;
if (!Array.isArray(lines) || !wal || !reply) return null;
// One record is under way: nothing more comes before its outcome.
return { payload: lines, wal, reply, flush: true };`;

const TO_COLLECTOR = `const { wal, influx, error, reply } = msg;
return { topic: reply, payload: { wal, influx, error } };`;
