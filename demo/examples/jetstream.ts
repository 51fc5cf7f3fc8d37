import { Flow, type FlowNode, INFLUX_ID } from "./flow";
import { addConnections, code, debug, health, pollAndEncode, withVariables } from "./parts";

const STREAM = "GENESYS";
const LINES = "genesys.lines";
const REJECTED_STREAM = "GENESYS_REJECTED";
const REJECTED = "genesys.rejected";
const CONSUMER = "writer";
/** Seconds until a record goes to another writer when one is gone without a word. */
const ACK_WAIT_S = 15;
/** A line that any InfluxDB takes. */
const PROBE = "genesys_writer,consumer=writer probe=1i";

/** The official client. No version: Node-RED could install it, but not load it. */
const LIBS = [
  { var: "nats", module: "@nats-io/transport-node" },
  { var: "jetstream", module: "@nats-io/jetstream" },
];
/** The newest version that runs on Node.js 20. */
export const FOR_NODE_20 = "@nats-io/transport-node@3.3.1 @nats-io/jetstream@3.3.1";

/**
 * Two flows with a JetStream between them, which keeps lines for as long as the writer or InfluxDB is away. The
 * collector's log holds a line until JetStream has it on disk; JetStream holds it until InfluxDB has confirmed it.
 */
export function throughJetStream(): FlowNode[] {
  return [...collectorSide(), ...writerSide()];
}

function collectorSide(): FlowNode[] {
  const flow = new Flow("acc", "Collector, to JetStream");
  flow.comment(
    "Through JetStream: lines wait in a stream, for weeks if need be",
    withVariables(
      `Import it on the machine that reaches Genesys Cloud, and again on the one that reaches InfluxDB; delete the other tab on each. \`NATS_URL\` is the server (\`nats://localhost:4222\`; several with commas; \`tls://\` for TLS), \`NATS_USER\` and \`NATS_PASSWORD\` its login. \`ops/deploy/nats.conf\` is a server's configuration: \`sync_interval: always\` makes *stored* mean *on disk*; without it a power cut can take what was confirmed.\n\nA line leaves the collector's log when JetStream has stored it. A full stream refuses (*discard: new*), and the log keeps. One record is under way at a time, so an old value never overtakes a newer one. While the server is away, records fail at once and are tried again.\n\nNode-RED fetches the official client, \`@nats-io\`, when you deploy. On Node.js 20 it refuses the newest one, and waits for it; run there in its user directory, before you deploy:\n\n    npm install ${FOR_NODE_20}\n\nLeave *Only changes* off here: what confirms is the stream, not InfluxDB.\n\nSeveral collectors: give each a subject of its own below \`${LINES}\` in *to the stream*.`,
    ),
  );
  const lines = pollAndEncode(flow, [
    { type: "genesys-queue-poll", settings: { query: "aggregates" }, everyS: 30 },
  ]);
  const arrive = flow.linkIn("lines", [110, 280]);
  const back = flow.linkIn("outcomes", [110, 340]);
  const buffer = flow.node("wal-buffer", [330, 310], { inFlight: "one", ackTimeout: 30 }, 2);
  const out = flow.node("function", [580, 280], client("to the stream", CONNECT_COLLECTOR, TO_STREAM));
  const outcomes = flow.linkOut("outcomes", [800, 280]);
  const events = flow.node("debug", [590, 360], debug("what the buffer reports"), 0);
  flow.link(lines, arrive);
  flow.wire(arrive, buffer);
  flow.wire(back, buffer);
  flow.wire(buffer, out, 0);
  flow.wire(buffer, events, 1);
  flow.wire(out, outcomes);
  flow.link(outcomes, back);
  flow.group("Keep on disk until JetStream has it", [arrive, back, buffer, out, outcomes, events]);
  health(flow, 480);
  addConnections(flow);
  return flow.nodes();
}

function writerSide(): FlowNode[] {
  const flow = new Flow("adc", "Writer, from JetStream");
  flow.comment(
    "The other side: takes a record from JetStream, writes it, and confirms when InfluxDB has",
    `No log here: what InfluxDB has not confirmed stays in the stream and comes again, first of all. A second writer elsewhere takes over when this one is gone.\n\nLines that InfluxDB refuses go to the stream \`${REJECTED_STREAM}\`, each with the reason, before their record is confirmed.\n`,
  );
  const settled = flow.linkIn("outcomes", [110, 140]);
  const take = flow.node("function", [320, 140], client("from the stream", CONNECT_WRITER, SETTLE));
  const write = flow.node("influx-batch-write", [560, 140], { influx: INFLUX_ID }, 3);
  const done = flow.linkOut("outcomes", [800, 140]);
  flow.wire(settled, take);
  flow.wire(take, write);
  for (const port of [0, 1]) flow.wire(write, done, port);
  flow.link(done, settled);
  flow.group("Take, write, confirm", [settled, take, write, done]);
  return flow.nodes();
}

const client = (name: string, initialize: string, func: string) => ({
  ...code(name, func),
  initialize,
  finalize: `context.get("end")?.();`,
  libs: LIBS,
});

/**
 * Connects, does `work` until the connection is gone, and connects again. Handles are closures: a context that is kept
 * on disk would try to write objects.
 */
