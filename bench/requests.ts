// Requests per cycle of a middle-sized organisation. Not in the table.
//   npm run build && node --import tsx bench/requests.ts
import { startGenesysSimulator } from "../demo/simulators/genesys/server";
import { AGENT, clientOf, genesys, partsOf, QUEUE } from "./support/polling";

async function main(): Promise<void> {
  const simulator = await startGenesysSimulator({ queues: 200, agents: 500 });
  const client = clientOf(simulator);
  const parts = partsOf(client);
  const pollers = {
    "queues by interval": genesys.queuePoller({ ...QUEUE, query: "aggregates" }, parts),
    "queues live": genesys.queuePoller({ ...QUEUE, query: "observations" }, parts),
    "agents live": genesys.agentPoller({ ...AGENT, query: "activity" }, parts),
    "agents by interval": genesys.agentPoller({ ...AGENT, query: "aggregates" }, parts),
  };
  const cycle = async (): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const [name, poller] of Object.entries(pollers)) {
      const before = simulator.requests.length;
      await poller.poll({}, () => undefined);
      counts[name] = simulator.requests.length - before;
    }
    return counts;
  };
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
  const first = await cycle();
  const later = await cycle();
  console.log("requests per cycle, 200 queues and 500 agents:", later, "in all", sum(later));
  console.log(`first cycle, with token and names: ${sum(first)}; at 30 s: ${sum(later) * 2} a minute of 300`);
  await client.close();
  await simulator.close();
}

void main();
