import assert from "node:assert/strict";
import type { JsonObject } from "../../../lib/genesys/json";
import { Random } from "../../../demo/simulators/genesys/organisation/random";
import { estimateLive } from "../../../lib/genesys/tools/estimate";
import { arrived, figuresOf, type LiveSetup, startLive } from "../../support/live";

/**
 * What push has to stand for long. `npm test` runs a short form; PUSH_HOURS=24 the whole one: a day of rotations, and an
 * hour each of disorder and of quiet with 200 queues and 500 agents.
 */
const HOURS = Number(process.env["PUSH_HOURS"] ?? 0);
const isLong = HOURS > 0;
const MINUTE = 60_000;
const SIZE = isLong ? { queues: 200, agents: 500 } : { queues: 8, agents: 25 };

describe("live state by push, for long", function () {
  this.timeout(isLong ? 3_600_000 : 120_000);
  let setup: LiveSetup;
  afterEach(() => setup.close());

  /**
   * Stops the world for a moment: what was told by then has been handed on after it. A snapshot in this moment would know
   * more than what was told.
   */
  async function assertSame(when: string): Promise<void> {
    const { notifications } = setup.simulator;
    let truth: Map<string, JsonObject>;
    let snapshots: number;
    do {
      await setup.step(4_000);
      notifications.look();
      await arrived(setup.simulator);
      snapshots = setup.live.report.snapshots;
      truth = await setup.truth();
      notifications.faults.silent = true;
      await setup.step(1_500);
      notifications.faults.silent = false;
      // What was not sent meanwhile is lost, as with any broken connection.
      notifications.drop();
    } while (setup.live.report.snapshots > snapshots);
    for (const [group, row] of truth) {
      assert.deepEqual(figuresOf(setup.rows.get(group)), figuresOf(row), `${when}: ${group}`);
    }
    assert.deepEqual([...setup.rows.keys()].sort(), [...truth.keys()].sort(), when);
  }

  /** Makes contacts come and agents change, as many in a second as asked for. */
  function happen(random: Random, perSecond: number): void {
    const { organisation, history } = setup.simulator;
    for (let i = 0; i < perSecond; i++) {
      const at = setup.clock.now() + 1 + Math.floor(random.between(0, 900));
      if (random.chance(0.5)) {
        const agent = organisation.agent(Math.floor(random.between(0, SIZE.agents)));
        const onQueue = random.chance(0.7);
        const routing = onQueue ? (random.chance(0.5) ? "IDLE" : "INTERACTING") : "OFF_QUEUE";
        history.addChange(agent, { at, presence: onQueue ? "ON_QUEUE" : "BREAK", variant: 0, routing });
      } else {
        const queue = organisation.queue(Math.floor(random.between(0, SIZE.queues)));
        history.addConversation({
          ...{ queue, media: queue.media[0] ?? "voice", offeredAt: at, patienceMs: 600_000, missed: [] },
          ...{ waitEndsAt: at + random.between(1_000, 60_000), alertMs: 0, talkMs: 0, heldMs: 0, acwMs: 0 },
          ...{ outcome: "abandoned", serial: 9_000_000 + Math.floor(random.between(0, 1_000_000)) },
        });
      }
    }
  }

  for (const source of ["queues", "agents"] as const) {
    it(`shows of ${source} what the API shows, through sockets that are dropped at random every 20 s`, async () => {
      const simulator = { ...SIZE, rateLimit: 3_000, notifications: { totals: false } };
      setup = await startLive({ choice: { source }, simulator, snapshotEveryMs: 5 * MINUTE });
      const random = new Random(7);
      await setup.step(3_000);
      await setup.until("live", () => setup.live.mode === "live");
      const minutes = isLong ? 60 : 3;
      for (let minute = 1; minute <= minutes; minute++) {
        for (let second = 0; second < 60; second++) {
          happen(random, isLong ? 100 : 8);
          if (random.chance(1 / 20)) setup.simulator.notifications.drop();
          await setup.step(1_000);
        }
        if (minute % 3 !== 0) continue;
        await setup.step(8_000);
        assert.equal(
          setup.live.mode,
          "live",
          `minute ${minute}: ${JSON.stringify(setup.live.report)} ${setup.warnings.join()}`,
        );
        await assertSame(`minute ${minute}`);
      }
    });
  }

  it("asks fewer than 100 times in an hour for the live state of 200 queues and 500 agents, as estimated", async () => {
    let calls = 0;
    const size = { queues: 200, agents: 500 };
    for (const source of ["queues", "agents"] as const) {
      // What is asked does not depend on what happens, so nothing does.
      const simulator = { ...size, notifications: { events: false } };
      setup = await startLive({ choice: { source }, simulator, frozen: true });
      const asked = () => setup.simulator.requests.filter(({ path }) => path.startsWith("/api/")).length;
      await setup.step(5 * MINUTE, 10_000);
      const atStart = asked();
      await setup.step(55 * MINUTE, 10_000);
      assert.equal(setup.live.mode, "live");
      calls += asked();
      const { perHour } = estimateLive({
        ...(source === "queues"
          ? { kind: "queue-observations" as const, queues: size.queues }
          : { kind: "agent-activity" as const, agents: size.agents }),
        everySeconds: 300,
      });
      const later = asked() - atStart;
      console.log(
        `        ${source}: ${atStart} calls in the first five minutes, then ${later}; ${perHour} estimated for an hour`,
      );
      assert.ok(Math.abs(later - (perHour * 55) / 60) <= perHour / 6, `${later} calls, ${perHour} estimated`);
      if (source === "queues") await setup.close();
    }
    console.log(`        ${calls} calls`);
    assert.ok(calls < 100, `${calls} calls`);
  });

  it("goes from channel to channel and from token to token without a second without a subscribed socket", async () => {
    const hours = isLong ? HOURS : 4;
    const tokenLifetimeS = isLong ? 6 * 3_600 : 3_600;
    const simulator = { queues: 3, agents: 4, tokenLifetimeS, notifications: { events: false } };
    setup = await startLive({ simulator, frozen: true });
    const { notifications, tokens } = setup.simulator;
    await setup.until("all topics have a socket", () => notifications.reached.size === 6);
    const wanted = notifications.reached;
    for (let s = 0; s < hours * 3_600; s += 10) {
      await setup.step(10_000, 10_000);
      assert.deepEqual(notifications.reached, wanted, `after ${s} s`);
    }
    assert.ok(tokens.issued > 3, `${tokens.issued} tokens`);
    assert.ok(notifications.channels.made > 3, `${notifications.channels.made} channels`);
    const subscribed = notifications.channels.all.filter(({ subscriptions }) => subscriptions.length > 0);
    assert.equal(subscribed.length, 1, "no channel is left over");
    assert.deepEqual(setup.warnings, []);
  });
});
