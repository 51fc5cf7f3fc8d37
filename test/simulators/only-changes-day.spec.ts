import assert from "node:assert/strict";
import { ChangesDay, type ChangesDayOptions } from "../support/changes-day";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse("2026-11-24T06:10:00.000Z");
/**
 * The more seldom polls come, the more has changed between two of them: the bound is meant for the usual tick of half a
 * minute. `rush`, the busiest hours, takes some minutes, `day` half an hour and more.
 */
const FORMS: Readonly<Record<string, ChangesDayOptions & { readonly hours: number; readonly most: number }>> =
  {
    short: { start: START, queues: 3, agents: 6, tickMs: 2.5 * MINUTE, hours: 3, most: 0.35 },
    rush: { start: START + 3 * HOUR, queues: 200, agents: 500, tickMs: MINUTE / 2, hours: 2.5, most: 0.35 },
    day: { start: START, queues: 200, agents: 500, tickMs: MINUTE / 2, hours: 24, most: 0.35 },
  };
const form = process.env["ONLY_CHANGES"] ?? "short";
const { hours, most, ...options } = FORMS[form]!;

describe(`a buffer that keeps only changes, for ${hours} hours`, function () {
  this.timeout(form === "short" ? 300_000 : 3_600_000);
  let day: ChangesDay;
  beforeEach(async () => (day = await ChangesDay.start(options)));
  afterEach(() => day.close());

  /** All is written in the end, and the same in both databases. */
  const checkPoints = async (least: number) => {
    assert.ok(await day.drain(), "lines wait for ever");
    const { size } = day.stores.all.points;
    assert.ok(size > least, `${size} points`);
    assert.deepEqual(day.differences().slice(0, 5), []);
  };

  it("writes a third of the polled lines, and leaves the same points as one that keeps all", async () => {
    const until = (part: number) => day.runUntil(hours * part);
    await until(0.1);
    await day.give("back", 1);
    await day.give("back", 1);
    day.databases((store) => (store.away = true));
    for (const value of [2, 1]) await day.give("back", value);
    await day.give("on", 1);
    await day.give("on", 2);
    // Meanwhile all is kept, as nothing is confirmed.
    await day.runUntil(Math.min(0.25 * hours, 0.1 * hours + 1));
    day.databases((store) => (store.away = false));
    await until(0.35);
    assert.deepEqual([day.value("back"), day.value("on")], ["v=1i", "v=2i"]);

    await day.kill();
    await day.give("back", 1);
    await until(0.45);
    day.databases((store) => (store.losesAnswers = true));
    await day.give("back", 3);
    await day.give("back", 1);
    day.databases((store) => (store.losesAnswers = false));
    await until(0.55);
    assert.equal(day.value("back"), "v=1i");

    const refused = day.simulator.organisation.agent(1).id;
    day.databases((store) => (store.refuses = (line) => line.includes(refused) || line.includes("v=9i")));
    for (const value of [9, 9, 1]) await day.give("back", value);
    await day.give("on", 9);
    await day.untilYoungBucket();
    day.databases((store) => (store.refuses = () => false));
    await day.give("on", 9);
    await until(0.65);
    assert.deepEqual([day.value("back"), day.value("on")], ["v=1i", "v=9i"]);

    day.databases((store) => (store.away = true));
    for (const value of [4, 1]) await day.give("back", value);
    await day.kill();
    await day.give("back", 4);
    day.databases((store) => (store.away = false));
    await until(0.8);
    assert.equal(day.value("back"), "v=4i");

    await checkPoints(80);
    // The bucket is gone, and made anew: it gets all again that is still asked.
    await day.untilYoungBucket();
    day.databases((store) => (store.gone = true));
    await day.give("back", 4);
    day.databases((store) => (store.gone = false));
    await day.give("back", 4);
    await until(1);

    await checkPoints(30);
    assert.equal(day.value("back"), "v=4i");
    const { all, changes } = day.stores;
    if (form !== "short") {
      console.log(
        `      ${day.polled} lines polled, ${changes.lines} written (${(100 * day.share).toFixed(1)} %), ` +
          `${all.lines} without`,
      );
    }
    assert.ok(day.share <= most, `${day.share}`);
  });
});
