import { Flow, type FlowNode, GENESYS_ID } from "./flow";
import { addConnections, code, health, keepAndWrite, ticks, withVariables } from "./parts";

/** The official client of Redis; Node-RED fetches it when the flow is deployed. */
export const REDIS_CLIENT = "redis";
const EVERY_S = 30;

/**
 * The same flow on two machines: each tick is claimed in Redis, and only the machine with the claim polls. There is no
 * election, and no clock is compared: a claim ends by itself a little before the next tick.
 */
export function twoPollers(): FlowNode[] {
  const flow = new Flow("aec", "Two pollers");
  flow.comment(
    "Two pollers: the same flow on two machines, one of them polls each tick",
    withVariables(
      `Import it on both machines, unchanged. \`REDIS_URL\` is the Redis that both reach (\`redis://localhost:6379\`; \`rediss://user:password@host:6380\` with login and TLS). It needs no disk: it holds a few words.\n\n- Each tick is claimed. The one that gets it polls, the other does nothing; when one is gone, the other polls at its next tick.\n- Which buckets are settled is shared once InfluxDB has confirmed them, so one that takes over after hours leaves no gap and asks nothing twice. Both must ask the same: the same queues, metrics and granularity.\n- A poller that is stale or failed claims for a moment only, so that a healthy one comes first.\n- While Redis is away, both poll: every figure is written twice and stored once.\n\nThe one that rests is *stale* in its own \`/health\`: watch both as one, see \`ops/README.md\`. Another poll: give its tick a topic of its own and the claim an output more.`,
    ),
  );
  const polls = [
    { topic: "queues", type: "genesys-queue-poll", y: 140 },
    { topic: "agents", type: "genesys-agent-poll", y: 200 },
  ] as const;
  const state = flow.node("collector-health", [310, 170], { name: "how am I?" });
  const claim = flow.node("function", [470, 170], { ...claimTick(), outputs: polls.length }, polls.length);
  const answers = flow.linkOut("answers", [840, 170]);
  flow.wire(state, claim);
  const rows = polls.map(({ topic, type, y }, index) => {
    const tick = ticks(flow, EVERY_S, y, index + 1);
    Object.assign(tick, {
      topic,
      props: [{ p: "topic", vt: "str" }, { p: "every", v: String(EVERY_S), vt: "num" }],
    });
    const poll = flow.node(type, [660, y], { genesys: GENESYS_ID, query: "aggregates" });
    flow.wire(tick, state);
    flow.wire(claim, poll, index);
    flow.wire(poll, answers);
    return [tick, poll];
  });
  flow.group("Claim the tick, then poll", [...rows.flat(), state, claim, answers]);
  const came = flow.linkIn("answers", [110, 340]);
  const encode = flow.node("genesys-to-lineprotocol", [330, 310]);
  const note = flow.node("function", [330, 370], { ...code("how far it is settled", NOTE), outputs: 0 }, 0);
  const out = flow.linkOut("lines", [800, 310]);
  flow.link(answers, came);
  flow.wire(came, encode);
  flow.wire(came, note);
  flow.wire(encode, out);
  flow.group("Encode", [came, encode, note, out]);
  const { lines } = keepAndWrite(flow, 480);
  flow.link(out, lines);
  health(flow, 660);
  addConnections(flow);
  return flow.nodes();
}

const claimTick = () => ({
  ...code("claim this tick", CLAIM),
  initialize: CONNECT,
  finalize: `context.get("end")?.();`,
  libs: [{ var: "redis", module: REDIS_CLIENT }],
});

const CONNECT = `const client = redis.createClient({
    url: env.get("REDIS_URL") || "redis://localhost:6379",
    // While there is no connection, a command fails at once.
    disableOfflineQueue: true,
    socket: { connectTimeout: 5000, reconnectStrategy: (tries) => Math.min(200 * tries, 2000) },
});
let told;
client.on("error", (error) => {
    node.status({ fill: "yellow", shape: "ring", text: "no Redis: polls" });
    if (told !== error.message) node.warn("Redis: " + error.message);
    told = error.message;
});
client.on("ready", () => {
    told = undefined;
    node.status({ fill: "green", shape: "dot", text: "connected" });
});
context.set("command", (...words) => {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error("no answer within 3 s")), 3000);
    });
    return Promise.race([client.sendCommand(words.map(String)), late]).finally(() => clearTimeout(timer));
});
// How far the other one was, by topic, when it was last looked.
context.set("seen", {});
context.set("end", () => client.destroy());
// Not awaited: ticks that come before there is a connection must not wait for it.
client.connect().catch(() => undefined);`;

const CLAIM = `const { topic, every, payload: state } = msg;
const command = context.get("command");
const outputs = ["queues", "agents"].map((name) => (name === topic ? { topic } : null));
const mine = outputs.find((output) => output !== null);
if (!mine) throw new Error("no output for the topic " + topic);
try {
    const healthy = state.status !== "stale" && state.status !== "failed";
    const holdMs = Math.round(every * (healthy ? 900 : 100));
    const claimed = await command("SET", "genesys:tick:" + topic, "taken", "NX", "PX", holdMs);
    if (!claimed) {
        node.status({ fill: "grey", shape: "dot", text: "the other one polls" });
        return null;
    }
    // What I settled counts for the other one when it is in InfluxDB: what still waits here came later.
    const told = flow.get("settled-" + topic) ?? [];
    const oldest = Date.now() - (state.wal_pending > 0 ? 1000 * state.wal_oldest_age_s : 0);
    const sure = told.findLast(({ at }) => at + 5000 < oldest);
    const seen = context.get("seen");
    let shared = (await command("HGET", "genesys:settled", topic)) ?? "{}";
    if (seen[topic] !== shared) {
        // The other one's word comes first: what I told was said without knowing it.
        flow.set("settled-" + topic, undefined);
    } else if (sure) {
        shared = JSON.stringify(sure.settled);
        await command("HSET", "genesys:settled", topic, shared);
        flow.set("settled-" + topic, told.slice(told.indexOf(sure) + 1));
    }
    context.set("seen", { ...seen, [topic]: shared });
    Object.assign(mine, JSON.parse(shared));
    node.status({ fill: "green", shape: "dot", text: "polls" });
} catch (error) {
    // Rather asked twice than not at all.
    node.status({ fill: "yellow", shape: "ring", text: "no Redis: polls" });
}
return outputs;`;

const NOTE = `const { settledUntil, query: settledQuery } = msg.genesys ?? {};
const told = flow.get("settled-" + msg.topic) ?? [];
const last = told.at(-1)?.settled;
if (settledUntil && (last?.settledUntil !== settledUntil || last.settledQuery !== settledQuery)) {
    told.push({ at: Date.now(), settled: { settledUntil, settledQuery } });
    flow.set("settled-" + msg.topic, told);
}`;
