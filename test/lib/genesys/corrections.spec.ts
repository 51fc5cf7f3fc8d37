import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HandedOn } from "../../../lib/genesys/handed-on/store";
import { resyncIsDue } from "../../../lib/genesys/interval/resync";
import type { PollAnswer, Poller } from "../../../lib/genesys/poll/poller";
import { FakeClock } from "../../support/fake-clock";
import { askAll, clientOf, closeAll, pollersOf, scripted, simulated } from "./support";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("the daily re-sync", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "resync-"))));
  afterEach(async () => {
    await closeAll();
    rmSync(directory, { recursive: true });
  });

  const settings = { metrics: ["nOffered"], resyncDays: 4, timeZone: "Europe/Berlin" };

  it("begins once a night between three and five o'clock of the time zone, over restarts", async () => {
    const clock = new FakeClock("2026-11-22T00:10:00.000Z");
    const { client, simulator } = await simulated({ clock, queues: 2, agents: 2 });
    const nights: string[] = [];
    for (let half = 0; half < 5 * 12; half++) {
      // By day nothing is due.
      if (half % 12 === 0 && half > 0) await clock.advance(18 * HOUR);
      // A new process every time.
      const poller = pollersOf(client, directory, { spread: (half % 10) / 10 }).queues(settings);
      simulator.requests.length = 0;
      await askAll(poller);
      const older = simulator.requests.filter(({ body }) => {
        const [start = ""] = ((body as { interval?: string } | undefined)?.interval ?? "").split("/");
        return start !== "" && clock.now() - Date.parse(start) > 3 * HOUR;
      });
      // The first poll of a night fetches the day.
      if (older.length > 0 && half % 12 > 0) nights.push(new Date(clock.now()).toISOString());
      // By now what was handed on is on the disk of the buffer behind.
      await clock.advance(HOUR / 4);
      await poller.close();
      await clock.advance(HOUR / 4);
    }
    assert.equal(nights.length, 5, nights.join(" "));
    for (const night of nights) assert.match(night, /T0[23]:/);
    assert.equal(new Set(nights.map((night) => night.slice(0, 10))).size, 5);
  });

  /** A server whose one queue was offered a number of contacts in each half hour, which a test can change. */
  const counting = async (clock: FakeClock) => {
    const queue = "1d1af111-b11c-11f1-b111-0000000000aa";
    const counts = new Map<number, number | undefined>();
    const { url, seen } = await scripted(({ url: path, body }) => {
      if (path.startsWith("/api/v2/routing")) return { body: { entities: [{ id: queue, name: "A" }] } };
      if (path === "/oauth/token") return {};
      if (!path.includes("/aggregates/"))
        return { body: { results: [{ group: { queueId: queue }, data: [] }] } };
      const { interval } = JSON.parse(body) as { interval: string };
      const [start = 0, end = 0] = interval.split("/").map((time) => Date.parse(time));
      const data = [];
      for (let time = start; time < Math.min(end, clock.now()); time += HOUR / 2) {
        const count = counts.has(time) ? counts.get(time) : 1;
        const bucket = `${new Date(time).toISOString()}/${new Date(time + HOUR / 2).toISOString()}`;
        const metrics = [
          { metric: "oServiceTarget", stats: { current: 0.8 } },
          ...(count === undefined ? [] : [{ metric: "nOffered", stats: { count } }]),
        ];
        data.push({ interval: bucket, metrics });
      }
      return { body: { results: [{ group: { queueId: queue, mediaType: "voice" }, data }] } };
    });
    const client = clientOf(url, clock);
    const start = () => {
      const kept = pollersOf(client, directory, { spread: 0 });
      return {
        ...kept,
        poller: kept.queues({ ...settings, metrics: ["nOffered", "oServiceTarget"], queues: [queue] }),
      };
    };
    return { counts, start, seen };
  };
  const resyncs = (answers: readonly PollAnswer[]) =>
    answers
      .filter(({ reason }) => reason === "resync")
      .flatMap(({ rows }) => rows as unknown as { data: { interval: string; metrics: unknown[] }[] }[])
      .flatMap(({ data }) => data.map(({ interval, metrics }) => [interval.slice(0, 16), metrics]));
  /** Polls every half hour until a time. */
  const until = async (poller: Poller, clock: FakeClock, time: string) => {
    const answers: PollAnswer[] = [];
    while (clock.now() < Date.parse(time)) {
      answers.push(...(await askAll(poller)));
      await clock.advance(HOUR / 2);
    }
    return answers;
  };

  it("hands on only what differs, with 0 for what is taken back, counts it, and says how much it was", async () => {
    const clock = new FakeClock("2026-11-22T10:10:00.000Z");
    const { counts, start } = await counting(clock);
    const { poller, infos } = start();
    await until(poller, clock, "2026-11-23T01:00:00Z");
    counts.set(Date.parse("2026-11-22T12:00:00Z"), 5);
    counts.set(Date.parse("2026-11-22T13:30:00Z"), undefined);
    // Before the first poll: history has not begun there.
    counts.set(Date.parse("2026-11-22T06:00:00Z"), 7);
    const answers = await until(poller, clock, "2026-11-23T06:00:00Z");
    const target = { metric: "oServiceTarget", stats: { current: 0.8 } };
    assert.deepEqual(resyncs(answers), [
      ["2026-11-22T12:00", [target, { metric: "nOffered", stats: { count: 5 } }]],
      ["2026-11-22T13:30", [target, { metric: "nOffered", stats: { count: 0 } }]],
    ]);
    assert.equal(poller.progress.corrected, 2);
    assert.match(infos.at(-1)!, /re-sync of the last 4 days: 2 points had been corrected/);
    await clock.advance(DAY - 5 * HOUR);
    assert.deepEqual(resyncs(await until(poller, clock, "2026-11-24T06:00:00Z")), []);
  });

  it("keeps its place when the process is killed in the middle, and loses no correction", async () => {
    const clock = new FakeClock("2026-11-22T00:10:00.000Z");
    const { counts, start } = await counting(clock);
    await until(start().poller, clock, "2026-11-23T01:45:00Z");
    await until(start().poller, clock, "2026-11-23T02:05:00Z");
    for (const hour of [10, 14, 20]) counts.set(Date.parse(`2026-11-22T${hour}:00:00Z`), 9);
    const answers: PollAnswer[] = [];
    for (let kill = 0; kill < 8; kill++) {
      const { poller } = start();
      const closing = new AbortController();
      const options = { signal: closing.signal };
      const emit = (answer: PollAnswer) => {
        answers.push(answer);
        void clock.advance(6_000);
        // Killed with the second piece of each life; the last one of a life is asked again in the next.
        if (answer.reason === "resync" && ++emitted === 2) closing.abort(new Error("killed"));
      };
      let emitted = 0;
      await poller.poll(options, emit);
      await poller.work(options, emit);
      await clock.advance(60_000);
    }
    const corrected = new Set(resyncs(answers).map(([time]) => time));
    assert.deepEqual([...corrected], ["2026-11-22T10:00", "2026-11-22T14:00", "2026-11-22T20:00"]);
  });

  it("mends what was handed on early before a gap, and leaves what the gap has lost empty", async () => {
    const clock = new FakeClock("2026-11-22T10:10:00.000Z");
    const { counts, start } = await counting(clock);
    await until(start().poller, clock, "2026-11-22T12:10:00Z");
    // The process is away for longer than is fetched afterwards.
    await clock.advance(30 * HOUR);
    for (const half of ["11:00", "11:30", "12:00"]) counts.set(Date.parse(`2026-11-22T${half}:00Z`), 9);
    const { poller, warnings } = start();
    const answers = await until(poller, clock, "2026-11-24T06:00:00Z");
    assert.match(
      warnings.join("\n"),
      /gap: 2026-11-22T10:00:00.000Z\/2026-11-22T18:30:00.000Z was not fetched/,
    );
    assert.deepEqual(
      resyncs(answers).map(([bucket]) => bucket),
      ["2026-11-22T11:00", "2026-11-22T11:30"],
    );
  });

  it("begins again the next night after our clock was a month ahead in one of them", async () => {
    const clock = new FakeClock("2026-11-22T10:10:00.000Z");
    const { counts, start } = await counting(clock);
    const { poller } = start();
    await until(poller, clock, "2026-11-22T20:10:00Z");
    clock.step(30 * DAY + 6 * HOUR);
    await askAll(poller);
    clock.step(-30 * DAY - 6 * HOUR);
    counts.set(Date.parse("2026-11-22T12:00:00Z"), 5);
    const answers = await until(poller, clock, "2026-11-23T06:00:00Z");
    assert.deepEqual(
      resyncs(answers).map(([bucket]) => bucket),
      ["2026-11-22T12:00"],
    );
  });

  it("is not held off by one that a clock began which was ahead, done or not", () => {
    const now = Date.parse("2026-11-23T02:30:00Z");
    const ahead = { begun: now + 30 * DAY, from: now + 26 * DAY, rest: undefined, corrected: 0 };
    assert.ok(resyncIsDue(now, "Europe/Berlin", ahead, 0));
    const rest = { start: now + 27 * DAY, end: now + 30 * DAY };
    assert.ok(resyncIsDue(now, "Europe/Berlin", { ...ahead, rest }, 0));
    // A clock that was set back a little begins no second one.
    assert.ok(!resyncIsDue(now, "Europe/Berlin", { ...ahead, begun: now + HOUR / 2 }, 0));
  });

  it("forgets what it no longer compares with, and never the last days that hold something", async () => {
    const first = Date.parse("2026-11-01T12:00:00Z");
    const store = new HandedOn(directory, "series");
    for (let day = 0; day < 8; day++) {
      const bucket = await store.bucket(first + day * DAY);
      bucket.asked("");
      store.keep(bucket);
    }
    await store.flush();
    await store.forget(first + 5 * DAY, 3);
    assert.deepEqual(
      readdirSync(directory).sort(),
      ["05", "06", "07", "08"].map((day) => `2026-11-${day}`),
    );
    assert.ok(!(await store.bucket(first)).known);
    // A clock that is a month ahead.
    await store.forget(first + 35 * DAY, 3);
    assert.deepEqual(
      readdirSync(directory).sort(),
      ["06", "07", "08"].map((day) => `2026-11-${day}`),
    );
    assert.ok((await store.bucket(first + 6 * DAY)).known);
  });

  it("asks nothing again when told so", async () => {
    const clock = new FakeClock("2026-11-22T20:10:00.000Z");
    const { client } = await simulated({ clock, queues: 2, agents: 2 });
    const poller = pollersOf(client, directory).queues({ ...settings, resyncDays: 0 });
    for (let half = 0; half < 20; half++) {
      assert.equal((await askAll(poller)).length, 1);
      await clock.advance(HOUR / 2);
    }
  });

  it("keeps what it compares with for the owner alone", async () => {
    const { client } = await simulated({ queues: 2, agents: 2 });
    await askAll(pollersOf(client, directory).queues(settings));
    const day = join(directory, "handed-on", "2026-11-22");
    assert.equal(statSync(day).mode & 0o777, 0o700);
    for (const file of ["names.jsonl", "093000.bin"])
      assert.equal(statSync(join(day, file)).mode & 0o777, 0o600);
  });
});
