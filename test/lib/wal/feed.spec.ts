import assert from "node:assert/strict";
import { Feed } from "../../../lib/wal/feed";
import type { WalRecord } from "../../../lib/wal/reader";

describe("records joined for a broker", () => {
  it("are no more than it takes in one message, in bytes as in lines", async () => {
    const line = (n: number) => `m,n=${n} text="${"é".repeat(30_000)}" ${n}`;
    const records: WalRecord[] = Array.from({ length: 9 }, (_, n) => ({ seq: n, lines: [line(n)], t: 0 }));
    const waiting = [...records];
    const feed = new Feed({ next: () => Promise.resolve(waiting.shift()) }, () => false, 500);
    const joined: string[][] = [];
    for (let first = await feed.look(); first; first = await feed.look())
      joined.push([...(await feed.take(first)).lines]);
    assert.deepEqual(
      joined.flat(),
      records.flatMap(({ lines }) => lines),
    );
    assert.deepEqual(
      joined.map(({ length }) => length),
      [4, 4, 1],
    );
  });
});
