import assert from "node:assert/strict";
import { FakeClock } from "../../support/fake-clock";
import { askedBefore, checkPoints, checkUnchanged, storedIn } from "../../support/simulated-checks";
import { SimulatedWeek } from "../../support/simulated-week";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The whole week takes minutes: `.ci/run` asks for it. */
const WHOLE = process.env["SIMULATED_WEEK"] === "whole";
const TICK = WHOLE ? 10 * MINUTE : 90 * MINUTE;
const SIZE = WHOLE ? { queues: 6, agents: 8 } : { queues: 4, agents: 5 };
/** In Europe/Berlin the clocks change on the 25th. */
const START = Date.parse("2026-10-22T06:10:00.000Z");
const DAYS = WHOLE ? 7 : 4;

describe("a simulated week", function () {
  this.timeout(WHOLE ? 1_800_000 : 180_000);
  let week: SimulatedWeek;
  beforeEach(async () => (week = await SimulatedWeek.start(new FakeClock(START), SIZE)));
  afterEach(() => week.close());

  /** Polls every tick until so many hours after the start. */
  const runUntil = async (hours: number) => {
    while (week.clock.now() < START + hours * HOUR) {
      await week.tick();
      await week.clock.advance(TICK);
    }
  };
  /** Polls once more, and looks at what live series show. */
  const checkLive = async () => {
    await week.tick();
    return week.checkLive();
  };

  it("ends with every closed bucket as the service told it when it was asked last, and asked since its correction", async () => {
    const { simulator, clock } = week;
    const { organisation, faults } = simulator;
    await runUntil(10);
    organisation.addQueue("Newcomers", clock.now());
    organisation.addAgent("Nora New", clock.now());
    await runUntil(16);
    // The API is away over the evening, our process over a part of the night.
    faults.add({ kind: "503", match: /analytics/ });
    await runUntil(22);
    faults.clear();
    await runUntil(26);
    await checkLive();
    week.kill();
    // Who leaves meanwhile must not stay at work for ever.
    await clock.advance(2 * HOUR);
    organisation.remove(organisation.agent(2).id, clock.now());
    await clock.advance(3 * HOUR);
    await week.startProcess();
    await runUntil(33);
    assert.deepEqual(
      (await checkLive()).map(({ ended }) => ended),
      [0, 1],
    );
    await runUntil(40);
    // An edit: another metric, after the API has been away.
    faults.add({ kind: "503", match: /analytics/ });
    await runUntil(46);
    faults.clear();
    for (const node of week.nodes) {
      if (node.subject.key === "queueId") node.metrics = [...node.metrics, "tAcw"];
    }
    await week.startProcess();
    await runUntil(58);
    organisation.rename(organisation.queue(1).id, "Renamed");
    organisation.remove(organisation.queue(2).id, clock.now());
    await runUntil(64);
    const hidden = organisation.queue(3);
    simulator.unanswered.add(hidden.division.name);
    await runUntil(70);
    const words = week.nodes
      .filter(({ subject }) => subject.key === "queueId")
      .map(({ said }) => said.join("\n"));
    for (const said of [...words, week.live[0]!.said.join("\n")])
      assert.match(said, new RegExp(`listed and never answered: .*${hidden.name}`));
    await checkLive();
    simulator.unanswered.clear();
    if (WHOLE) {
      // Longer than is fetched afterwards.
      await runUntil(90);
      week.kill();
      await clock.advance(30 * HOUR);
      await week.startProcess();
    }
    await runUntil(24 * DAYS);

    const [queues, agents] = await checkLive();
    assert.ok(queues!.series > 10 && agents!.series >= SIZE.agents, JSON.stringify([queues, agents]));
    checkPoints(week);
    for (const node of week.nodes) {
      const { figures, unasked } = await week.check(node, START);
      const { name } = node.subject;
      const isDaily = node.grid.granularity.ms === DAY;
      assert.ok(figures > (isDaily ? 50 : 1_000), `${name}: ${figures} figures`);
      assert.deepEqual(unasked, [], name);
      assert.equal(node.gaps.length, WHOLE && !isDaily ? 1 : 0, `${name}: ${node.said.join("\n")}`);
      // In the last night all of the four days before it were asked again.
      const night = Date.parse("2026-10-22T02:00:00Z") + DAYS * DAY;
      const days = { start: night - 4 * DAY + 2 * HOUR, end: night - 6 * HOUR };
      if (!isDaily) assert.deepEqual(askedBefore(week, node, days, night), [], name);
      assert.ok(node.corrected > 0, `${name}: nothing was corrected`);
    }
  });

  it("changes no stored figure when a role loses half of its divisions for a day, or all answers are empty for an hour", async () => {
    const { simulator } = week;
    const { organisation, faults } = simulator;
    await runUntil(12);
    const half = new Set(organisation.queues().map(({ division }) => division.name));
    for (const name of [...half].slice(0, Math.ceil(half.size / 2))) simulator.unanswered.add(name);
    const lost = storedIn(week, (entity) => simulator.unanswered.has(entity.division.name));
    await runUntil(36);
    checkUnchanged(week, lost);
    simulator.unanswered.clear();
    await runUntil(40);
    faults.add({ kind: "changed", match: /analytics/, change: () => ({ results: [] }) });
    week.blank = true;
    const all = storedIn(week);
    await runUntil(42);
    checkUnchanged(week, all);
    faults.clear();
    week.blank = false;
    await runUntil(60);
    await week.tick();
    for (const node of week.nodes) {
      const { figures } = await week.check(node, START);
      assert.ok(figures > 30, `${node.subject.name}: ${figures} figures`);
      assert.match(
        node.said.join("\n"),
        /not any more; hidden by a division, or gone|more than half of what was known/,
      );
      assert.match(node.said.join("\n"), /nothing that was known is answered any more/);
    }
  });
});
