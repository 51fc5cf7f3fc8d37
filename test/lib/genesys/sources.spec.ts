import assert from "node:assert/strict";
import type { PollAnswer } from "../../../lib/genesys/poll/poller";
import { AGENT_QUERIES, kindOfQuery, QUEUE_QUERIES } from "../../../lib/terms/queries";
import { ask, askAll, closeAll, pollSetup as setup } from "./support";

const groups = (answer: PollAnswer) => answer.rows.map(({ group }) => group as Record<string, string>);
const idsOf = (answer: PollAnswer, key: string) => new Set(groups(answer).map((group) => group[key]));

describe("what polls bring", () => {
  afterEach(closeAll);

  it("every query: complete, of its kind, with rows", async () => {
    const { queues, agents } = await setup();
    const polls = [
      ...QUEUE_QUERIES.map((query) => ["genesys-queue-poll", query, queues({ query })] as const),
      ...AGENT_QUERIES.map((query) => ["genesys-agent-poll", query, agents({ query })] as const),
    ];
    for (const [type, query, poller] of polls) {
      const [{ kind, complete, rows }] = (await askAll(poller)) as [PollAnswer];
      assert.deepEqual({ kind, complete }, { kind: kindOfQuery(type, query), complete: true });
      assert.ok(rows.length > 0, query);
    }
  });

  it("queues by interval: the open bucket and two whole ones, by queue and media type, with names", async () => {
    const { queues, calls } = await setup();
    const answer = await ask(queues({}));
    assert.equal(answer.kind, "queue-aggregates");
    assert.equal(answer.complete, true);
    assert.equal(new Date(answer.interval!.start).toISOString(), "2026-11-22T09:00:00.000Z");
    assert.equal(new Date(answer.interval!.end).toISOString(), "2026-11-22T10:30:00.000Z");
    assert.equal(idsOf(answer, "queueId").size, 12);
    assert.ok(groups(answer).every(({ queueName, mediaType }) => queueName && mediaType));
    const { body } = calls(/aggregates/)[0]! as { body: { filter: unknown } };
    assert.match(
      JSON.stringify(body.filter),
      /^{"type":"and","clauses":\[{"type":"or","predicates":\[{"type":"dimension"/,
    );
  });

  it("queues live: both kinds of groups, with the organisation's presences", async () => {
    const { queues } = await setup();
    const answer = await ask(queues({ query: "observations" }));
    assert.equal(answer.kind, "queue-observations");
    assert.equal(answer.interval, undefined);
    assert.ok(groups(answer).some(({ mediaType }) => mediaType === undefined));
    assert.ok(groups(answer).some(({ mediaType }) => mediaType === "voice"));
    assert.ok(groups(answer).every(({ queueName }) => queueName));
    assert.ok(answer.mappings!["ON_QUEUE"]!.length > 0);
  });

  it("media types and further dimensions as chosen", async () => {
    const { queues } = await setup();
    const byInterval = await ask(queues({ mediaTypes: ["voice"], groupBy: ["direction"] }));
    assert.deepEqual([...idsOf(byInterval, "mediaType")], ["voice"]);
    assert.ok([...idsOf(byInterval, "direction")].includes("inbound"));
    const live = await ask(queues({ query: "observations", mediaTypes: ["voice"] }));
    assert.deepEqual(idsOf(live, "mediaType"), new Set([undefined, "voice"]));
    assert.throws(() => queues({ groupBy: ["ani"] }), /groupBy ani is not offered, .*personal data/);
  });

  it("agents live: page by page, everybody once, with names", async () => {
    const { agents, calls } = await setup({ agents: 450 });
    const answer = await ask(agents({}));
    assert.equal(answer.kind, "agent-activity");
    assert.equal(answer.rows.length, 450);
    assert.equal(idsOf(answer, "userId").size, 450);
    assert.ok(groups(answer).every(({ userName }) => userName));
    assert.equal(calls(/activity/).length, 3);
    const { entities } = answer.rows[0] as { entities: Record<string, string>[] };
    assert.ok(entities[0]!["routingStatus"] && entities[0]!["systemPresence"]);
  });

  it("agents by interval: in parts of at most 100", async () => {
    const { agents, calls } = await setup({ agents: 230 });
    const answer = await ask(agents({ query: "aggregates" }));
    assert.equal(answer.kind, "agent-aggregates");
    assert.equal(idsOf(answer, "userId").size, 230);
    assert.equal(calls(/users\/aggregates/).length, 3);
    assert.ok(answer.mappings!["ON_QUEUE"]);
    assert.ok(groups(answer).every(({ userName }) => userName));
  });

  it("agents chosen by name, by wildcard, and by queue", async () => {
    const { agents, simulator } = await setup();
    const { organisation } = simulator;
    const [first] = organisation.agents();
    const named = await ask(agents({ agents: [first!.name] }));
    assert.ok(idsOf(named, "userId").has(first!.id));
    const [queue] = organisation.queues();
    const members = new Set(organisation.members(queue!).map(({ id }) => id));
    assert.deepEqual(idsOf(await ask(agents({ queues: [queue!.name] })), "userId"), members);
    assert.deepEqual(
      idsOf(await ask(agents({ query: "aggregates", queues: [queue!.id] })), "userId"),
      members,
    );
    const [member] = members;
    const both = await ask(agents({ query: "aggregates", queues: [queue!.id], agents: [member!] }));
    assert.deepEqual([...idsOf(both, "userId")], [member]);
  });

  it("5,000 queues: in parts of at most 200, merged into one answer", async () => {
    const { queues, calls } = await setup({ queues: 5_000, agents: 10 });
    const live = await ask(queues({ query: "observations" }));
    assert.equal(idsOf(live, "queueId").size, 5_000);
    assert.equal(calls(/observations/).length, 25);
    assert.ok(calls(/./).every(({ bytes, status }) => bytes <= 512_000 && status === 200));
  });

  it("halves what is too large for one answer, and asks for less from then on", async () => {
    const roomy = await setup({ queues: 40 });
    const { queues, calls } = await setup({ queues: 40 }, { maxBytes: 60_000 });
    const poller = queues({});
    const answer = await ask(poller);
    assert.equal(answer.complete, true);
    assert.deepEqual(idsOf(answer, "queueId"), idsOf(await ask(roomy.queues({})), "queueId"));
    const first = calls(/aggregates/).length;
    await ask(poller);
    assert.ok(calls(/aggregates/).length - first < first);
  });

  it("media types are taken in any case and by their usual names; others are refused by name", async () => {
    const { queues } = await setup();
    const { rows } = await ask(queues({ mediaTypes: ["Voice", "call"], metrics: ["nOffered"] }));
    assert.deepEqual(
      new Set(rows.map(({ group }) => (group as Record<string, string>)["mediaType"])),
      new Set(["voice"]),
    );
    assert.throws(() => queues({ mediaTypes: ["fax"] }), /mediaTypes "fax" is unknown: use voice, callback/);
  });

  describe("choosing queues", () => {
    it("resolves names and wildcards, whatever their case, and reports by name what does not resolve", async () => {
      const { queues, simulator, warnings } = await setup();
      const [one, two] = simulator.organisation.queues();
      const poller = queues({
        queues: [one!.name.toUpperCase(), `${two!.name.slice(0, -1)}*`, "No Such Queue"],
      });
      for (let i = 0; i < 3; i++) {
        const ids = idsOf(await ask(poller), "queueId");
        assert.ok(ids.has(one!.id) && ids.has(two!.id));
      }
      assert.deepEqual(warnings, [
        `queue "No Such Queue": no such queue, or the OAuth client's divisions hide it`,
      ]);
    });

    it("reports a queue that the client's divisions hide", async () => {
      const { queues, simulator, warnings } = await setup();
      const all = simulator.organisation.queues();
      const hidden = all.find(({ division }) => division.name !== all[0]!.division.name)!;
      simulator.hidden.add(hidden.division.name);
      await ask(queues({ query: "observations", queues: [all[0]!.id, hidden.id, hidden.name] }));
      assert.equal(warnings.length, 1);
      assert.ok(warnings[0]!.includes(hidden.id) && warnings[0]!.includes(`"${hidden.name}"`));
    });

    it("fails in words when nothing resolves, and never asks for all instead", async () => {
      const { queues, calls } = await setup();
      await assert.rejects(
        ask(queues({ queues: ["Nope", "Nix*"] })),
        /none of the chosen queues exists.*Nope, Nix\*/,
      );
      assert.equal(calls(/analytics/).length, 0);
    });

    it("works with ids alone where lists are not permitted; names are then reported", async () => {
      const { queues, simulator, warnings } = await setup({
        missingPermissions: ["routing:queue:view", "routing:queue:search"],
      });
      const [one] = simulator.organisation.queues();
      const answer = await ask(queues({ queues: [one!.id, "Sales"] }));
      assert.deepEqual([...idsOf(answer, "queueId")], [one!.id]);
      assert.ok(groups(answer).every((group) => !("queueName" in group)));
      assert.match(warnings[0]!, /"Sales" cannot be looked up by name .*routing:queue:view/);
      const all = await ask(queues({}));
      assert.equal(idsOf(all, "queueId").size, 12);
      await assert.rejects(
        ask(queues({ query: "observations" })),
        /live state of all queues needs their list.*routing:queue:view/,
      );
    });

    it("uses the other permission for the list of queues where only that is there", async () => {
      const { queues } = await setup({ missingPermissions: ["routing:queue:view"] });
      assert.ok(groups(await ask(queues({ query: "observations" }))).every(({ queueName }) => queueName));
    });
  });

  describe("names", () => {
    it("do not fail a poll when they cannot be had", async () => {
      const { agents, simulator, clock, warnings, infos } = await setup();
      simulator.faults.add({ kind: "403", match: /users$/, permission: "directory:user:view" });
      const poller = agents({});
      const answer = await ask(poller);
      assert.equal(answer.rows.length, 40);
      assert.equal(answer.complete, true);
      await ask(poller);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /userNames cannot be read, ids are used: .*directory:user:view/);
      simulator.faults.clear();
      await clock.advance(600_000);
      assert.ok(groups(await ask(poller)).every(({ userName }) => userName));
      assert.deepEqual(infos, ["userNames can be read again"]);
    });
  });
});
