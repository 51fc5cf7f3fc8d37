import assert from "node:assert/strict";
import { HistoryLoad, type HistoryLoadOptions, NAMES, TICK_MS } from "../support/history-load";

const START = Date.parse("2026-11-24T08:10:00.000Z");
/** `HISTORY_LOAD=whole` takes four to fifteen minutes; `.ci/run` asks for the middle one. */
const FORMS: Readonly<Record<string, HistoryLoadOptions>> = {
  short: { start: START, queues: 2, agents: 3, days: 2, maxSizeMB: 64, load: 1 },
  middle: { start: START, queues: 40, agents: 100, days: 10, maxSizeMB: 64, load: 0.3 },
  whole: { start: START, queues: 200, agents: 500, days: 31, maxSizeMB: 64, load: 0.1 },
};
const form = process.env["HISTORY_LOAD"] ?? "short";
const MINUTES_AWAY = form === "short" ? 3 : 60;
/** Requests in a minute of one process: the rest is left to others. What came before a kill is not known to the next. */
const OURS = 270;
/** A poll may wait for requests that are under way, not for history. */
const LATE_MS = TICK_MS / 2;

describe(`history of ${FORMS[form]!.days} days while polls go on, in its ${form} form`, function () {
  this.timeout(3_600_000);
  let run: HistoryLoad;
  beforeEach(async () => (run = await HistoryLoad.start(FORMS[form]!)));
  afterEach(() => run.close());

  it("is whole after five kills and a time without InfluxDB; no poll is late, the allowance holds, nothing is dropped", async () => {
    const most = 2_000;
    for (const part of [0.1, 0.25]) {
      await run.tickUntil(() => run.loaded >= part, most);
      await run.kill();
    }
    await run.tickUntil(() => run.loaded >= 0.4, most);
    run.store.away = true;
    const since = run.clock.now();
    for (let minute = 0; minute < MINUTES_AWAY; minute++) {
      await run.tick();
      await run.tick();
      if (minute === Math.floor(MINUTES_AWAY / 2)) await run.kill();
    }
    const meanwhile = run.sent.filter(({ at, info }) => info.reason === "load" && at > since + 60_000);
    run.store.away = false;
    assert.ok(
      meanwhile.length <= NAMES.length * 2,
      `${meanwhile.length} pieces were loaded without a database`,
    );
    for (const part of [0.6, 0.8]) {
      await run.tickUntil(() => run.loaded >= part, most);
      await run.kill();
    }
    await run.tickUntil(() => run.loaded === 1, most);
    await run.tickUntil(() => run.life.figures("buffer").figures.walPending === 0, most);

    const { points, equal, differences } = await run.check();
    if (form !== "short") {
      const longest = Math.max(...run.latencies);
      const hours = (run.clock.now() - START) / 3_600_000;
      console.log(
        `      ${points} points, ${run.requests.length} requests in ${hours.toFixed(1)} h, at most ` +
          `${mostPerMinute(run.requests)} a minute; polls answered after ${longest / 1_000} s at most; ` +
          `log ${(run.mostBytes / 1_048_576).toFixed(1)} MB at most`,
      );
    }
    assert.deepEqual(differences.slice(0, 5), []);
    assert.equal(equal, points);
    assert.ok(points > 100, `${points} points`);
    assert.equal(run.dropped, 0);
    assert.equal(run.skipped, 0, "no poll was skipped");
    assert.ok(
      Math.max(...run.latencies) < LATE_MS,
      `a poll was answered after ${Math.max(...run.latencies)} ms`,
    );
    assert.deepEqual([...new Set(run.requests.map(({ status }) => status))], [200]);
    for (let life = 0; life <= 5; life++) {
      const own = mostPerMinute(run.requests.filter((request) => request.life === life));
      assert.ok(own <= OURS, `${own} requests in a minute`);
    }
  });
});

/** The most requests that reached the service within any minute. */
function mostPerMinute(requests: readonly { readonly at: number }[]): number {
  const times = requests.map(({ at }) => at).sort((a, b) => a - b);
  let most = 0;
  for (let from = 0, to = 0; to < times.length; to++) {
    while (times[to]! - times[from]! >= 60_000) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
