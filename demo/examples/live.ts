import { Flow, type FlowNode, GENESYS_ID } from "./flow";
import { addConnections, addGenesys, code, health, keepAndWrite, withVariables } from "./parts";
import { addBase, addGroup, addModule, addPageOf, text } from "./wallboard";

/** Queues and agents by push, every line on disk before it is sent. */
export function liveState(): FlowNode[] {
  const flow = new Flow("aac", "Live by push");
  flow.comment(
    "Queues and agents within a second of a change, without polling",
    withVariables(
      "Genesys Cloud pushes what changes; the two nodes send whole rows, which take the same path as those of the polls and become `genesys_queue_live` and `genesys_agent_live`. A button takes a snapshot at once; by themselves the nodes take one every five minutes, and after every lost connection.\n\nThe writer sends every second here, so that a change is stored within two.",
    ),
  );
  const now = flow.node("inject", [140, 170], button("snapshot now"));
  const encode = flow.node("genesys-to-lineprotocol", [600, 170]);
  const lines = flow.linkOut("lines", [800, 170]);
  const live = (["queues", "agents"] as const).map((source, index) => {
    const node = flow.node("genesys-live", [350, 140 + index * 60], { genesys: GENESYS_ID, source });
    flow.wire(now, node);
    flow.wire(node, encode);
    return node;
  });
  flow.wire(encode, lines);
  flow.group("Listen, and encode", [now, ...live, encode, lines]);
  flow.link(lines, keepAndWrite(flow, 340, { flushInterval: 1 }).lines);
  health(flow, 540);
  addConnections(flow);
  return flow.nodes();
}

const PAGE = "abcb000000000003";
const GROUPS = { now: "abcb000000000011", queues: "abcb000000000012", agents: "abcb000000000013" };

const QUEUES = `// A message holds the queues that changed; what is known of the others is kept.
const groups = context.get("groups") || {};
for (const row of msg.payload) groups[row.group.queueId + " " + (row.group.mediaType || "")] = row;
context.set("groups", groups);

let waiting = 0, interacting = 0, since = Infinity;
const byQueue = {};
for (const { group, data } of Object.values(groups)) {
    for (const { metric, stats } of data) {
        const count = stats.count || 0;
        if (metric === "oInteracting") interacting += count;
        // When the longest wait began, in milliseconds since the epoch.
        if (metric === "oLongestWaiting" && stats.calculatedMetricValue > 0) since = Math.min(since, stats.calculatedMetricValue);
        if (metric !== "oWaiting" || count === 0) continue;
        waiting += count;
        const name = group.queueName || group.queueId;
        byQueue[name] = (byQueue[name] || 0) + count;
    }
}
const seconds = since === Infinity ? 0 : Math.max(0, Math.round((Date.parse(msg.genesys.polledAt) - since) / 1000));
const longest = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0") + " min";
const busiest = Object.entries(byQueue).sort(([, a], [, b]) => b - a).slice(0, 8).map(([name, count]) => name + ": " + count);
return [{ payload: waiting }, { payload: interacting }, { payload: longest }, { payload: busiest.join(", ") || "nobody waits" }];`;

const AGENTS = `const WORDS = {
    INTERACTING: "with a customer",
    IDLE: "ready",
    COMMUNICATING: "on another call",
    NOT_RESPONDING: "not responding",
    OFF_QUEUE: "off queue",
};
// A message holds the agents whose status changed; what is known of the others is kept.
const agents = context.get("agents") || {};
for (const row of msg.payload) for (const agent of row.entities || []) agents[row.group.userId] = agent;
context.set("agents", agents);
const counts = {};
for (const { routingStatus, systemPresence } of Object.values(agents)) {
    if (routingStatus && systemPresence !== "OFFLINE") counts[routingStatus] = (counts[routingStatus] || 0) + 1;
}
const words = Object.keys(WORDS).filter((status) => counts[status]).map((status) => counts[status] + " " + WORDS[status]);
return { payload: words.join(", ") || "nobody is signed in" };`;

/** A wallboard of `@flowfuse/node-red-dashboard` that moves with every event. */
export function liveWallboard(): FlowNode[] {
  const flow = new Flow("abc", "Live wallboard");
  flow.comment(
    "A wallboard that moves with every event",
    "Needs the package `@flowfuse/node-red-dashboard` (1.31 or later), which the import dialog offers to install. Open `/dashboard/live` of Node-RED.\n\nGenesys Cloud pushes what changes, so that a new caller is on the wall within two seconds; nothing is polled, and nothing is written to InfluxDB here. It reads `GENESYS_BASE_URL`, `GENESYS_ENV_ID`, `GENESYS_CLIENT_ID` and `GENESYS_CLIENT_SECRET`; values in the config node win over them.\n",
  );
  const genesys = { genesys: GENESYS_ID };
  const queues = flow.node("genesys-live", [170, 180], { ...genesys, source: "queues" });
  const sums = flow.node("function", [420, 180], { ...code("who waits", QUEUES), outputs: 4 }, 4);
  const widgets = [
    text(flow, [750, 120], GROUPS.now, 1, "Waiting now"),
    text(flow, [750, 160], GROUPS.now, 2, "With an agent now"),
    text(flow, [750, 200], GROUPS.now, 3, "Longest wait now"),
    text(flow, [750, 240], GROUPS.queues, 1, ""),
  ];
  flow.wire(queues, sums);
  widgets.forEach((widget, port) => flow.wire(sums, widget, port));
  flow.group("Queues", [queues, sums, ...widgets]);

  const agents = flow.node("genesys-live", [170, 360], { ...genesys, source: "agents" });
  const words = flow.node("function", [420, 360], { ...code("who does what", AGENTS), outputs: 1 });
  const widget = text(flow, [750, 360], GROUPS.agents, 1, "");
  flow.wire(agents, words);
  flow.wire(words, widget);
  flow.group("Agents", [agents, words, widget]);

  health(flow, 500);
  addGenesys(flow);
  addBase(flow);
  addPageOf(flow, PAGE, "Live", "/live", 2);
  addGroup(flow, GROUPS.now, PAGE, "Now", 4, 1);
  addGroup(flow, GROUPS.queues, PAGE, "Waiting by queue", 8, 2);
  addGroup(flow, GROUPS.agents, PAGE, "Agents", 12, 3);
  addModule(flow);
  return flow.nodes();
}

function button(name: string): Record<string, unknown> {
  return {
    ...{ name, props: [{ p: "payload" }], repeat: "", crontab: "", once: false },
    ...{ onceDelay: 0.1, topic: "", payload: "", payloadType: "date" },
  };
}
