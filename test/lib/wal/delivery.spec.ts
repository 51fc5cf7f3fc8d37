import assert from "node:assert/strict";
import { Delivery } from "../../../lib/wal/delivery";
import type { DeliveryOptions, Sending } from "../../../lib/wal/delivery-options";
import { WalLog } from "../../../lib/wal/log";
import { FakeClock, settle } from "../../support/fake-clock";
import { MemoryFs } from "../../support/memory-fs";
import { numberedLine } from "../../support/wal";

describe("delivery", () => {
  let clock: FakeClock;
  let log: WalLog;
  let delivery: Delivery;
  let sent: Sending[];
  let stalled: { never: boolean }[];
  let directory = 0;

  beforeEach(async () => {
    clock = new FakeClock();
    log = await WalLog.open({
      directory: `/delivery/${++directory}`,
      fileSystem: new MemoryFs(clock),
      clock,
    });
    start();
  });

  afterEach(async () => {
    delivery.close();
    await log.close();
    assert.equal(clock.pending, 0, "timers are left");
  });

  function start(more: Partial<DeliveryOptions> = {}): void {
    sent = [];
    stalled = [];
    delivery = new Delivery({
      log,
      clock,
      window: 5,
      ackTimeoutMs: 120_000,
      random: () => 0.999999,
      send: (sending) => sent.push(sending),
      keepRejected: (refused) => log.keepRejected(refused).then(() => true),
      onStalled: (what) => stalled.push(what),
      onReadError: (error) => assert.equal(error, undefined),
      onChange: () => undefined,
      ...more,
    });
  }

  async function append(...lines: number[]): Promise<void> {
    for (const n of lines) await log.append([numberedLine(n)]);
    await settle();
  }
  const taken = () => {
    const records = sent.splice(0);
    return records.map(({ parcel }) => parcel.seq);
  };
  const answer = (seq: number, attempt?: number) => ({ seq, attempt: attempt ?? sent.at(-1)?.attempt });

  it("backs off exponentially, then tries one record, then the whole window", async () => {
    await append(1, 2, 3);
    assert.deepEqual(taken(), [1, 2, 3]);
    for (const wait of [1_000, 2_000, 4_000, 8_000]) {
      delivery.failed({ seq: 1 });
      delivery.failed({ seq: 2 });
      await clock.advance(wait - 1);
      assert.deepEqual(taken(), [], `before ${wait} ms`);
      await clock.advance(1);
      assert.deepEqual(taken(), [1]);
    }
    delivery.written({ seq: 1 }, { rejected: 0 });
    await settle();
    assert.deepEqual(taken(), [2, 3]);
    delivery.failed({ seq: 2 });
    await clock.advance(1_000);
    assert.deepEqual(taken(), [2], "after a success it starts small again");
  });

  it("waits at most five minutes", async () => {
    await append(1);
    for (let i = 0; i < 12; i++) {
      delivery.failed({ seq: 1 });
      await clock.advance(Math.min(1_000 * 2 ** i, 5 * 60_000));
    }
    assert.equal(taken().length, 13);
  });

  it("waits as long as the server asks", async () => {
    await append(1);
    delivery.failed({ seq: 1 }, { retryAfterMs: 900_000 });
    assert.deepEqual(delivery.state, { doing: "backing-off", lines: 0, nextTryInMs: 900_000 });
    taken();
    await clock.advance(899_999);
    assert.deepEqual(taken(), []);
    await clock.advance(1);
    assert.deepEqual(taken(), [1]);
  });

  it("keeps to its window, and lets a larger record through alone", async () => {
    await log.append([1, 2, 3, 4, 5, 6, 7].map(numberedLine));
    await append(8, 9, 10, 11, 12, 13);
    assert.deepEqual(taken(), [1]);
    delivery.written({ seq: 1 }, { rejected: 0 });
    await settle();
    assert.deepEqual(taken(), [2, 3, 4, 5, 6]);
    delivery.written({ seq: 3 }, { rejected: 0 });
    await settle();
    assert.deepEqual(taken(), [7]);
  });

  it("counts by outcome: a record may be written in part", async () => {
    await log.append([1, 2, 3].map(numberedLine));
    await settle();
    delivery.written({ seq: 1 }, { rejected: 2 });
    delivery.written({ seq: 1 }, { rejected: 0 });
    const { acked, rejected, pending } = log.stats();
    assert.deepEqual({ acked, rejected, pending }, { acked: 1, rejected: 2, pending: 0 });
  });

  it("sends again when no answer comes, and says whether one ever did", async () => {
    await append(1, 2);
    taken();
    await clock.advance(120_000);
    assert.deepEqual(stalled.splice(0), [{ records: 2, lines: 2, never: false }]);
    assert.equal(sent[0]?.flush, true, "what is sent again asks the writer not to wait for company");
    assert.deepEqual(taken(), [1]);
    await clock.advance(120_000);
    assert.deepEqual(stalled.splice(0), [{ records: 1, lines: 1, never: true }]);
    assert.deepEqual(taken(), [1]);
    delivery.written({ seq: 1 }, { rejected: 0 });
    await settle();
    assert.deepEqual(taken(), [2]);
    await clock.advance(120_000);
    assert.equal(stalled[0]?.never, false);
  });

  it("takes a late success for what it is, and a late failure for nothing", async () => {
    await append(1, 2);
    const first = sent[0]!.attempt;
    await clock.advance(120_000);
    assert.deepEqual(taken(), [1, 2, 1]);
    delivery.failed(answer(1, first));
    assert.equal(delivery.state.doing, "stalled");
    delivery.written(answer(1, first), { rejected: 0 });
    await settle();
    assert.deepEqual(taken(), [2]);
    assert.equal(log.stats().acked, 1);
  });

  it("ignores answers to an earlier life of the buffer", async () => {
    await append(1);
    const { attempt } = sent[0]!;
    delivery.close();
    log.rewind();
    start();
    await settle();
    delivery.written(answer(1, attempt), { rejected: 0 });
    delivery.failed(answer(1, attempt));
    assert.equal(log.stats().pending, 1);
    assert.equal(delivery.state.doing, "sending");
  });

  it("waits when a writer met the outage first, and goes on when it met its end", async () => {
    delivery.outage();
    await append(1);
    assert.deepEqual(taken(), []);
    delivery.recovered();
    await settle();
    assert.deepEqual(taken(), [1]);
    delivery.failed({ seq: 1 }, { retryAfterMs: 60_000 });
    delivery.recovered();
    await settle();
    assert.deepEqual(taken(), [], "but not before the time that the server asked for");
  });

  it("keeps order through everything", async () => {
    await append(1, 2, 3, 4);
    delivery.failed({ seq: 2 });
    await append(5);
    delivery.replay();
    await settle();
    const order: number[] = [];
    for (let i = 0; i < 20; i++) {
      for (const seq of taken()) {
        if (order.at(-1) !== seq) order.push(seq);
        delivery.written({ seq }, { rejected: 0 });
      }
      await settle();
    }
    assert.deepEqual(order, [1, 2, 3, 4, 1, 2, 3, 4, 5]);
    assert.equal(log.stats().pending, 0);
  });

  it("never waits less than the back-off, and never longer than a quarter of an hour", async () => {
    await append(1);
    delivery.failed({ seq: 1 }, { retryAfterMs: 0 });
    assert.equal(delivery.state.nextTryInMs, 1_000);
    await clock.advance(1_000);
    delivery.failed({ seq: 1 }, { retryAfterMs: 86_400_000 });
    assert.equal(delivery.state.nextTryInMs, 15 * 60_000);
  });

  it("does not wait longer each time that the server says how long", async () => {
    await append(1);
    for (let i = 0; i < 8; i++) {
      delivery.failed({ seq: 1 }, { retryAfterMs: 30_000 });
      await clock.advance(30_000);
    }
    delivery.failed({ seq: 1 });
    assert.equal(delivery.state.nextTryInMs, 1_000);
  });

  it("waits by a clock that nobody sets", async () => {
    await append(1);
    delivery.failed({ seq: 1 }, { retryAfterMs: 2_000 });
    clock.step(-86_400_000);
    assert.equal(delivery.state.nextTryInMs, 2_000);
    taken();
    await clock.advance(2_000);
    assert.deepEqual(taken(), [1]);
  });

  it("asks the writer not to wait for company when nothing more may follow", async () => {
    await append(1, 2, 3, 4, 5, 6);
    assert.deepEqual(
      sent.map(({ flush }) => flush),
      [false, false, false, false, true],
    );
  });

  it("has no more messages under way than the writer's runtime holds", async () => {
    delivery.close();
    start({ window: 5_000, maxParcels: 3 });
    await append(1, 2, 3, 4, 5);
    assert.deepEqual(
      sent.map(({ flush }) => flush),
      [false, false, true],
    );
    assert.deepEqual(taken(), [1, 2, 3]);
    delivery.written({ seq: 1 }, { rejected: 0 });
    await settle();
    assert.deepEqual(taken(), [4]);
  });

  it("joins what waits when only one message may be under way, and settles each record of it", async () => {
    delivery.close();
    start({ window: 5_000, inFlight: "one" });
    await append(1);
    await log.append([2, 3].map(numberedLine));
    await log.append(Array.from({ length: 498 }, (_, n) => numberedLine(n + 4)));
    await settle();
    assert.deepEqual(taken(), [1]);
    delivery.written({ seq: 1 }, { rejected: 0 });
    await settle();
    const [joined] = sent;
    assert.deepEqual([joined!.parcel.lines.length, joined!.flush], [500, true]);
    assert.deepEqual(taken(), [2]);
    const rejections = [{ at: [1, 7], message: "no", code: "unprocessable" }];
    delivery.written({ seq: 2 }, { rejected: 2, rejections });
    await clock.advance(100);
    const { acked, rejected, pending } = log.stats();
    assert.deepEqual({ acked, rejected, pending }, { acked: 499, rejected: 2, pending: 0 });
    const { letters } = await log.rejected();
    assert.deepEqual(
      letters.map(({ payload }) => payload),
      [`${numberedLine(3)}\n${numberedLine(9)}\n`],
    );
  });

  it("settles a record only when its refused lines are on disk, also when it fails meanwhile", async () => {
    delivery.close();
    let durable = () => {};
    start({ keepRejected: () => new Promise((resolve) => (durable = () => resolve(true))) });
    await append(1, 2);
    delivery.written({ seq: 1 }, { rejected: 1, rejections: [{ at: [0], message: "no", code: "x" }] });
    await settle();
    assert.equal(log.stats().pending, 2);
    taken();
    delivery.failed({ seq: 2 });
    await clock.advance(1_000);
    assert.deepEqual(taken(), [2], "what is only waited for is not sent again");
    durable();
    await settle();
    assert.deepEqual([log.stats().rejected, log.stats().pending], [1, 1]);
  });

  it("sends again at once what is on its way when nodes were deployed", async () => {
    await append(1, 2);
    taken();
    delivery.resend();
    await settle();
    assert.deepEqual(taken(), [1]);
    delivery.written({ seq: 1 }, { rejected: 0 });
    await settle();
    assert.deepEqual(taken(), [2]);
  });
});
