import assert from "node:assert/strict";
import type { PollAnswer } from "../../../lib/genesys/poll/poller";
import { FakeClock } from "../../support/fake-clock";
import { askAll, closeAll, pollSetup } from "./support";

const iso = (time: number) => new Date(time).toISOString().slice(0, 16);

describe("history that cannot be had", () => {
  afterEach(closeAll);

  const setup = () => pollSetup({ clock: new FakeClock("2026-11-22T10:10:00.000Z"), queues: 3, agents: 3 });

  it("ends with a name when it is refused for good while the polls are answered; the next one is loaded", async () => {
    const { queues, simulator, warnings, infos } = await setup();
    const poller = queues({ metrics: ["nOffered"] });
    const polled = () => poller.poll({}, () => undefined);
    await polled();
    await poller.load({ from: "2026-11-18", to: "2026-11-19" });
    await poller.load({ from: "2026-11-20", to: "2026-11-20T06:00" });
    const outcomes: string[] = [];
    const loaded: PollAnswer[] = [];
    // What is older than a day is refused, and nothing else.
    const asks = (body: unknown) => JSON.stringify(body).includes("2026-11-18");
    simulator.faults.add({ kind: "403", match: /aggregates/, asks });
    for (let polls = 0; polls < 6; polls++) {
      outcomes.push(await poller.work({}, (answer) => loaded.push(answer)));
      await polled();
    }
    assert.deepEqual(outcomes, ["later", "later", "later", "later", "later", "done"]);
    assert.match(
      warnings.at(-1)!,
      /^gap: history 2026-11-18T00:00:00.000Z\/2026-11-19T00:00:00.000Z is refused and stays empty: .*403/,
    );
    const ranges = loaded.map(
      ({ interval, reason }) => `${reason} ${iso(interval!.start)} ${iso(interval!.end)}`,
    );
    assert.deepEqual(ranges, ["load 2026-11-20T00:00 2026-11-20T06:00"]);
    assert.match(infos.at(-1)!, /history 2026-11-20T00:00.* is loaded/);
  });

  for (const [historyFrom, words] of [
    ["2030-01-01", /historyFrom lies in the future: nothing is loaded/],
    ["P500D", /historyFrom reaches 500 days back; more than 400 are loaded by msg.load with confirm/],
  ] as const) {
    it(`says once why it is not loaded: historyFrom ${historyFrom}`, async () => {
      const { queues, warnings } = await setup();
      const poller = queues({ metrics: ["nOffered"], historyFrom });
      for (let polls = 0; polls < 3; polls++) assert.equal((await askAll(poller)).length, 1);
      assert.equal(warnings.filter((text) => words.test(text)).length, 1, warnings.join());
    });
  }
});
