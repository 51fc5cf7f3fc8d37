import assert from "node:assert/strict";
import { OnlyChanges } from "../../../lib/wal/only-changes";
import { FakeClock } from "../../support/fake-clock";
import { randomFrom } from "../../support/wal-model";

const HOUR = 3_600_000;
const never = () => false;

describe("only changes", () => {
  let clock: FakeClock;
  let changes: OnlyChanges;
  let nextSeq: number;
  const line = (point: number, value: string) => `m,id=${point} v="${value}" ${point}`;
  /** Takes lines as one record. @returns its number, and what was wanted */
  const take = (...lines: string[]) => ({ lines: changes.take(lines), seq: nextSeq++ });
  const confirm = ({ seq, lines }: { seq: number; lines: readonly string[] }) =>
    changes.settled(seq, lines, never);

  beforeEach(() => {
    clock = new FakeClock();
    nextSeq = 1;
    changes = new OnlyChanges({ clock, fullEveryMs: 24 * HOUR, nextSeq: () => nextSeq });
  });

  it("leave out a line whose point has the same fields, once that is confirmed", () => {
    const first = take(line(1, "a"), line(2, "a"));
    assert.deepEqual(take(line(1, "a")).lines, [line(1, "a")], "not before");
    confirm(first);
    assert.deepEqual(take(line(1, "a"), line(2, "a"), line(2, "b")).lines, [line(1, "a"), line(2, "b")]);
  });

  it("keep A, B, A whole while the database is away", () => {
    const records = ["a", "b", "a"].map((value) => take(line(1, value)));
    assert.deepEqual(
      records.flatMap(({ lines }) => lines),
      [line(1, "a"), line(1, "b"), line(1, "a")],
    );
    confirm(records[0]!);
    assert.equal(take(line(1, "a")).lines.length, 1, "the first one's outcome says nothing of the last one");
  });

  it("do not take an outcome of a record from before the restart for one of their own", () => {
    const old = { seq: 7, lines: [line(1, "a")] };
    nextSeq = 9;
    take(line(1, "a"));
    confirm(old);
    assert.equal(take(line(1, "a")).lines.length, 1);
  });

  for (const [what, happens] of [
    [
      "refused",
      ({ seq, lines }: { seq: number; lines: readonly string[] }) => changes.settled(seq, lines, () => true),
    ],
    ["not kept", ({ lines }: { lines: readonly string[] }) => changes.notKept(lines)],
    ["forgotten", () => changes.forget()],
  ] as const) {
    it(`take a line again whose last one was ${what}`, () => {
      const taken = take(line(1, "a"));
      confirm(taken);
      happens(take(line(1, "b")));
      assert.equal(take(line(1, "b")).lines.length, 1);
    });
  }

  it("take everything again once in a while, by a clock that nobody sets", () => {
    confirm(take(line(1, "a")));
    clock.step(48 * HOUR);
    assert.equal(take(line(1, "a")).lines.length, 0);
    return clock.advance(24 * HOUR).then(() => assert.equal(take(line(1, "a")).lines.length, 1));
  });

  it("remember so many points, and forget those that were longest untouched", () => {
    changes = new OnlyChanges({ clock, fullEveryMs: HOUR, nextSeq: () => nextSeq, maxPoints: 1_500 });
    for (let n = 0; n < 1_500; n++) confirm(take(line(n, "a")));
    assert.equal(take(line(0, "a")).lines.length, 0);
    confirm(take(line(9_999, "a")));
    assert.equal(changes.points, 1_500);
    assert.equal(take(line(0, "a")).lines.length, 0, "it was touched");
    assert.equal(take(line(1, "a")).lines.length, 1, "it was the longest untouched");
  });

  it("write at most 35 % of a day's lines, and leave the database as it would be without them", () => {
    const random = randomFrom(7);
    const [polled, written] = [{ lines: 0 }, { lines: 0 }];
    const truth = new Map<string, string>();
    const database = new Map<string, string>();
    let backlog: { seq: number; lines: readonly string[] }[] = [];
    /** Values of queues and agents in half-hour buckets: each poll asks the last three. */
    const values = new Map<string, number>();
    for (let minute = 0; minute < 24 * 60; minute += 5) {
      const away = minute % 240 >= 200;
      const bucket = Math.floor(minute / 30);
      for (let source = 0; source < 70; source++) {
        const lines: string[] = [];
        for (let at = Math.max(0, bucket - 2); at <= bucket; at++) {
          const point = `m,id=${source} ${at}`;
          const value = values.get(point) ?? 0;
          // A call comes now and then while the bucket is open; sometimes a value goes back to what it was.
          const changed = at === bucket ? random() < 0.3 : random() < 0.02;
          if (changed) values.set(point, random() < 0.2 ? Math.max(0, value - 1) : value + 1);
          lines.push(`m,id=${source} v=${values.get(point) ?? 0}i ${at}`);
        }
        polled.lines += lines.length;
        for (const one of lines) truth.set(one.replace(/ v=\d+i/, ""), one);
        const wanted = changes.take(lines);
        if (wanted.length > 0) backlog.push({ seq: nextSeq++, lines: wanted });
      }
      // The process starts anew: what is pending lies in the log, what was known is gone.
      if (minute === 720) changes.forget();
      if (away) continue;
      for (const { seq, lines } of backlog) {
        const refused = new Set<number>();
        lines.forEach((one, at) => {
          if (random() < 0.001) refused.add(at);
          else database.set(one.replace(/ v=\d+i/, ""), one);
        });
        written.lines += lines.length;
        changes.settled(seq, lines, (at) => refused.has(at));
      }
      backlog = [];
    }
    for (const [point, one] of truth) {
      if (changes.take([one]).length === 0) assert.equal(database.get(point), one);
    }
    const share = written.lines / polled.lines;
    assert.ok(share <= 0.35, `${share}`);
  });
});
