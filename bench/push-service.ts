import { startGenesysSimulator } from "../demo/simulators/genesys/server";

/**
 * Runs a simulated Genesys Cloud of any size in a process of its own. Sends as many events as asked for, whole statuses
 * of agents and counts of queues, on all subscribed channels. Sends its parent the address, and every second how many
 * events were sent and requests answered.
 *
 * @argument queues, agents, events a second
 */
const [queues = 5_000, agents = 10_000, perSecond = 1_000] = process.argv.slice(2).map(Number);

async function main(): Promise<void> {
  const simulator = await startGenesysSimulator({ queues, agents, notifications: { events: false } });
  const { organisation, notifications, requests } = simulator;
  let sent = 0;
  let due = 0;
  let last = Date.now();
  /** Topics with the channel that they are on; read anew once in a while, as channels come and go. */
  let topics: { name: string; id: string; of: "queue" | "user"; send: (event: unknown) => void }[] = [];
  const send = () => {
    const { name, id, of, send: out } = topics[Math.floor(Math.random() * topics.length)]!;
    const at = new Date().toISOString();
    const eventBody = of === "queue" ? queueBody(id, at) : agentBody(id, at);
    out({ topicName: name, version: "2", eventBody });
    sent++;
  };
  const queueBody = (queueId: string, at: string) => ({
    group: { queueId, mediaType: "voice" },
    data: [
      {
        interval: `${at}/${at}`,
        metrics: ["oWaiting", "oInteracting", "oAlerting"].map((metric) => ({
          metric,
          stats: { count: Math.floor(Math.random() * 9) },
        })),
      },
    ],
  });
  const agentBody = (id: string, at: string) => ({
    id,
    routingStatus: { status: Math.random() < 0.5 ? "IDLE" : "INTERACTING", startTime: at },
    presence: {
      presenceDefinition: { id: organisation.presenceIds("ON_QUEUE")[0], systemPresence: "ON_QUEUE" },
      modifiedDate: at,
    },
  });
  setInterval(() => {
    const now = Date.now();
    due = topics.length > 0 ? due + ((now - last) / 1_000) * perSecond : 0;
    for (; due >= 1; due--) send();
    last = now;
  }, 20);
  setInterval(() => {
    topics = notifications.channels.all.flatMap(({ connection, subscriptions }) =>
      connection?.open
        ? subscriptions
            .flatMap((subscription) => subscription.topics)
            .filter(({ suffix, of }) => of === "user" || suffix === "observations")
            .map(({ name, id, of }) => ({ name, id, of, send: (event) => connection.event(event) }))
        : [],
    );
    process.send?.({ sent, requests: requests.filter(({ path }) => path.startsWith("/api/")).length });
  }, 1_000);
  const { url, clientId, clientSecret } = simulator;
  process.send?.({ url, clientId, clientSecret });
}

process.on("disconnect", () => process.exit());
void main();