const keepConnected = (name: string, work: string) => `let connection;
let ended = false;
const url = env.get("NATS_URL") || "nats://localhost:4222";
const stayConnected = async () => {
    try {
        node.status({ fill: "red", shape: "ring", text: "connecting" });
        connection = await nats.connect({
            servers: url.split(","),
            name: "${name}",
            user: env.get("NATS_USER") || undefined,
            pass: env.get("NATS_PASSWORD") || undefined,
            tls: url.startsWith("tls:") ? {} : undefined,
            // Connecting again is done below: what was under way then has failed at once, and is not sent late.
            reconnect: false,
            timeout: 5000,
            pingInterval: 10000,
        });
        if (ended) return;
        const manager = await jetstream.jetstreamManager(connection);
        // As it is found, if somebody has made it with other bounds.
        const stream = (config) =>
            manager.streams.info(config.name).catch(() => manager.streams.add({ storage: "file", ...config }));
        await stream({
            name: "${STREAM}",
            subjects: ["${LINES}.>"],
            retention: "workqueue",
            discard: "new",
            max_bytes: 1024 ** 3,
        });
        const client = jetstream.jetstream(connection);
        ${work}
    } catch (error) {
        if (!ended) node.status({ fill: "red", shape: "ring", text: "no JetStream" });
        if (!ended && context.get("told") !== error.message) node.warn("JetStream: " + error.message);
        // The same reason is told once.
        context.set("told", error.message);
    } finally {
        context.set("use", undefined);
        await connection?.close().catch(() => undefined);
        if (!ended) setTimeout(stayConnected, 1000);
    }
};
context.set("end", () => {
    ended = true;
    connection?.close().catch(() => undefined);
});
// Not awaited: messages that come before there is a connection must fail at once.
stayConnected();`;

const CONNECT_COLLECTOR = keepConnected(
  "genesys collector",
  `context.set("use", async (lines) => {
            // A message is at most 1 MB in a server that was not told otherwise.
            const size = (line) => Buffer.byteLength(JSON.stringify(line)) + 1;
            for (let from = 0, to = 0; from < lines.length; from = to) {
                let room = connection.info.max_payload - 2;
                do room -= size(lines[to++]);
                while (to < lines.length && room >= size(lines[to]));
                await client.publish("${LINES}.collector-1", JSON.stringify(lines.slice(from, to)), { timeout: 10000 });
            }
        });
        context.set("told", undefined);
        node.status({ fill: "green", shape: "dot", text: "connected" });
        // The buffer need not wait until its next try.
        node.send({ topic: "wal/replay" });
        await connection.closed();`,
);

const TO_STREAM = `const { wal, payload } = msg;
if (!wal || !Array.isArray(payload)) return null;
const lines = payload.length;
const publish = context.get("use");
try {
    if (!publish) throw new Error("JetStream is away");
    await publish(payload);
    return { wal, influx: { status: "written", lines, rejected: 0 } };
} catch (error) {
    return { wal, influx: { status: "failed", lines }, error: { message: error.message, code: "jetstream" } };
}`;

const CONNECT_WRITER = keepConnected(
  "genesys writer",
  `await stream({ name: "${REJECTED_STREAM}", subjects: ["${REJECTED}.>"], max_bytes: 100 * 1024 ** 2 });
        await manager.consumers.info("${STREAM}", "${CONSUMER}").catch(() =>
            manager.consumers.add("${STREAM}", {
                durable_name: "${CONSUMER}",
                ack_policy: "explicit",
                // One record at a time, also when it comes again: an old value never overtakes a newer one.
                max_ack_pending: 1,
                ack_wait: ${ACK_WAIT_S} * 1e9,
            }),
        );
        const consumer = await client.consumers.get("${STREAM}", "${CONSUMER}");
        context.set("told", undefined);
        node.status({ fill: "green", shape: "dot", text: "connected" });
        const gone = connection.closed().then(() => { throw new Error("connection lost"); });
        gone.catch(() => undefined);
        const session = RED.util.generateId();
        let suspect;
        while (!ended) {
            const message = await Promise.race([gone, consumer.next({ expires: 30000 })]);
            if (!message) continue;
            const record = session + message.seq;
            const outcome = new Promise((resolve) => {
                context.set("use", (msg) => { if (msg.jetstream === record) resolve(msg); });
                // A writer that was deployed anew meanwhile has forgotten this record.
                setTimeout(() => resolve({ influx: { status: "failed" } }), 120000);
            });
            // JetStream waits on, as long as somebody works on it.
            const working = setInterval(() => message.working(), ${ACK_WAIT_S * 1_000} / 3);
            const lines = message.json();
            // Refused as a whole: are the lines at fault, or the settings? Shows beside a line that is right for certain.
            if (message.seq === suspect) lines.push("${PROBE}");
            node.send({ payload: lines, jetstream: record, flush: true });
            try {
                const { influx, payload, error } = await Promise.race([gone, outcome]);
                if (influx.status === "written") {
                    for (const { at, message: reason } of influx.rejections ?? [])
                        await client.publish("${REJECTED}.writer", JSON.stringify({ reason, lines: at.map((i) => payload[i]) }));
                    message.ack();
                    node.status({ fill: "green", shape: "dot", text: "written" });
                } else {
                    if (influx.refused) suspect = message.seq;
                    const waitMs = Math.min(1000 * 2 ** Math.min(message.info.deliveryCount - 1, 6), 60000);
                    message.nak(influx.retryAfterMs ?? waitMs);
                    node.status({ fill: "yellow", shape: "ring", text: "InfluxDB: " + (error?.code ?? "failed") });
                }
            } finally {
                clearInterval(working);
            }
        }`,
);

/** The writer's outcome of the record that is under way. */
const SETTLE = `context.get("use")?.(msg);
return null;`;
