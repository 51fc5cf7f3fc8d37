import assert from "node:assert/strict";
import { tokenOf } from "../../support/genesys-calls";
import { figuresOf, type LiveOptions, type LiveSetup, startLive } from "../../support/live";

describe("live state by push", function () {
  // Much work for a busy machine.
  this.timeout(120_000);
  let setup: LiveSetup;
  afterEach(() => setup.close());

  async function start(options: LiveOptions = {}): Promise<LiveSetup> {
    setup = await startLive({ ...options, simulator: { queues: 6, agents: 20, ...options.simulator } });
    await setup.step(3_000);
    return setup;
  }

  /** Every group that was handed on shows what the API shows now. */
  async function assertSame(): Promise<void> {
    const truth = await setup.truth();
    assert.ok(truth.size > 0);
    for (const [group, row] of truth) {
      assert.deepEqual(figuresOf(setup.rows.get(group)), figuresOf(row), group);
    }
    assert.deepEqual([...setup.rows.keys()].sort(), [...truth.keys()].sort());
  }

  const countOf = (path: RegExp) =>
    setup.simulator.requests.filter((request) => path.test(request.path)).length;

  for (const source of ["queues", "agents"] as const) {
    it(`shows of ${source} what the API shows, without asking`, async () => {
      await start({ choice: { source } });
      assert.equal(setup.live.mode, "live");
      const asked = setup.simulator.requests.length;
      await setup.step(240_000);
      assert.equal(setup.simulator.requests.length, asked);
      assert.ok(setup.live.report.events > 10, `${setup.live.report.events} events`);
      await assertSame();
    });
  }

  for (const endedStatuses of ["zero", "left out"] as const) {
    it(`sees the end of a status when its row is ${endedStatuses}`, async () => {
      await start({ simulator: { notifications: { endedStatuses } } });
      await setup.step(280_000);
      await assertSame();
      assert.deepEqual(setup.warnings, []);
    });
  }

  it("hands on running totals of the half hour, the last of each metric, where they are asked for", async () => {
    await start({ choice: { intervalTotals: true } });
    await setup.step(120_000);
    const totals = setup.answers.filter(({ kind }) => kind === "queue-aggregates");
    assert.ok(totals.length > 0);
    for (const { interval, granularity, complete, rows } of totals) {
      assert.deepEqual([interval!.end - interval!.start, granularity, complete], [1_800_000, "PT30M", false]);
      for (const { group } of rows) assert.ok((group as Record<string, string>)["mediaType"]);
    }
  });

  it("is right again after sockets were dropped at random, as soon as they are back", async () => {
    await start({ simulator: { queues: 12, agents: 40 } });
    for (let i = 0; i < 6; i++) {
      await setup.step(13_000 + i * 1_700);
      setup.simulator.notifications.drop();
    }
    await setup.step(5_000);
    assert.equal(setup.live.mode, "live");
    await assertSame();
    assert.equal(countOf(/channels$/), 2, "the channel is counted and made once");
  });

  it("takes repeated and reordered events for what they are", async () => {
    await start();
    Object.assign(setup.simulator.notifications.faults, { repeat: true, reorder: true });
    await setup.step(200_000);
    Object.assign(setup.simulator.notifications.faults, { repeat: false, reorder: false });
    await setup.step(30_000);
    await assertSame();
  });

  it("takes 35 s of silence for the end of a socket, and asks meanwhile", async () => {
    await start();
    setup.simulator.notifications.faults.silent = true;
    await setup.step(25_000);
    assert.equal(setup.live.mode, "live");
    for (let s = 0; s < 11 && !setup.live.report.problem; s++) await setup.step(1_000);
    assert.match(setup.live.report.problem ?? "", /nothing was heard for 35 s/);
    setup.simulator.notifications.faults.silent = false;
    await setup.step(5_000);
    assert.equal(setup.live.mode, "live");
    await assertSame();
  });

  it("moves to another channel before maintenance ends the socket", async () => {
    await start();
    const wanted = setup.simulator.notifications.reached;
    setup.simulator.notifications.maintain();
    for (let s = 0; s < 70; s++) {
      await setup.step(1_000);
      assert.deepEqual(setup.simulator.notifications.reached, wanted);
    }
    assert.equal(setup.simulator.notifications.connections.length, 1);
    assert.deepEqual(subscribed(), 1);
  });

  it("makes a new channel when another program takes its own away, and says why", async () => {
    await start();
    setup.simulator.notifications.evict();
    await setup.step(1_000);
    assert.match(setup.live.report.problem ?? "", /another program uses the same OAuth client/);
    await setup.step(4_000);
    assert.equal(setup.live.mode, "live");
    assert.equal(setup.simulator.notifications.channels.made, 2);
    await assertSame();
  });

  it("goes on with a new token when the old one was revoked", async () => {
    await start();
    setup.simulator.tokens.revoke();
    await setup.step(10_000);
    assert.equal(setup.live.mode, "live");
    await assertSame();
  });

  it("asks every 30 s while it cannot be pushed, says so once, and says when it is over", async () => {
    await start({ simulator: { rateLimit: 3_000 } });
    const { notifications } = setup.simulator;
    notifications.faults.refuseUpgrade = 403;
    notifications.drop();
    await setup.step(40_000);
    const before = countOf(/observations/);
    await setup.step(120_000);
    assert.equal(setup.live.mode, "polling");
    assert.equal(countOf(/observations/) - before, 4);
    assert.equal(setup.warnings.filter((text) => /push is down/.test(text)).length, 1);
    assert.match(setup.live.report.problem ?? "", /403.*proxy or firewall/);
    notifications.faults.refuseUpgrade = undefined;
    await setup.step(100_000);
    assert.equal(setup.live.mode, "live");
    assert.deepEqual(setup.infos, ["push is back: changes come as they happen"]);
    await assertSame();
  });

  it("names the permission for which topics are rejected, and asks for their state", async () => {
    await start({ simulator: { missingPermissions: ["analytics:conversationAggregate:view"] } });
    await setup.step(70_000);
    assert.equal(setup.live.mode, "polling");
    assert.match(
      setup.warnings.join(),
      /6 queues are rejected .*lack the permission analytics:conversationAggregate:view/,
    );
    assert.equal(countOf(/observations/), 4);
  });

  it("asks only about the queues whose topics are rejected", async () => {
    await start();
    const [first] = setup.simulator.organisation.queues();
    setup.simulator.notifications.faults.reject = new RegExp(first!.id);
    setup.simulator.notifications.evict();
    await setup.step(80_000);
    assert.equal(setup.live.mode, "partly");
    assert.equal(setup.live.report.covered, 5);
    const last = setup.simulator.requests.filter(({ path }) => /observations/.test(path)).at(-1);
    assert.equal(JSON.stringify(last?.body).split(first!.id).length, 2);
    assert.match(setup.warnings.join(), new RegExp(`1 queues are rejected .${first!.id}`));
  });

  it("does without ages where only their topic is refused, and without combined names where nobody knows them", async () => {
    for (const fault of [{ reject: /\.activity$/ }, { combines: false }]) {
      await start();
      Object.assign(setup.simulator.notifications.faults, fault);
      setup.simulator.notifications.evict();
      await setup.step(60_000);
      assert.equal(setup.live.mode, "live");
      assert.match(setup.warnings.join(), /6 queues the topic "activity" is refused/);
      if (fault.reject) await setup.close();
    }
  });

  it("leaves other programs their channels, says what it lacks, and asks for the rest", async () => {
    setup = await startLive({
      simulator: { queues: 1_100, agents: 10, rateLimit: 3_000, notifications: { events: false } },
    });
    const token = await tokenOf(setup.simulator);
    for (let i = 0; i < 18; i++) setup.simulator.notifications.channels.create(token);
    await setup.step(4_000);
    assert.equal(setup.live.report.channels, 1);
    assert.equal(setup.live.report.covered, 1_000);
    assert.match(
      setup.warnings.join(),
      /no channel is left for 100 queues, other programs .* have 18 of its 20/,
    );
  });

  it("counts what it does not understand, tells it once, and goes on", async () => {
    await start();
    const { notifications, organisation } = setup.simulator;
    const topic = `v2.analytics.queues.${organisation.queue(0).id}.observations`;
    for (const frame of [
      Buffer.from("binary"),
      "{",
      "[]",
      JSON.stringify({ topicName: "v2.something.else", eventBody: {} }),
      JSON.stringify({ topicName: "v2.system.news", eventBody: {} }),
      JSON.stringify({ topicName: "v2.analytics.queues.none.observations", eventBody: {} }),
      JSON.stringify({ topicName: topic, eventBody: { group: null, data: "?" } }),
      JSON.stringify({ topicName: topic.toUpperCase(), eventBody: { group: {}, data: [{ interval: "x" }] } }),
    ]) {
      notifications.raw(frame);
      notifications.raw(frame);
    }
    await setup.step(2_000);
    const { surprises } = setup.live.report;
    assert.deepEqual(surprises, { binary: 2, json: 2, shape: 2, topic: 2, system: 2, entity: 2, body: 4 });
    assert.equal(setup.warnings.filter((text) => text.startsWith("push: ")).length, 7);
    await setup.step(60_000);
    await assertSame();
  });

  it("leaves nothing behind when it is closed, and its channel to the next of the same connection", async () => {
    await start();
    await setup.live.close();
    await setup.step(2_000);
    assert.equal(subscribed(), 0);
    assert.equal(setup.simulator.notifications.connections.length, 0);
  });

  it("keeps what is secret out of everything it says", async () => {
    await start();
    setup.simulator.notifications.faults.refuseUpgrade = 502;
    setup.simulator.notifications.drop();
    await setup.step(60_000);
    const said = JSON.stringify([
      setup.warnings,
      setup.infos,
      setup.live.report,
      String(setup.live.report.problem),
    ]);
    for (const { id } of setup.simulator.notifications.channels.all) assert.ok(!said.includes(id));
    assert.doesNotMatch(said, /streaming-|ws:/);
  });

  const subscribed = () =>
    setup.simulator.notifications.channels.all.filter(({ subscriptions }) => subscriptions.length > 0).length;
});
