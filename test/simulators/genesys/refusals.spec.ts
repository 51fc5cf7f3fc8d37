import assert from "node:assert/strict";
import type { GenesysSimulator } from "../../../demo/simulators/genesys/server";
import { startGenesysSimulator } from "../../../demo/simulators/genesys/server";
import { FakeClock } from "../../support/fake-clock";
import { or, questionsTo, rowsOf } from "../../support/genesys-questions";
import type { Questions } from "../../support/genesys-questions";

describe("Genesys simulator: what it refuses", () => {
  let simulator: GenesysSimulator;
  let ask: Questions;

  before(async () => {
    simulator = await startGenesysSimulator({ clock: new FakeClock() });
    ask = await questionsTo(simulator);
  });
  after(() => simulator.close());
  afterEach(() => {
    simulator.missing.clear();
    simulator.hidden.clear();
  });

  const conversations = "conversations/aggregates/query";
  const live = "queues/observations/query";
  const users = "users/aggregates/query";
  const ids = (n: number) => Array.from({ length: n }, (_, i) => `${i}`);
  const deep = { type: "and", clauses: [{ type: "or", clauses: [] }] };
  const refused: [string, string, () => unknown, string][] = [
    ["over 200 queues live", live, () => ask.observation({ filter: or("queueId", ids(201)) }), "bad.request"],
    ["over 100 users", users, () => ask.userAggregates({ filter: or("userId", ids(101)) }), "bad.request"],
    [
      "over 300 queues",
      conversations,
      () => ask.aggregates({ filter: or("queueId", ids(301)) }),
      "bad.request",
    ],
    [
      "a filter without a type",
      conversations,
      () => ask.aggregates({ filter: { predicates: [] } }),
      "invalid.value",
    ],
    ["three levels", conversations, () => ask.aggregates({ filter: deep }), "invalid.property"],
    ["an unknown dimension", conversations, () => ask.aggregates({ groupBy: ["queue"] }), "invalid.value"],
    ["an unknown metric", conversations, () => ask.aggregates({ metrics: ["nCalls"] }), "invalid.value"],
    [
      "a metric that is listed but not served",
      conversations,
      () => ask.aggregates({ metrics: ["nOffered", "nConversations"] }),
      "bad.request",
    ],
    ["no metrics", conversations, () => ask.aggregates({ metrics: [] }), "constraint.validation"],
    ["no interval", conversations, () => ask.aggregates({ interval: undefined }), "constraint.validation"],
    [
      "a bad date",
      conversations,
      () => ask.aggregates({ interval: "2026-11-22/2026-11-23" }),
      "invalid.date",
    ],
    [
      "a granularity that is none",
      conversations,
      () => ask.aggregates({ granularity: "30 minutes" }),
      "invalid.value",
    ],
    [
      "a granularity that is too fine",
      conversations,
      () => ask.aggregates({ granularity: "PT10S" }),
      "bad.request",
    ],
    ["a time zone that is none", conversations, () => ask.aggregates({ timeZone: "Mars" }), "invalid.value"],
    [
      "a conversation metric of users",
      users,
      () => ask.userAggregates({ metrics: ["tHandle"] }),
      "invalid.value",
    ],
    [
      "live queues without a queue",
      live,
      () => ask.observation({ filter: or("mediaType", ["voice"]) }),
      "bad.request",
    ],
    ["unknown fields", live, () => ask.observation({ groupBy: ["queueId"] }), "invalid.property"],
  ];
  for (const [name, path, body, code] of refused) {
    it(`refuses ${name}`, async () => {
      const answer = await ask.post(path, body());
      assert.deepEqual([answer.status, (answer.body as { code: unknown }).code], [400, code], answer.text);
    });
  }

  it("takes 300 queues, and no body over 512,000 bytes", async () => {
    assert.equal(
      (await ask.post(conversations, ask.aggregates({ filter: or("queueId", ids(300)) }))).status,
      200,
    );
    assert.equal(
      (await ask.post(conversations, ask.aggregates({ timeZone: "x".repeat(512_000) }))).status,
      413,
    );
  });

  it("refuses missing permissions by name", async () => {
    simulator.missing.add("analytics:userAggregate:view");
    const { status, body } = await ask.post(users, ask.userAggregates());
    const { code, message } = body as Record<string, unknown>;
    assert.deepEqual([status, code], [403, "missing.permissions"]);
    assert.match(String(message), /\[analytics:userAggregate:view\]$/);
  });

  it("hides queues of divisions that the client's roles do not reach, without a word", async () => {
    simulator.hidden.add("Sales");
    const seen = simulator.organisation.queues().filter(({ division }) => division.name !== "Sales");
    const seenIds = new Set(seen.map(({ id }) => id));
    const { body } = await ask.get("routing/queues?pageSize=100");
    assert.equal((body as { total: number }).total, seen.length);
    const { body: now } = await ask.post(live, ask.observation());
    assert.deepEqual(new Set(rowsOf(now).map(({ group }) => group["queueId"])), seenIds);
    const { body: past } = await ask.post(conversations, ask.aggregates({ filter: undefined }));
    assert.ok(rowsOf(past).every(({ group }) => seenIds.has(group["queueId"] ?? "")));
  });
});
