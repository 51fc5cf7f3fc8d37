import assert from "node:assert/strict";
import { convertRows as run } from "../../support/convert-rows";
import { exampleMessages, IDS } from "../../support/genesys-answers";

const { queue } = IDS;

describe("schema: queue-aggregates", () => {
  const { payload, genesys } = exampleMessages()["queue-aggregates"];

  it("writes a point per bucket with the tutorial's fields first, at the bucket's start", async () => {
    const series = `genesys_queue,env=production,granularity=PT30M,mediaType=voice,queueId=${queue}`;
    const fields = [
      "answered=9i,abandoned=2i,offered=12i,waitTime=17.88381818181818",
      "nOffered_count=12i",
      "tAnswered_count=9i,tAnswered_sum=110554,tAnswered_min=2306,tAnswered_max=73342",
      "tAbandon_count=2i,tAbandon_sum=86168,tAbandon_min=11781,tAbandon_max=74387",
      "tWait_count=11i,tWait_sum=196722,tWait_min=2306,tWait_max=74387",
      "oServiceTarget_current=0.8",
      "oServiceLevel_ratio=0.7,oServiceLevel_numerator=7,oServiceLevel_denominator=10,oServiceLevel_target=0.8",
      "tAbandonUnder5s_count=0i",
      "open=false",
      'queueName="Billing, North"',
    ].join(",");
    assert.deepEqual((await run(payload, genesys)).lines, [
      `${series} ${fields} 1795341600000000000`,
      `${series} oServiceTarget_current=0.8,open=true,queueName="Billing, North" 1795343400000000000`,
    ]);
  });

  const closed = { ...genesys, polledAt: "2026-11-22T12:00:00Z" };

  it("makes the mean wait 0 when its count is taken back: the last mean would stay", async () => {
    const [row] = structuredClone(payload) as { data: { metrics: unknown[] }[] }[];
    row!.data[0]!.metrics = [{ metric: "tWait", stats: { count: 0, sum: 0, min: 0, max: 0 } }];
    const { lines } = await run([row], genesys);
    assert.match(lines[0] ?? "", / waitTime=0,tWait_count=0i,tWait_sum=0,tWait_min=0,tWait_max=0,/);
  });

  it("fills in zeros only where another bucket or series has something, and only when asked", async () => {
    const settings = { zeroFill: true, queueName: "off" } as const;
    const { lines } = await run(payload, closed, settings);
    assert.match(
      lines[1] ?? "",
      / answered=0i,abandoned=0i,offered=0i,oServiceTarget_current=0\.8,nOffered_count=0i,/,
    );
    assert.match(lines[1] ?? "", /tAnswered_sum=0,/);
    assert.doesNotMatch(lines[1] ?? "", /waitTime|_min|_max|_ratio|_numerator/);
    const other = {
      group: { queueId: "q-2", mediaType: "voice" },
      data: [(payload[0] as { data: unknown[] }).data[1]],
    };
    const both = await run([...payload, other], closed, settings);
    assert.equal(both.lines.length, 4);
    assert.match(both.lines[3] ?? "", /queueId=q-2 answered=0i.* 1795341600000000000$/);
  });

  it("fills in what was asked and nobody has, but neither open buckets, an incomplete answer nor corrections", async () => {
    const settings = { zeroFill: true, queueName: "off" } as const;
    const asked = { ...closed, metrics: ["nOffered", "nTransferred", "tAcw"] };
    const { lines } = await run(payload, asked, settings);
    assert.match(lines[0] ?? "", /nTransferred_count=0i,tAcw_count=0i,tAcw_sum=0,/);
    const open = await run(payload, genesys, settings);
    assert.match(open.lines[1] ?? "", / oServiceTarget_current=0\.8,open=true /);
    const partial = await run(payload, { ...closed, complete: false }, settings);
    assert.doesNotMatch(partial.lines[1] ?? "", /=0i/);
    const corrections = await run(payload, { ...closed, reason: "resync" }, settings);
    assert.doesNotMatch(corrections.lines[1] ?? "", /=0i/);
  });

  it("puts the queue's name into a tag or leaves it out when asked", async () => {
    assert.match(
      (await run(payload, genesys, { queueName: "tag" })).lines[1] ?? "",
      /,queueName=Billing\\,\\ North oService/,
    );
    assert.doesNotMatch((await run(payload, genesys, { queueName: "off" })).lines.join(), /Billing/);
  });

  it("takes the bucket's end or the poll's time when asked; of buckets with one time only the last", async () => {
    const ends = await run(payload, genesys, { timestamp: "intervalEnd" });
    assert.deepEqual(
      ends.lines.map((line) => line.split(" ").at(-1)),
      ["1795343400000000000", "1795345200000000000"],
    );
    const polled = await run(payload, genesys, { timestamp: "polledAt", align: "PT1M" });
    assert.deepEqual(
      polled.lines.map((line) => line.split(" ").at(-1)),
      ["1795343460000000000"],
    );
  });

  it("combines a metric that comes twice", async () => {
    const metrics = [
      { metric: "tTalk", stats: { count: 1, sum: 10, min: 10, max: 10 } },
      { metric: "tTalk", stats: { count: 2, sum: 50, min: 5, max: 45 } },
    ];
    const data = [{ interval: "2026-11-22T10:00:00Z/2026-11-22T10:30:00Z", metrics }];
    const { lines } = await run([{ group: { queueId: "q" }, data }], genesys);
    assert.match(lines[0] ?? "", / tTalk_count=3i,tTalk_sum=60,tTalk_min=5,tTalk_max=45,/);
  });

  const bucket = (over: object) => ({
    interval: "2026-11-22T10:00:00Z/2026-11-22T10:30:00Z",
    metrics: [{ metric: "nOffered", stats: { count: 1 } }],
    ...over,
  });
  const bad: [string, unknown, RegExp][] = [
    ["no group", { data: [] }, /group of the row is missing/],
    ["a group that is a list", { group: [], data: [] }, /group of the row is a list/],
    ["a dimension that is a number", { group: { queueId: 5 } }, /queueId is 5, not a text/],
    ["data that is an object", { group: {}, data: {} }, /data of the row is an object, not a list/],
    ["a bucket that is null", { group: {}, data: [null] }, /data\[0\] is null/],
    [
      "an interval of one time",
      { group: {}, data: [bucket({ interval: "2026-11-22T10:00:00Z" })] },
      /not start\/end/,
    ],
    [
      "an interval backwards",
      { group: {}, data: [bucket({ interval: "2026-11-22T10:00:00Z/2026-11-22T09:00:00Z" })] },
      /ends before/,
    ],
    [
      "metrics that are a text",
      { group: {}, data: [bucket({ metrics: "x" })] },
      /metrics of data\[0\] is "x", not a list/,
    ],
  ];
  for (const [name, row, reason] of bad) {
    it(`leaves out ${name}`, async () => {
      const good = { group: { queueId: "q" }, data: [bucket({})] };
      const { lines, reasons } = await run([good, row], genesys);
      assert.equal(lines.length, 1);
      assert.equal(reasons.length, 1);
      assert.match(reasons[0] ?? "", reason);
    });
  }

  const odd: [string, unknown, RegExp][] = [
    ["a metric without a name", { stats: {} }, /name of a metric of data\[0\] is missing/],
    ["a metric that is null", null, /a metric of data\[0\] is null, not an object/],
    ["stats that are a list", { metric: "nX", stats: [] }, /stats of nX is a list/],
    ["stats that are null", { metric: "nX", stats: null }, /stats of nX is null/],
    ["a count as text", { metric: "nX", stats: { count: "1" } }, /nX_count is "1"/],
    [
      "a count with decimals",
      { metric: "nX", stats: { count: 1.5 } },
      /nX_count is 1\.5, not a whole number/,
    ],
    ["a count beyond 2^53", { metric: "nX", stats: { count: 2 ** 60 } }, /nX_count is 1152921504606847000/],
    ["a qualifier of a wrong type", { metric: "nX", qualifier: 1, stats: {} }, /qualifier of nX is 1/],
  ];
  for (const [name, metric, reason] of odd) {
    it(`leaves out ${name}, and keeps the other figures of the bucket`, async () => {
      const metrics = [
        { metric: "nOffered", stats: { count: 7 } },
        metric,
        { metric: "tAcw", stats: { count: 1 } },
      ];
      const { lines, reasons } = await run(
        [{ group: { queueId: "q" }, data: [bucket({ metrics })] }],
        genesys,
      );
      assert.match(lines[0] ?? "", / offered=7i,nOffered_count=7i,tAcw_count=1i,/);
      assert.equal(reasons.length, 1);
      assert.match(reasons[0] ?? "", reason);
    });
  }

  it("leaves out a counter of the tutorial with the figure that it is made of", async () => {
    const metrics = [
      { metric: "tWait", stats: { count: 1.5, sum: 300 } },
      { metric: "tAnswered", stats: { count: 3, sum: "x" } },
    ];
    const { lines, reasons } = await run([{ group: { queueId: "q" }, data: [bucket({ metrics })] }], genesys);
    assert.match(lines[0] ?? "", / answered=3i,tWait_sum=300,tAnswered_count=3i,open/);
    assert.deepEqual(reasons, ['tWait_count is 1.5, not a whole number; tAnswered_sum is "x", not a number']);
  });

  it("refuses a bucket with an enormous list of metrics", async () => {
    const metrics = Array.from({ length: 200_000 }, () => ({ metric: "nX", stats: { count: 1 } }));
    const { lines, reasons } = await run([{ group: {}, data: [bucket({ metrics }), bucket({})] }], genesys);
    assert.deepEqual(
      [lines.length, reasons],
      [1, ["metrics of data[0] has 200000 entries, which is more than 10000"]],
    );
  });

  it("leaves out only the bad bucket of a row", async () => {
    const row = { group: { queueId: "q" }, data: [bucket({}), bucket({ interval: 5 }), bucket({})] };
    const { lines, reasons } = await run([row], genesys);
    assert.deepEqual([lines.length, reasons], [2, ["interval of data[1] is 5, not start/end"]]);
  });

  it("takes __proto__ for a name like any other", async () => {
    const metrics = [
      JSON.parse('{"metric":"__proto__","stats":{"count":1,"__proto__":{"sum":4}}}') as unknown,
    ];
    const row = {
      group: JSON.parse('{"queueId":"q","__proto__":"x"}') as unknown,
      data: [bucket({ metrics })],
    };
    const { lines, reasons } = await run(
      [row, { group: { queueId: "q" }, data: [bucket({ metrics })] }],
      genesys,
    );
    assert.match(reasons[0] ?? "", /"__proto__" cannot be a tag/);
    assert.match(lines[0] ?? "", / __proto___count=1i,/);
    assert.equal(({} as Record<string, unknown>)["sum"], undefined);
  });
});
