import assert from "node:assert/strict";
import { readAnswer } from "../../../lib/line-protocol/answer";
import { Converter } from "../../../lib/line-protocol/converter";
import { checkSettings } from "../../../lib/line-protocol/settings";

const NOW = Date.parse("2026-11-22T10:28:00Z");
const row = (n: number, more: object = {}) => ({
  ...{ queueId: `q-${n}`, answered: n, abandoned: 0, offered: n, waitTime: n / 8 },
  ...{ intervalEnd: "2026-11-22T10:28:00Z", ...more },
});
const text = (n: number, tag = `q-${n}`, more = "") =>
  `genesys_queue,env=e,queueId=${tag} answered=${n}i,abandoned=0i,offered=${n}i,waitTime=${n / 8}${more} 1795343280000000000`;
const tutorial = readAnswer({ kind: "queue-details", environment: "e" }, NOW, "");
const converter = () => new Converter(checkSettings({}));

describe("lines by the thousand", () => {
  it("come as they would alone, with odd ones among them, in their order", async () => {
    const rows: object[] = [];
    const wanted: string[] = [];
    for (let n = 0; n < 10_000; n++) {
      if (n % 700 === 3) {
        rows.push(row(n, { queueId: `Zürich ${n}` }));
        wanted.push(text(n, `Zürich\\ ${n}`));
      } else if (n % 900 === 5) {
        rows.push(row(n, { queueName: "東京" }));
        wanted.push(text(n, undefined, ',queueName="東京"'));
      } else if (n % 1_000 === 7) rows.push(row(n, { answered: "many" }), row(n, { queueId: 5 }));
      else {
        rows.push(row(n));
        wanted.push(text(n));
      }
      if (n % 1_000 === 7) wanted.push(text(n).replace(`answered=${n}i,`, ""));
    }
    const { lines, skipped } = await converter().convert(rows, tutorial);
    assert.deepEqual(lines, wanted);
    assert.equal(skipped.length, 20);
  });

  it("repeat their head, however many buckets a row has and wherever a piece ends", async () => {
    const buckets = Array.from({ length: 3_000 }, (_, n) => {
      const [start, end] = [NOW + n * 60_000, NOW + (n + 1) * 60_000].map((at) => new Date(at).toISOString());
      return { interval: `${start}/${end}`, metrics: [{ metric: "nOffered", stats: { count: n } }] };
    });
    const answer = readAnswer({ kind: "queue-aggregates", environment: "e", granularity: "PT1M" }, NOW, "");
    const group = (queueId: string) => ({ group: { queueId, mediaType: "voice" }, data: buckets });
    const { lines } = await converter().convert([group("q-1"), group("ü"), group("q-2")], answer);
    assert.equal(lines.length, 9_000);
    for (const [at, line] of lines.entries()) {
      const queue = ["q-1", "ü", "q-2"][Math.floor(at / 3_000)];
      const n = at % 3_000;
      const head = `genesys_queue,env=e,granularity=PT1M,mediaType=voice,queueId=${queue}`;
      assert.equal(line, `${head} offered=${n}i,nOffered_count=${n}i,open=true ${NOW + n * 60_000}000000`);
    }
  });

  it("of two messages at once and of those behind them stay apart, each with its own tags", async () => {
    const one = converter();
    const rows = Array.from({ length: 20_000 }, (_, n) => row(n));
    const other = readAnswer({ kind: "queue-details", environment: "other" }, NOW, "");
    const [first, second] = await Promise.all([one.convert(rows, tutorial), one.convert(rows, other)]);
    assert.equal(first.lines.length, 20_000);
    assert.ok(first.lines.every((line, n) => line === text(n)));
    assert.ok(second.lines.every((line, n) => line === text(n).replace("env=e", "env=other")));
    assert.deepEqual(one.convertNow([row(1)], other).lines, [text(1).replace("env=e", "env=other")]);
    assert.deepEqual(one.convertNow([row(2)], tutorial).lines, [text(2)]);
    assert.deepEqual(one.convertNow([], tutorial).lines, []);
  });

  it("of a message that failed halfway are not in the next", async () => {
    const one = converter();
    const broken = row(2);
    Object.defineProperty(broken, "answered", {
      get() {
        throw new TypeError("broken");
      },
    });
    await assert.rejects(one.convert([row(1), broken], tutorial), /broken/);
    assert.deepEqual((await one.convert([row(3)], tutorial)).lines, [text(3)]);
  });
});
