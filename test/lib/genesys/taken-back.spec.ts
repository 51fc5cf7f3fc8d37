import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeClock } from "../../support/fake-clock";
import { ask, clientOf, closeAll, pollersOf, scripted } from "./support";

const START = "2026-11-22T10:10:00.000Z";
const queues = ["aa", "bb", "cc"].map((part) => `1d1af111-b11c-11f1-b111-0000000000${part}`);
const [a, b, c] = queues as [string, string, string];

interface Row {
  readonly group: { readonly queueId: string; readonly mediaType: string };
  readonly data: { readonly interval: string; readonly metrics: readonly object[] }[];
}

/** A row of one queue with its metrics in the bucket from ten o'clock. */
const row = (queueId: string, metrics: Record<string, number>, mediaType = "voice"): Row => ({
  group: { queueId, mediaType },
  data: [
    {
      interval: "2026-11-22T10:00:00.000Z/2026-11-22T10:30:00.000Z",
      metrics: Object.entries(metrics).map(([metric, count]) => ({ metric, stats: { count } })),
    },
  ],
});

describe("what Genesys takes back", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "taken-back-"))));
  afterEach(async () => {
    await closeAll();
    rmSync(directory, { recursive: true });
  });

  /** A client of a server that lists the queues, and answers queries one after the other. */
  const answeringWith = async (answers: readonly (readonly Row[])[]) => {
    const left = [...answers];
    const { url } = await scripted(({ url: path }) => {
      if (path.startsWith("/api/v2/routing"))
        return { body: { entities: queues.map((id) => ({ id, name: id })) } };
      if (path === "/oauth/token") return {};
      // All are visible.
      const live = queues.map((queueId) => ({ group: { queueId }, data: [] }));
      return { body: { results: path.includes("/aggregates/") ? left.shift() : live } };
    });
    return clientOf(url, new FakeClock(START));
  };
  /** Polls once for each answer, with a restart before each but the first. */
  const polled = async (
    answers: readonly (readonly Row[])[],
    metrics = ["nOffered", "tAnswered", "tAbandon"],
  ) => {
    const client = await answeringWith(answers);
    const said: string[] = [];
    const messages: Row[][] = [];
    for (let index = 0; index < answers.length; index++) {
      const kept = pollersOf(client, directory);
      const poller = kept.queues({ queues, metrics });
      messages.push((await ask(poller)).rows as unknown as Row[]);
      said.push(...kept.warnings);
      await poller.close();
    }
    return { messages, said };
  };
  /** What a store holds after all messages: each value as it was written last. */
  const stored = (messages: readonly Row[][]) => {
    const store = new Map<string, unknown>();
    for (const { group, data } of messages.flat()) {
      for (const { metrics } of data) {
        for (const { metric, stats } of metrics as { metric: string; stats: Record<string, unknown> }[]) {
          for (const [name, value] of Object.entries(stats)) {
            store.set(`${group.queueId.slice(-2)} ${group.mediaType} ${metric}_${name}`, value);
          }
        }
      }
    }
    return Object.fromEntries(store);
  };

  it("becomes 0, over a restart: an abandon that turns out to have been answered", async () => {
    const { messages, said } = await polled([
      [row(a, { nOffered: 3, tAnswered: 2, tAbandon: 1 }), row(b, { nOffered: 1, tAnswered: 1 })],
      [row(a, { nOffered: 3, tAnswered: 3 }), row(b, { nOffered: 1, tAnswered: 1 })],
    ]);
    assert.deepEqual(stored(messages), {
      "aa voice nOffered_count": 3,
      "aa voice tAnswered_count": 3,
      "aa voice tAbandon_count": 0,
      "bb voice nOffered_count": 1,
      "bb voice tAnswered_count": 1,
    });
    assert.deepEqual(said, []);
  });

  it("becomes 0 where a whole media type of a queue is gone, and stays 0 when it is asked once more", async () => {
    const rest = [row(a, { nOffered: 3 }), row(b, { nOffered: 1 })];
    const { messages } = await polled([[...rest, row(a, { nOffered: 2 }, "chat")], rest, rest]);
    assert.equal(stored(messages.slice(0, 2))["aa chat nOffered_count"], 0);
    assert.equal(stored(messages)["aa chat nOffered_count"], 0);
    assert.equal((messages[1]!.at(-1)!.group as { queueName?: string }).queueName, a, "names are there, too");
  });

  it("does not touch a queue that vanishes whole, and names it", async () => {
    const { messages, said } = await polled([
      [row(a, { nOffered: 3 }), row(b, { nOffered: 1 }), row(c, { nOffered: 1 })],
      [row(a, { nOffered: 3 }), row(b, { nOffered: 1 })],
    ]);
    assert.equal(stored(messages)["cc voice nOffered_count"], 1);
    assert.equal(said.length, 1);
    assert.match(
      said[0]!,
      new RegExp(`not any more; hidden by a division, or gone: what was written stays: ${c}`),
    );
  });

  it("is not believed when more than half of what was known is missing, or all of it", async () => {
    const media = ["voice", "chat", "email"];
    const all = media.map((mediaType) => row(a, { nOffered: 3 }, mediaType));
    for (const next of [all.slice(0, 1), []]) {
      rmSync(directory, { recursive: true });
      const { messages, said } = await polled([all, next]);
      for (const mediaType of media) assert.equal(stored(messages)[`aa ${mediaType} nOffered_count`], 3);
      assert.match(said[0]!, next.length > 0 ? /more than half of what was known/ : /nothing that was known/);
    }
  });

  it("becomes 0 later when the answer that lacked it first was not to be believed", async () => {
    const first = [
      row(a, { nOffered: 3, tAnswered: 2, tAbandon: 1 }),
      ...[b, c].flatMap((id) => ["voice", "chat"].map((media) => row(id, { nOffered: 1 }, media))),
    ];
    const corrected = row(a, { nOffered: 3, tAnswered: 3 });
    const odd = { group: { queueId: null }, data: null } as unknown as Row;
    for (const doubtful of [[corrected], [corrected, ...first.slice(1), odd]]) {
      rmSync(directory, { recursive: true });
      const whole = [corrected, ...first.slice(1)];
      const { messages } = await polled([first, doubtful, doubtful, whole]);
      assert.equal(stored(messages.slice(0, 3))["aa voice tAbandon_count"], 1);
      assert.equal(stored(messages)["aa voice tAbandon_count"], 0);
    }
  });

  it("becomes 0 when its metric is asked again after an edit that left it out", async () => {
    const first = row(a, { nOffered: 3, tAbandon: 1 });
    const without = row(a, { nOffered: 3 });
    const client = await answeringWith([[first], [without], [without]]);
    const messages: Row[][] = [];
    for (const metrics of [["nOffered", "tAbandon"], ["nOffered"], ["nOffered", "tAbandon"]]) {
      const poller = pollersOf(client, directory).queues({ queues, metrics });
      messages.push((await ask(poller)).rows as unknown as Row[]);
      await poller.close();
    }
    assert.equal(stored(messages)["aa voice tAbandon_count"], 0);
  });

  it("leaves targets as they were, and takes nothing back that was not asked this time", async () => {
    const target = {
      metric: "oServiceLevel",
      stats: { ratio: 0.5, numerator: 1, denominator: 2, target: 0.8 },
    };
    const first = row(a, { nOffered: 3 });
    const withTarget = {
      ...first,
      data: [{ ...first.data[0]!, metrics: [...first.data[0]!.metrics, target] }],
    };
    const metrics = ["nOffered", "oServiceLevel"];
    const { messages } = await polled([[withTarget], [first]], metrics);
    assert.deepEqual(stored(messages), {
      "aa voice nOffered_count": 3,
      "aa voice oServiceLevel_ratio": 0,
      "aa voice oServiceLevel_numerator": 0,
      "aa voice oServiceLevel_denominator": 0,
      "aa voice oServiceLevel_target": 0.8,
    });
    rmSync(directory, { recursive: true });
    const client = await answeringWith([[row(a, { nOffered: 3, tAbandon: 1 })], [row(a, { nOffered: 3 })]]);
    const before = pollersOf(client, directory).queues({ queues, metrics: ["nOffered", "tAbandon"] });
    await ask(before);
    await before.close();
    const edited = await ask(pollersOf(client, directory).queues({ queues, metrics: ["nOffered"] }));
    assert.deepEqual(Object.keys(stored([edited.rows as unknown as Row[]])), ["aa voice nOffered_count"]);
  });

  it("is nothing in an answer that lacks a part, or holds a row of another shape", async () => {
    const first = [row(a, { nOffered: 3, tAbandon: 1 }), row(b, { nOffered: 1 })];
    const odd = [row(a, { nOffered: 3 }), row(b, { nOffered: 1 }), { group: { queueId: null }, data: null }];
    const { messages, said } = await polled([first, odd as unknown as Row[]]);
    assert.equal(stored(messages)["aa voice tAbandon_count"], 1);
    assert.match(said[0]!, /not of the promised shape/);
  });
});
