import assert from "node:assert/strict";
import type { PollAnswer } from "../../../lib/genesys/poll/poller";
import { ask, closeAll, pollSetup } from "./support";

interface Row {
  readonly data: { readonly metrics: { metric: string; stats: Record<string, number> }[] }[];
}

const groupsOf = ({ rows }: PollAnswer) => rows.map(({ group }) => group as Record<string, string>);

describe("agent performance", function () {
  afterEach(closeAll);

  it("sums over agents equal the totals of queues, but for what belongs to the queue alone", async () => {
    const { agents, queues } = await pollSetup();
    const ofAgents = [
      "tAnswered",
      "tHandle",
      "tTalkComplete",
      "tHeldComplete",
      "tAcw",
      "tAlert",
      "tNotResponding",
    ];
    const counts = ["nTransferred", "nBlindTransferred", "nConsultTransferred", "nConnected"];
    // Booked on the queue's leg, where no agent is: the trap that the help names.
    const ofQueues = ["nOffered", "tAbandon", "tWait", "tAcd", "oServiceLevel"];
    const metrics = [...ofAgents, ...counts, ...ofQueues];
    const byAgent = await ask(agents({ query: "performance", metrics }));
    const byQueue = await ask(queues({ metrics }));
    assert.equal(byAgent.kind, "agent-performance");
    const sum = ({ rows }: PollAnswer, metric: string, stat: string) =>
      (rows as unknown as Row[])
        .flatMap(({ data }) => data.flatMap((bucket) => bucket.metrics))
        .filter((entry) => entry.metric === metric)
        .reduce((total, { stats }) => total + (stats[stat] ?? 0), 0);
    for (const [names, stats] of [
      [ofAgents, ["count", "sum"]],
      [counts, ["count"]],
    ] as const) {
      for (const metric of names)
        for (const stat of stats)
          assert.equal(sum(byAgent, metric, stat), sum(byQueue, metric, stat), `${metric} ${stat}`);
    }
    assert.ok(sum(byQueue, "tHandle", "sum") > 0);
    assert.ok(sum(byQueue, "nOffered", "count") > 0);
    for (const metric of ofQueues) assert.equal(sum(byAgent, metric, "count"), 0, metric);
    assert.ok(groupsOf(byAgent).every(({ userName, queueName }) => userName && queueName));
  });

  it("agents are chosen by name and through queues; through queues only their work there is told", async () => {
    const { agents, simulator } = await pollSetup();
    const agent = simulator.organisation.agents().find((one) => one.index === 3)!;
    const answer = await ask(agents({ query: "performance", agents: [agent.id] }));
    assert.ok(groupsOf(answer).every(({ userId }) => userId === agent.id));
    const queue = simulator.organisation.queue(0);
    const there = groupsOf(await ask(agents({ query: "performance", queues: [queue.name] })));
    assert.ok(there.length > 0 && there.every(({ queueId }) => queueId === queue.id));
  });

  it("asks in parts of at most a hundred agents", async () => {
    const { agents, calls } = await pollSetup({ queues: 10, agents: 230 });
    const answer = await ask(agents({ query: "performance", lookback: 0, mediaTypes: ["Voice"] }));
    assert.equal(answer.complete, true);
    const asked = calls(/conversations\/aggregates/);
    assert.ok(asked.length >= 3 && asked.every(({ status }) => status === 200));
    assert.ok(groupsOf(answer).every(({ mediaType }) => mediaType === "voice"));
  });
});
