import assert from "node:assert/strict";
import { empty, withoutFirst, wrongPageCount } from "../../../demo/simulators/genesys/odd-answers";
import { Directory } from "../../../lib/genesys/names/directory";
import { listRequestsPerHour } from "../../../lib/genesys/names/list-ages";
import { namesIn, USERS } from "../../../lib/genesys/names/lists";
import type { PollAnswer } from "../../../lib/genesys/poll/poller";
import { ask, closeAll, pollSetup, simulated, until } from "./support";
import { settle } from "../../support/fake-clock";

const MINUTE = 60_000;
const idsOf = ({ rows }: PollAnswer, key: string) =>
  new Set(rows.map(({ group }) => (group as Record<string, string>)[key]!));

describe("lists of queues and agents", function () {
  // Much work for a busy machine.
  this.timeout(120_000);
  afterEach(closeAll);

  it("a queue that is opened while polls run is asked within minutes", async () => {
    const { queues, simulator, clock, calls } = await pollSetup();
    const poller = queues({ query: "observations" });
    await ask(poller);
    await clock.advance(MINUTE);
    const { id } = simulator.organisation.addQueue("Pop-up", clock.now());
    let minutes = 1;
    while (!idsOf(await ask(poller), "queueId").has(id)) {
      await clock.advance(MINUTE);
      await settle(20);
      assert.ok(++minutes <= 5, "five minutes later");
    }
    const sizes = calls(/routing\/queues/).map(({ query }) => new URLSearchParams(query).get("pageSize"));
    assert.deepEqual(sizes, ["100", "1", "100"]);
  });

  it("a queue that takes the place of a deleted one is found with the whole list", async () => {
    const { queues, simulator, clock } = await pollSetup();
    const poller = queues({ query: "observations" });
    await ask(poller);
    simulator.organisation.remove(simulator.organisation.queue(3).id, clock.now());
    const { id } = simulator.organisation.addQueue("Pop-up", clock.now());
    let minutes = 0;
    while (!idsOf(await ask(poller), "queueId").has(id)) {
      await clock.advance(MINUTE);
      await settle(20);
      assert.ok(++minutes <= 11, "eleven minutes later");
    }
  });

  it("costs little where nothing changes: a look in three minutes, the list every ten", async () => {
    const { client, simulator, clock } = await simulated({ queues: 250 });
    const { queues } = new Directory(client);
    for (let second = 0; second < 3_600; second += 30) {
      await queues.get();
      await settle(10);
      await clock.advance(30_000);
    }
    await until(() => simulator.requests.every(({ status }) => status === 200));
    const lists = simulator.requests
      .filter(({ path }) => path.includes("queues"))
      .map(({ query }) => new URLSearchParams(query).get("pageSize"));
    assert.equal(lists.filter((size) => size === "100").length, 6 * 3);
    assert.equal(lists.filter((size) => size === "1").length, 6 * 2);
    assert.equal(listRequestsPerHour(250), 6 * 5);
  });

  it("a list that cannot be read again leaves the old one, and tells nothing until it lasts", async () => {
    const { queues, simulator, clock, warnings } = await pollSetup();
    const poller = queues({ query: "observations" });
    await ask(poller);
    simulator.faults.add({ kind: "500", match: /routing/ });
    await clock.advance(11 * MINUTE);
    const answer = await ask(poller);
    assert.equal(idsOf(answer, "queueId").size, 12);
    assert.equal(answer.complete, true);
    assert.deepEqual(warnings, []);
  });

  it("is read to its end, whatever it says about its pages", async () => {
    for (const claimed of [1, 1_000_000]) {
      const { queues, simulator } = await pollSetup({ queues: 350, agents: 5 });
      simulator.faults.add({ kind: "changed", match: /routing\/queues/, change: wrongPageCount(claimed) });
      assert.equal(idsOf(await ask(queues({ query: "observations" })), "queueId").size, 350);
    }
  });

  it("more than 500 queues are there with the other permission, too", async () => {
    const { queues } = await pollSetup({
      queues: 720,
      agents: 5,
      missingPermissions: ["routing:queue:view"],
    });
    assert.equal(idsOf(await ask(queues({ query: "observations" })), "queueId").size, 720);
  });

  it("users beyond those that the list gives are named as missing, the others are polled", async () => {
    const { agents, simulator, warnings } = await pollSetup({ queues: 5, agents: 450 });
    simulator.limits.listedUsers = 200;
    const answer = await ask(agents({ query: "aggregates" }));
    assert.equal(idsOf(answer, "userId").size, 200);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /users: the list ends after 200 of 450 entries.*not polled.*out of range/);
  });

  // The service's own bound is 10,000; what counts is that it is a whole number of pages.
  for (const [users, missing] of [
    [299, 0],
    [300, 0],
    [301, 1],
  ] as const) {
    it(`${users} users where a list ends after 300: ${missing} missing, whatever is said of pages`, async () => {
      for (const claimed of [undefined, 1, 4, 1_000]) {
        const { simulator, client } = await simulated({ queues: 5, agents: users });
        simulator.limits.listedUsers = 300;
        if (claimed !== undefined)
          simulator.faults.add({ kind: "changed", match: /users/, change: wrongPageCount(claimed) });
        const { names, cut } = await namesIn(client, USERS).load({});
        assert.equal(names.size, users - missing);
        assert.equal(cut !== undefined, missing > 0, `${claimed}: ${cut?.message}`);
      }
    });
  }

  it("a list that ends exactly at its bound asks for no page beyond", async () => {
    const { simulator, client } = await simulated({ queues: 5, agents: 300 });
    simulator.limits.listedUsers = 300;
    await namesIn(client, USERS).load({});
    assert.deepEqual(
      simulator.requests.filter(({ path }) => path.includes("users")).map(({ status }) => status),
      [200, 200, 200],
    );
  });

  describe("agents live, page by page", () => {
    it("come all where the service gives smaller pages than it is asked for", async () => {
      const { agents, simulator } = await pollSetup({ queues: 5, agents: 450 });
      simulator.limits.activityPage = 100;
      const answer = await ask(agents({}));
      assert.equal(answer.rows.length, 450);
    });

    it("come all where an entry was filtered out of a page", async () => {
      const { agents, simulator } = await pollSetup({ queues: 5, agents: 450 });
      simulator.faults.add({ kind: "changed", match: /activity/, times: 1, change: withoutFirst });
      assert.equal((await ask(agents({}))).rows.length, 449);
    });

    it("end with an empty page where nobody knows whom to expect", async () => {
      const { agents, simulator, calls } = await pollSetup({ queues: 5, agents: 450 });
      simulator.missing.add("directory:user:view");
      simulator.limits.activityPage = 100;
      assert.equal((await ask(agents({}))).rows.length, 450);
      assert.equal(calls(/activity/).length, 6);
      simulator.faults.add({ kind: "changed", match: /activity/, change: empty });
      assert.equal((await ask(agents({}))).rows.length, 0);
    });
  });

  describe("members of queues", () => {
    it("a queue that is deleted is left out and named; the members of the others are polled", async () => {
      const { agents, simulator, clock, warnings } = await pollSetup();
      const [one, gone] = simulator.organisation.queues();
      simulator.organisation.remove(gone!.id, clock.now());
      const answer = await ask(agents({ query: "aggregates", queues: [one!.id, gone!.id] }));
      const members = simulator.organisation.members(one!).map(({ id }) => id);
      assert.deepEqual(idsOf(answer, "userId"), new Set(members));
      assert.equal(answer.complete, true);
      assert.ok(warnings.some((words) => words.includes(gone!.id) && /deleted, or hidden/.test(words)));
    });

    it("all of them gone: says so, in a word of its own", async () => {
      const { agents, simulator, clock } = await pollSetup();
      const { id } = simulator.organisation.queue(0);
      simulator.organisation.remove(id, clock.now());
      await assert.rejects(
        ask(agents({ query: "aggregates", queues: [id] })),
        ({ kind, message }: { kind: string; message: string }) =>
          kind === "noSuchQueue" && message.includes(id),
      );
    });

    it("a new member is polled within minutes; a list that fails meanwhile loses nobody", async () => {
      const { agents, simulator, clock, calls } = await pollSetup();
      const queue = simulator.organisation.queue(0);
      const poller = agents({ query: "aggregates", queues: [queue.id] });
      const before = idsOf(await ask(poller), "userId").size;
      // Those who are hired land in a site and some of its queues: one of them is a member of this one.
      while (simulator.organisation.members(queue).length === before) {
        simulator.organisation.addAgent("Zoe New", clock.now());
      }
      simulator.faults.add({ kind: "503", match: /members/, times: 1, retryAfter: null });
      await clock.advance(10 * MINUTE);
      assert.equal(idsOf(await ask(poller), "userId").size, before);
      await until(() => calls(/members/).length === 2);
      await clock.advance(MINUTE);
      await settle(20);
      await clock.advance(10 * MINUTE);
      await settle(20);
      assert.equal(idsOf(await ask(poller), "userId").size, before + 1);
    });
  });
});
