import assert from "node:assert/strict";
import { readAnswer } from "../../../lib/line-protocol/answer";
import { sampleLine } from "../../../lib/line-protocol/sample";
import { checkSettings, type ConverterSettings } from "../../../lib/line-protocol/settings";
import { POLL_KINDS } from "../../../lib/terms/kinds";
import { convertRows as run, NOW } from "../../support/convert-rows";
import { exampleMessages, IDS } from "../../support/genesys-answers";

const { queue, user } = IDS;

const tutorialRow = {
  queueId: "q-1",
  waitTime: 12.34,
  answered: 5,
  abandoned: 1,
  offered: 6,
  intervalEnd: "2026-11-22T10:28:59Z",
};

describe("schema: rows to points", () => {
  describe("tutorial rows", () => {
    const line = (row: object, settings: ConverterSettings = {}) =>
      run([{ ...tutorialRow, ...row }], undefined, settings);

    it("gives the line of the contract, without msg.genesys too", async () => {
      const contract =
        "genesys_queue,env=production,queueId=q-1 answered=5i,abandoned=1i,offered=6i,waitTime=12.34 1763802060000000000";
      const row = { ...tutorialRow, intervalEnd: "2025-11-22T09:01:42.5Z" };
      assert.deepEqual((await run([row], undefined, { environment: "production" })).lines, [contract]);
      const genesys = { ...exampleMessages()["queue-details"].genesys };
      assert.deepEqual((await run([row], genesys)).lines, [contract]);
    });

    const start = Date.parse("2026-11-22T10:27:00Z");
    const at = (ms: number) => `${ms}000000`;
    const times: [string, ConverterSettings, object, string][] = [
      ["end, rounded down to the minute", {}, {}, at(start + 60_000)],
      ["end, rounded down to the second", { align: "PT1S" }, {}, at(start + 119_000)],
      [
        "start from start/end",
        { timestamp: "intervalStart" },
        { interval: "2026-11-22T10:20:00Z/2026-11-22T10:28:00Z" },
        at(start - 7 * 60_000),
      ],
      ["start from a duration", { timestamp: "intervalStart" }, { interval: "PT2M" }, at(start - 60_000)],
      ["start from the tutorial's minute", { timestamp: "intervalStart" }, {}, at(start)],
      ["poll time", { timestamp: "polledAt" }, {}, at(NOW)],
      ["poll time without an interval", { timestamp: "polledAt" }, { intervalEnd: undefined }, at(NOW)],
      ["an end with an offset", {}, { intervalEnd: "2026-11-22T11:28:00+01:00" }, at(start + 60_000)],
    ];
    for (const [name, settings, row, expected] of times) {
      it(`takes the time: ${name}`, async () => {
        const { lines, reasons } = await line(row, settings);
        assert.deepEqual([lines[0]?.split(" ").at(-1), reasons], [expected, []]);
      });
    }

    it("keeps the wait time a float and the counters integers, whatever the value", async () => {
      const { lines } = await line({ waitTime: 12, answered: 0 });
      assert.equal(
        lines[0],
        "genesys_queue,queueId=q-1 answered=0i,abandoned=1i,offered=6i,waitTime=12 1795343280000000000",
      );
      assert.match((await line({ waitTime: 12.345678 })).lines[0] ?? "", /waitTime=12\.345678 /);
    });

    const odd: [string, object, RegExp][] = [
      ["a count with decimals", { offered: 1.5 }, /^offered is 1\.5, not a whole number$/],
      ["a count as text", { answered: "5" }, /^answered is "5", not a whole number$/],
      ["a wait as text", { waitTime: "12" }, /^waitTime is "12", not a number$/],
    ];
    for (const [name, row, reason] of odd) {
      it(`leaves out ${name}, and keeps the other figures`, async () => {
        const { lines, reasons } = await line(row);
        assert.equal(lines[0]?.split(" ")[1]?.split(",").length, 3);
        assert.doesNotMatch(lines[0] ?? "", new RegExp(Object.keys(row)[0] ?? ""));
        assert.equal(reasons.length, 1);
        assert.match(reasons[0] ?? "", reason);
      });
    }

    it("leaves absent figures out", async () => {
      const { lines } = await line({ waitTime: undefined, abandoned: null });
      assert.match(lines[0] ?? "", / answered=5i,offered=6i \d/);
    });

    const bad: [string, unknown, RegExp][] = [
      ["a date that is none", { ...tutorialRow, intervalEnd: "yesterday" }, /intervalEnd is "yesterday"/],
      ["no interval", { ...tutorialRow, intervalEnd: undefined }, /intervalEnd is missing/],
      ["no queue", { ...tutorialRow, queueId: "" }, /queueId is an empty text/],
      ["a queue id of a wrong type", { ...tutorialRow, queueId: 7 }, /queueId is 7/],
      ["no figure", { queueId: "q", intervalEnd: tutorialRow.intervalEnd }, /none of answered/],
      ["null", null, /the row is null/],
      ["a list", [], /the row is a list/],
      ["a text", "q-1", /the row is "q-1"/],
    ];
    for (const [name, row, reason] of bad) {
      it(`leaves out a row with ${name}, and nothing else`, async () => {
        const good = { ...tutorialRow, queueId: "q-2" };
        const { lines, reasons, rows } = await run([good, row, good], undefined);
        assert.equal(lines.length, 2);
        assert.deepEqual(rows, [row]);
        assert.match(reasons[0] ?? "", reason);
      });
    }
  });

  it("writes live queue state: two kinds of groups, split rows and their sums, ages, mapped presences", async () => {
    const { payload, genesys } = exampleMessages()["queue-observations"];
    assert.deepEqual((await run(payload, genesys)).lines, [
      `genesys_queue_live,env=production,queueId=${queue} oMemberUsers=23i,oUserRoutingStatuses_IDLE=4i,` +
        "oUserRoutingStatuses=23i,oUserRoutingStatuses_OFF_QUEUE=19i,oUserPresences_ON_QUEUE=4i,oUserPresences=7i," +
        'oUserPresences_BREAK=3i,queueName="Billing, North" 1795343467000000000',
      `genesys_queue_live,env=production,mediaType=voice,queueId=${queue} oWaiting=3i,oInteracting=0i,` +
        'longestWaitSeconds=42.5,longestInteractionSeconds=0,queueName="Billing, North" 1795343467000000000',
    ]);
    const early = { ...genesys, polledAt: "2026-11-22T10:00:00Z" };
    assert.match((await run(payload, early)).lines[1] ?? "", /longestWaitSeconds=0,/, "never negative");
    const unknown = { ...genesys, mappings: { ON_QUEUE: [IDS.onQueue] } };
    assert.match(
      (await run(payload, unknown)).lines[0] ?? "",
      /oUserPresences=7i,oUserPresences_UNMAPPED=3i/,
    );
  });

  it("writes live agent state with its ages", async () => {
    const { payload, genesys } = exampleMessages()["agent-activity"];
    assert.deepEqual((await run(payload, genesys)).lines, [
      `genesys_agent_live,env=production,userId=${user} routingStatus="INTERACTING",systemPresence="ON_QUEUE",` +
        'routingStatusSeconds=60.25,presenceSeconds=3600,activeQueues=2i,userName="Ada Berg" 1795343467000000000',
    ]);
    assert.match(
      (await run(payload, genesys, { queueName: "tag" })).lines[0] ?? "",
      /,userName=Ada\\ Berg routing/,
    );
    assert.doesNotMatch((await run(payload, genesys, { queueName: "off" })).lines[0] ?? "", /Berg/);
    const entities = [
      { userId: "u" },
      { userId: "u", routingStatus: 1 },
      7,
      { userId: "u", routingStatus: "IDLE" },
    ];
    const { lines, reasons } = await run([{ entities }], genesys);
    assert.equal(lines.length, 1);
    assert.deepEqual(reasons, [
      "entities[0] has neither a routing status nor a presence",
      "routingStatus is 1, not a text",
      "entities[2] is 7, not an object",
    ]);
  });

  it("writes the time of agents per status, own presences by their own names", async () => {
    const { payload, genesys } = exampleMessages()["agent-aggregates"];
    assert.deepEqual((await run(payload, genesys)).lines, [
      `genesys_agent,env=production,granularity=PT30M,userId=${user} tSystemPresence_ON_QUEUE=1500000,tSystemPresence_AVAILABLE=300000,` +
        "tAgentRoutingStatus_INTERACTING=600000,tOrganizationPresence_Coffee_break=1000,tOrganizationPresence_UNMAPPED=500,open=false," +
        'userName="Ada Berg" 1795341600000000000',
    ]);
  });

  it("obeys measurement, environment and constant tags", async () => {
    const { payload, genesys } = exampleMessages()["agent-aggregates"];
    const settings = {
      measurement: "cc agents",
      environment: "test",
      tags: ["team=A B"],
      queueName: "off" as const,
    };
    const { lines } = await run(payload, genesys, settings);
    assert.match(
      lines[0] ?? "",
      new RegExp(`^cc\\\\ agents,env=test,granularity=PT30M,team=A\\\\ B,userId=${user} `),
    );
  });

  const wrong: [ConverterSettings, RegExp][] = [
    [{ align: "1 minute" }, /align is "1 minute"/],
    [{ measurement: "#x" }, /begins with "#"/],
    [{ tags: ["team"] }, /tags: "team" is not of the form key=value/],
    [{ tags: ["=x"] }, /not of the form/],
    [{ tags: ["queueId=x"] }, /"queueId" is a tag that the rows bring/],
    [{ tags: ["site=a", "site=b"] }, /"site" comes twice/],
    [{ tags: ["time=x"] }, /reserves the tag name "time"/],
    [{ align: "x", measurement: "#", tags: ["y"] }, /align is "x".*; measurement "#".*; tags: "y"/],
    [{ tags: ["waitTime=x"] }, /"waitTime" is the name of a field/],
  ];
  for (const [settings, message] of wrong) {
    it(`refuses the settings ${JSON.stringify(settings)}`, () =>
      assert.throws(() => checkSettings(settings), message));
  }

  const infos: [unknown, RegExp][] = [
    ["x", /msg\.genesys is "x"/],
    [{}, /msg\.genesys\.kind is missing/],
    [{ kind: "toString" }, /msg\.genesys\.kind is "toString": expected one of queue-aggregates/],
    [{ kind: "queue-details", polledAt: 5 }, /msg\.genesys\.polledAt is 5/],
    [{ kind: "queue-details", environment: {} }, /msg\.genesys\.environment is an object/],
    [{ kind: "queue-details", mappings: { A: "b" } }, /msg\.genesys\.mappings/],
  ];
  for (const [genesys, message] of infos) {
    it(`refuses msg.genesys ${JSON.stringify(genesys)}`, () =>
      assert.throws(() => readAnswer(genesys, NOW, ""), message));
  }

  it("shows a sample line of every kind, with the settings", () => {
    assert.equal(
      sampleLine({}),
      "genesys_queue,env=production,queueId=q-1 answered=5i,abandoned=1i,offered=6i,waitTime=12.34 1795343280000000000",
    );
    for (const kind of POLL_KINDS) {
      assert.match(
        sampleLine({ measurement: "m", tags: ["a=b"], environment: "e" }, kind),
        /^m,a=b,.*env=e,.* \d{19}$/,
      );
    }
    assert.throws(() => sampleLine({ align: "x" }), /align/);
  });

  it("lets other work go on while it converts a large answer", async () => {
    const [row] = exampleMessages()["queue-aggregates"].payload as { data: unknown[] }[];
    const rows = Array.from({ length: 4000 }, () => ({
      ...row,
      data: [...(row?.data ?? []), ...(row?.data ?? [])],
    }));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const { lines } = await run(rows, exampleMessages()["queue-aggregates"].genesys, { zeroFill: true });
    clearInterval(timer);
    assert.equal(lines.length, 16_000);
    assert.ok(turns > 3, `${turns} turns of the event loop`);
  });
});
