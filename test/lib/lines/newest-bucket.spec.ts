import assert from "node:assert/strict";
import { newestBucket } from "../../../lib/lines/newest-bucket";

const HOUR = 3_600_000;
const T = 1_793_354_400_000;
const bucket = (at: number, measurement = "genesys_queue") =>
  `${measurement},env=p,granularity=PT30M,queueId=q offered=1i,open=true ${at}000000`;

describe("the newest bucket among lines", () => {
  it("is the latest time of a line with a granularity, wherever it stands", () => {
    const lines = [bucket(T), bucket(T + HOUR), bucket(T - HOUR)];
    assert.equal(newestBucket(lines, undefined), T + HOUR);
    assert.equal(newestBucket(lines, T + 2 * HOUR), T + 2 * HOUR);
    assert.equal(newestBucket(lines, T), T + HOUR);
  });

  it("is found in a long list in which two buckets of each group follow each other", () => {
    for (const count of [500, 1_000, 5_000]) {
      const lines = Array.from({ length: count }, (_, n) => bucket(n % 2 === 0 ? T : T + HOUR));
      assert.equal(newestBucket(lines, undefined), T + HOUR);
    }
  });

  it("is none of live points, of fields and names that read like the tag, or of other precisions", () => {
    const others = [
      `genesys_queue_live,env=p,queueId=q oWaiting=1i ${T + HOUR}000000`,
      `m,env=p note=",granularity=PT30M" ${T + HOUR}000000`,
      `m,granularity=PT30M f=1i ${T + HOUR}`,
      "m,granularity=PT30M f=1i",
      "",
    ];
    assert.equal(newestBucket(others, undefined), undefined);
    assert.equal(newestBucket([...others, bucket(T)], undefined), T);
    assert.equal(newestBucket([], 17), 17);
  });
});
