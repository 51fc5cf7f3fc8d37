import assert from "node:assert/strict";
import { Delivery } from "../../../lib/wal/delivery";
import type { DeliveryOptions, Sending } from "../../../lib/wal/delivery-options";
import { WalLog } from "../../../lib/wal/log";
import { FakeClock, settle } from "../../support/fake-clock";
import { MemoryFs } from "../../support/memory-fs";
import { numberedLine } from "../../support/wal";

describe("a record that the server refuses as a whole", () => {
  let clock: FakeClock;
  let log: WalLog;
  let delivery: Delivery;
  let sent: number[];
  let written: number[];
  let blamed: string[];
  let directory = 0;
  /** Records whose lines the server refuses. */
  let bad: Set<number>;
  let settingsWrong: boolean;
  /** What the writer learnt: once the server took something, lines that it refuses are at fault. */
  let accepted: boolean;
  /** During so many refused requests, a new line is kept each time. */
  let linesToCome: number;

  beforeEach(async () => {
    clock = new FakeClock();
    log = await WalLog.open({ directory: `/refused/${++directory}`, fileSystem: new MemoryFs(clock), clock });
    [sent, written, blamed, bad] = [[], [], [], new Set()];
    settingsWrong = accepted = false;
    linesToCome = 0;
  });

  afterEach(async () => {
    delivery.close();
    await log.close();
  });

  function start(more: Partial<DeliveryOptions> = {}): void {
    delivery = new Delivery({
      ...{ log, clock, window: 5, ackTimeoutMs: 120_000, random: () => 0.5 },
      send: (sending) => void Promise.resolve().then(() => write(sending)),
      keepRejected: (refused) => log.keepRejected(refused).then(() => true),
      onStalled: () => assert.fail("stalled"),
      onBlamed: (reason) => blamed.push(reason),
      onReadError: (error) => assert.equal(error, undefined),
      onChange: () => undefined,
      ...more,
    });
  }

  /** A writer and its server. */
  function write({ parcel, attempt }: Sending): void {
    const to = { seq: parcel.seq, attempt };
    sent.push(parcel.seq);
    if (!settingsWrong && !bad.has(parcel.seq)) {
      accepted = true;
      written.push(parcel.seq);
      delivery.written(to, { rejected: 0 });
    } else if (accepted && !settingsWrong) {
      const at = parcel.lines.map((_line, index) => index);
      delivery.written(to, {
        rejected: at.length,
        rejections: [{ at, message: "no", code: "unprocessable" }],
      });
    } else {
      const kept = linesToCome-- > 0 ? append(1) : Promise.resolve();
      const refusal = { refused: true as const, retryAfterMs: 60_000 };
      void kept.then(() => delivery.failed(to, refusal, "field type conflict"));
    }
  }

  async function append(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await log.append([numberedLine(n)]);
  }

  it("does not hold up what lies behind it, also at the head after a restart: it becomes a dead letter", async () => {
    await append(41);
    bad = new Set([1]);
    start();
    await clock.advance(1_000);
    const { acked, rejected, pending } = log.stats();
    assert.deepEqual({ acked, rejected, pending }, { acked: 40, rejected: 1, pending: 0 });
    assert.deepEqual(
      (await log.rejected()).letters.map(({ reason }) => reason),
      ["no"],
    );
    assert.deepEqual(blamed, []);
  });

  it("is followed by all that lies behind it in order, so that no older value comes last", async () => {
    await append(6);
    bad = new Set([1, 2]);
    start();
    await clock.advance(1_000);
    const last = written.lastIndexOf(3);
    assert.deepEqual(written.slice(last), [3, 4, 5, 6]);
  });

  it("settles nothing and rejects nothing when the settings are wrong, says so once, and ends by itself", async () => {
    await append(30);
    settingsWrong = true;
    start();
    await clock.advance(10_000);
    assert.equal(delivery.state.doing, "blamed");
    assert.deepEqual(blamed, ["field type conflict"]);
    assert.equal(sent.length, 1 + 20, "the head, then twenty others");
    await clock.advance(10 * 60_000);
    assert.equal(sent.length, 1 + 20 + 10, "one a minute");
    assert.ok(Math.max(...sent) > 26, "further into the log");
    assert.deepEqual(blamed, ["field type conflict"], "told once");
    const { acked, rejected, pending } = log.stats();
    assert.deepEqual({ acked, rejected, pending }, { acked: 0, rejected: 0, pending: 30 });
    settingsWrong = false;
    await clock.advance(60_000);
    assert.deepEqual([log.stats().acked, log.stats().pending], [30, 0]);
  });

  it("makes no flood of requests of lines that keep coming while the settings are wrong", async () => {
    await append(30);
    settingsWrong = true;
    linesToCome = 1_000;
    start();
    await clock.advance(10_000);
    assert.equal(delivery.state.doing, "blamed");
    sent = [];
    await clock.advance(10 * 60_000);
    assert.equal(sent.length, 2 * 10, "the newest and one of the others each minute");
    assert.ok(Math.max(...sent) > 45, "the newest among them");
  });

  it("waits, when it is all there is, for another line, which flows within a minute", async () => {
    bad = new Set([1]);
    await append(1);
    start();
    await clock.advance(5 * 60_000 + 30_000);
    assert.equal(log.stats().pending, 1);
    assert.equal(delivery.state.doing, "blamed");
    await log.append([numberedLine(7)]);
    await clock.advance(60_000);
    const { acked, rejected, pending } = log.stats();
    assert.deepEqual({ acked, rejected, pending }, { acked: 1, rejected: 1, pending: 0 });
  });

  for (const good of [100, 97])
    it(`is told from wrong settings by the ${good}th of a hundred records, as all others are at fault too`, async () => {
      await append(100);
      bad = new Set(Array.from({ length: 100 }, (_, n) => n + 1));
      bad.delete(good);
      start();
      await clock.advance(10_000);
      const { acked, rejected, pending } = log.stats();
      assert.deepEqual({ acked, rejected, pending }, { acked: 1, rejected: 99, pending: 0 });
      assert.deepEqual(blamed, []);
    });

  it("is told from wrong settings by one that was refused together with it", async () => {
    await append(40);
    bad = new Set(Array.from({ length: 40 }, (_, n) => n + 1));
    bad.delete(23);
    // All of them are one batch, which the writer gives up as a whole.
    const firstBatch: Sending[] = [];
    let isFirst = true;
    start({
      window: 100,
      send: (sending) => {
        if (!isFirst) return void Promise.resolve().then(() => write(sending));
        firstBatch.push(sending);
      },
    });
    await clock.advance(10);
    assert.equal(firstBatch.length, 40);
    isFirst = false;
    delivery.failed({ seq: 1 }, { refused: true }, "no");
    await clock.advance(15 * 60_000);
    const { acked, rejected, pending } = log.stats();
    assert.deepEqual({ acked, rejected, pending }, { acked: 1, rejected: 39, pending: 0 });
  });

  for (const minutes of [3, 4])
    it(`is told from wrong settings within a minute by a line that comes after ${minutes} minutes`, async () => {
      await append(300);
      bad = new Set(Array.from({ length: 300 }, (_, n) => n + 1));
      start();
      await clock.advance(minutes * 60_000);
      assert.equal(delivery.state.doing, "blamed");
      await log.append([numberedLine(7)]);
      await clock.advance(60_000);
      const { acked, rejected, pending } = log.stats();
      assert.deepEqual({ acked, rejected, pending }, { acked: 1, rejected: 300, pending: 0 });
    });

  it("is given up whole when its writer never isolates it, though the server takes others", async () => {
    await append(3);
    bad = new Set([1]);
    start();
    const write = () => (accepted = false);
    for (let i = 0; i < 200; i++) {
      write();
      await settle(1);
    }
    await clock.advance(5_000);
    const { acked, rejected, pending } = log.stats();
    assert.deepEqual({ acked, rejected, pending }, { acked: 2, rejected: 1, pending: 0 });
  });

  it("takes no other record with it that was joined with it into one message", async () => {
    await append(4);
    bad = new Set([2]);
    start({
      ...{ window: 100, inFlight: "one" },
      send: ({ parcel, attempt }) =>
        void Promise.resolve().then(() => {
          const to = { seq: parcel.seq, attempt };
          if (parcel.records.some(({ seq }) => bad.has(seq))) delivery.failed(to, { refused: true }, "no");
          else delivery.written(to, { rejected: 0 });
        }),
    });
    await append(1);
    await clock.advance(10 * 60_000);
    const { acked, rejected, pending } = log.stats();
    assert.deepEqual({ acked, rejected, pending }, { acked: 4, rejected: 1, pending: 0 });
    const { letters } = await log.rejected();
    assert.deepEqual(
      letters.map(({ payload }) => payload),
      [`${numberedLine(1)}\n`],
    );
  });

  it("gives nothing up when the server falls silent during the search", async () => {
    await append(10);
    bad = new Set([1]);
    start();
    delivery.close();
    const answers: Sending[] = [];
    start({ send: (sending) => void answers.push(sending), onReadError: () => undefined });
    await settle();
    delivery.failed({ seq: 1 }, { refused: true }, "no");
    await settle();
    delivery.failed({ seq: answers.at(-1)!.parcel.seq }, {}, "connection refused");
    await settle();
    assert.equal(delivery.state.doing, "backing-off");
    await clock.advance(1_000);
    assert.equal(answers.at(-1)!.parcel.seq, 1, "after the outage it starts at the head again");
    assert.equal(log.stats().pending, 10);
  });
});
