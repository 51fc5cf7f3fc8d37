import assert from "node:assert/strict";
import { Converter } from "../../../lib/line-protocol/converter";
import { SharedPoints } from "../../../lib/line-protocol/shared-points";
import { readAnswer } from "../../../lib/line-protocol/answer";
import { checkSettings } from "../../../lib/line-protocol/settings";
import { convertRows as run, NOW } from "../../support/convert-rows";
import { exampleMessages, IDS } from "../../support/genesys-answers";

const { queue } = IDS;

describe("series of buckets", () => {
  const { payload, genesys } = exampleMessages()["queue-aggregates"];
  const closed = { ...genesys, polledAt: "2026-11-22T12:00:00Z" };
  const grouped = (group: object) => ({ ...(payload[0] as object), group });

  it("writes another grouping to a measurement of its own, none where Genesys gives no value", async () => {
    const groupBy = ["queueId", "mediaType", "userId", "direction"];
    const rows = [
      grouped({ queueId: queue, mediaType: "voice", userId: "u-1", direction: "inbound" }),
      grouped({ queueId: queue, mediaType: "voice", direction: null }),
    ];
    for (const info of [{ ...genesys, groupBy }, genesys]) {
      const { lines } = await run(rows, info, { queueName: "off" });
      const head = "genesys_queue_by_direction_userId";
      const rest = `env=production,granularity=PT30M,mediaType=voice,queueId=${queue}`;
      assert.deepEqual(
        lines.map((line) => line.split(" ", 1)[0]),
        [
          `${head},direction=inbound,${rest},userId=u-1`,
          `${head},direction=inbound,${rest},userId=u-1`,
          `${head},direction=none,${rest},userId=none`,
          `${head},direction=none,${rest},userId=none`,
        ],
      );
    }
    const named = await run(rows, { ...genesys, groupBy }, { measurement: "cc" });
    assert.match(named.lines[0] ?? "", /^cc_by_direction_userId,/);
  });

  it("counts a dimension of the filter to the grouping, and families with all of theirs", async () => {
    const filtered = { ...genesys, groupBy: ["queueId", "mediaType"], filter: ["direction=inbound"] };
    const row = grouped({ queueId: queue, mediaType: "voice", direction: "inbound" });
    assert.match(
      (await run([row], filtered)).lines[0] ?? "",
      /^genesys_queue_by_direction,direction=inbound,/,
    );
    const flows = { ...genesys, kind: "analytics-aggregates", family: "flows" };
    const flow = grouped({ flowId: "f", flowType: "INBOUNDCALL" });
    const by = (groupBy: string[]) => run([flow], { ...flows, groupBy });
    assert.match(
      (await by(["flowType", "flowId"])).lines[0] ?? "",
      /^genesys_flows_by_flowId_flowType,env=production,flowId=f,flowType=INBOUNDCALL,granularity=PT30M /,
    );
    const own = grouped({ flowId: "f", mediaType: "voice" });
    assert.match(
      (await run([own], { ...flows, groupBy: ["mediaType", "flowId"] })).lines[0] ?? "",
      /^genesys_flows,/,
    );
  });

  const lengths: [granularity: string, timeZone: string | undefined, tag: string][] = [
    ["PT60M", undefined, "PT1H"],
    ["PT24H", "UTC", "P1D"],
    ["P1D", "Europe/Berlin", "P1D@Europe/Berlin"],
    ["P7D", undefined, "P1W"],
    ["PT90M", undefined, "PT90M"],
  ];
  for (const [granularity, timeZone, tag] of lengths) {
    it(`tells buckets of ${granularity} ${timeZone ?? "without a zone"} by the tag ${tag}`, async () => {
      const { lines } = await run(payload, { ...genesys, granularity, timeZone });
      assert.match(lines[0] ?? "", new RegExp(`,granularity=${tag},`));
    });
  }

  it("takes the length of each bucket where the message does not say it", async () => {
    const { lines } = await run(payload, { ...genesys, granularity: undefined });
    assert.match(lines[1] ?? "", /,granularity=PT30M,mediaType/);
  });

  it("marks a bucket open that had not ended when it was asked, also where the answer cuts it short", async () => {
    const open = async (askedAt: string, interval: string) => {
      const rows = [grouped({ queueId: queue, mediaType: "voice" })].map((row) => ({
        ...row,
        data: [{ interval, metrics: [{ metric: "nOffered", stats: { count: 1 } }] }],
      }));
      const { lines } = await run(rows, { ...genesys, askedAt });
      return /open=(\w+)/.exec(lines[0] ?? "")?.[1];
    };
    const bucket = "2026-11-22T10:00:00.000Z/2026-11-22T10:30:00.000Z";
    assert.equal(await open("2026-11-22T10:29:59.999Z", bucket), "true");
    assert.equal(await open("2026-11-22T10:30:00.000Z", bucket), "false");
    assert.equal(await open("2026-11-22T10:12:00Z", "2026-11-22T10:00:00Z/2026-11-22T10:12:00Z"), "true");
  });

  it("refuses an alignment that would make one point of several buckets", async () => {
    await assert.rejects(run(payload, genesys, { align: "PT1H" }), /does not divide the bucket of 1800 s/);
    assert.equal((await run(payload, genesys, { align: "PT10M" })).lines.length, 2);
  });

  it("takes back the old series of a name that is a tag and changes, in the buckets that are asked again", async () => {
    const converter = new Converter(checkSettings({ queueName: "tag" }));
    await run(payload, closed, converter);
    const renamed = [grouped({ queueId: queue, mediaType: "voice", queueName: "Billing" })];
    for (let round = 0; round < 2; round++) {
      const { lines } = await run(renamed, closed, converter);
      const old = lines.filter((line) => line.includes("queueName=Billing\\,\\ North"));
      assert.equal(old.length, 1, "the service target of the other bucket is a setting and stays");
      assert.match(
        old[0] ?? "",
        / answered=0i,abandoned=0i,offered=0i,waitTime=0,nOffered_count=0i,.*_ratio=0,.* 1795341600000000000$/,
      );
      assert.doesNotMatch(old[0] ?? "", /_target|_current|open/);
      assert.equal(lines.length, 3);
    }
  });

  it("refuses personal and boundless dimensions, and those that were not asked", async () => {
    for (const name of ["ani", "conversationId", "participantName", "sessionId", "addressFrom", "made-up"]) {
      const { lines: none, reasons } = await run([grouped({ queueId: queue, [name]: "x" })], genesys);
      assert.deepEqual(none, []);
      assert.match(reasons[0] ?? "", new RegExp(`"${name}" cannot be a tag`));
    }
    const { reasons } = await run([grouped({ queueId: queue, direction: "inbound" })], {
      ...genesys,
      groupBy: ["queueId", "mediaType"],
    });
    assert.match(reasons[0] ?? "", /"direction" was not asked for/);
  });

  it("are counted, and the dimension that makes most is named", async () => {
    const converter = new Converter(checkSettings({}));
    const rows = ["q-1", "q-2", "q-3"].flatMap((queueId) =>
      ["voice", "message"].map((mediaType) => grouped({ queueId, mediaType })),
    );
    for (let round = 0; round < 2; round++) await run(rows, genesys, converter);
    assert.deepEqual([converter.series.count, converter.series.widest], [6, "queueId"]);
    await run(exampleMessages()["queue-details"].payload, undefined, converter);
    assert.equal(converter.series.count, 7);
  });

  it("of two polls that only a measurement of the user's would tell apart are noticed once", async () => {
    const shared = new SharedPoints();
    const claim = async (kind: string, more: object, measurement: string) => {
      const converter = new Converter(checkSettings({ measurement }));
      const { points } = await converter.convert(payload, readAnswer({ ...genesys, kind, ...more }, NOW, ""));
      return shared.claim(points);
    };
    const conversations = { family: "conversations", groupBy: ["queueId", "mediaType"] };
    assert.deepEqual(await claim("queue-aggregates", {}, ""), []);
    assert.deepEqual(await claim("analytics-aggregates", conversations, ""), []);
    assert.deepEqual(await claim("queue-aggregates", {}, "cc"), []);
    assert.deepEqual(await claim("queue-aggregates", {}, "cc"), []);
    assert.deepEqual(await claim("analytics-aggregates", conversations, "cc"), ["genesys_queue"]);
    assert.deepEqual(await claim("analytics-aggregates", conversations, "cc"), []);
    assert.deepEqual(await claim("queue-aggregates", { granularity: "P1D" }, "cc"), []);
  });
});
