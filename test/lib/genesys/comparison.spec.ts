import assert from "node:assert/strict";
import type { AskedAnswer } from "../../../lib/genesys/handed-on/asked";
import { compare } from "../../../lib/genesys/handed-on/comparison";
import { HandedOn } from "../../../lib/genesys/handed-on/store";
import { granularityOf } from "../../../lib/genesys/interval/granularity";
import { BucketGrid } from "../../../lib/genesys/interval/grid";
import { Breather } from "../../../lib/time/breather";

const START = Date.parse("2026-11-22T10:00:00Z");
const HALF_HOUR = 1_800_000;
const QUEUES = 1_600;
/** A step of work is counted by its breaths: each that is looked at is due, and it is looked at every 16 steps. */
const BREATHS = QUEUES / 16;

describe("an answer compared with what was handed on", () => {
  const late = Object.getOwnPropertyDescriptor(Breather.prototype, "late")!;
  const breathe = Object.getOwnPropertyDescriptor(Breather.prototype, "breathe")!;
  let breaths = 0;
  beforeEach(() => {
    breaths = 0;
    Object.defineProperty(Breather.prototype, "late", { configurable: true, get: () => true });
    const counted = function (this: Breather) {
      breaths++;
      return (breathe.value as () => Promise<void>).call(this);
    };
    Object.defineProperty(Breather.prototype, "breathe", { ...breathe, value: counted });
  });
  afterEach(() => {
    Object.defineProperty(Breather.prototype, "late", late);
    Object.defineProperty(Breather.prototype, "breathe", breathe);
  });

  const answer = (metrics: readonly string[]): AskedAnswer => ({
    rows: Array.from({ length: QUEUES }, (_, n) => ({
      group: { queueId: `q-${n}` },
      data: [
        {
          interval: "2026-11-22T10:00:00.000Z/2026-11-22T10:30:00.000Z",
          metrics: metrics.map((metric) => ({ metric, stats: { count: n + 1 } })),
        },
      ],
    })),
    interval: { start: START, end: START + HALF_HOUR },
    groupBy: ["queueId"],
    key: "queueId",
    keys: undefined,
    metric: () => true,
    scope: "",
    whole: true,
    qualifierName: (_metric, qualifier) => qualifier,
  });

  it("lets others run at each step: while it is read, looked through, completed with zeros and cut down", async () => {
    const store = new HandedOn(undefined, "series");
    const grid = new BucketGrid(granularityOf("PT30M"));
    const breathsOf = async <T>(work: () => Promise<T>): Promise<T> => {
      breaths = 0;
      return work();
    };
    const first = await breathsOf(() => compare(store, grid, answer(["nOffered", "tWait"])));
    assert.ok(breaths >= BREATHS, `${breaths} while it is read`);
    first.note();

    const same = await breathsOf(() => compare(store, grid, answer(["nOffered", "tWait"])));
    assert.equal(same.changed, 0);
    assert.ok(
      breaths >= 3 * BREATHS,
      `${breaths} while it is read, looked for what is missing, and compared`,
    );

    const less = await breathsOf(() => compare(store, grid, answer(["nOffered"])));
    assert.equal(less.zeros.length, QUEUES);
    assert.equal(less.changed, QUEUES);
    assert.ok(breaths >= 5 * BREATHS, `${breaths} while zeros are made and added as well`);

    const changes = await breathsOf(() => less.changes());
    assert.equal(changes.length, QUEUES);
    assert.ok(breaths >= BREATHS, `${breaths} while what differs is taken`);
  });
});
