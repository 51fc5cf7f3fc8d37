import assert from "node:assert/strict";
import { startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { healthRegistry } from "../../lib/health/registry";
import type { Skipped } from "../../lib/line-protocol/job";
import { POLL_KINDS } from "../../lib/terms/kinds";
import toLineProtocol from "../../nodes/genesys-to-lineprotocol/genesys-to-lineprotocol";
import { exampleMessages } from "../support/genesys-answers";
import { helper, load, nextMessage, receive } from "../support/helper";

const row = {
  queueId: "q-1",
  waitTime: 12.34,
  answered: 5,
  abandoned: 1,
  offered: 6,
  intervalEnd: "2025-11-22T09:01:42Z",
};
const line =
  "genesys_queue,env=production,queueId=q-1 answered=5i,abandoned=1i,offered=6i,waitTime=12.34 1763802060000000000";

/** Levels of Node-RED's log. */
const [ERROR, WARNING] = [20, 30];

describe("genesys-to-lineprotocol", () => {
  const start = (settings = {}) =>
    load(
      [toLineProtocol],
      [
        { id: "tab", type: "tab" },
        {
          id: "lp",
          z: "tab",
          type: "genesys-to-lineprotocol",
          environment: "production",
          wires: [["out"]],
          ...settings,
        },
        { id: "out", z: "tab", type: "helper" },
        { id: "c", z: "tab", type: "catch", scope: ["lp"], wires: [["caught"]] },
        { id: "caught", z: "tab", type: "helper" },
      ],
    );
  const through = (msg: Record<string, unknown>) => {
    const answer = nextMessage("out");
    receive("lp", msg);
    return answer;
  };
  /** What the node has logged as a warning, or as an error. */
  const logged = (level: number) =>
    helper
      .log()
      .args.map(([entry]) => entry as { level: number; msg: unknown; id?: string })
      .filter((entry) => entry.id === "lp" && entry.level === level)
      .map(({ msg }) => String(msg));

  afterEach(async () => {
    delete process.env["GENESYS_ENV_ID"];
    await helper.unload();
  });

  it("turns tutorial rows into the contract's line and passes the message on", async () => {
    await start();
    const msg = await through({ payload: [row, row], topic: "kept" });
    assert.deepEqual([msg["payload"], msg["topic"], msg["skipped"]], [[line, line], "kept", undefined]);
  });

  it("takes the environment from its setting, then the message, then GENESYS_ENV_ID", async () => {
    process.env["GENESYS_ENV_ID"] = "from-env";
    const env = async (genesys?: unknown) => {
      const { payload } = await through({ payload: [row], genesys });
      return /env=([^,]+)/.exec((payload as string[])[0] ?? "")?.[1];
    };
    const genesys = { kind: "queue-details", environment: "from-poll" };
    await start();
    assert.equal(await env(genesys), "production");
    await helper.unload();
    await start({ environment: "" });
    assert.deepEqual([await env(genesys), await env()], ["from-poll", "from-env"]);
  });

  it("writes what the strict endpoint accepts, for every kind, with every setting", async () => {
    const endpoint = await startInfluxEndpoint({ token: "t", org: "o", buckets: ["b"] });
    try {
      for (const settings of [
        {},
        { queueName: "tag", zeroFill: true, tags: ["site=A B"], timestamp: "intervalEnd", align: "PT5M" },
      ]) {
        await start(settings);
        for (const kind of POLL_KINDS) {
          const { payload } = await through({ ...exampleMessages()[kind] });
          const answer = await fetch(`${endpoint.url}/api/v2/write?org=o&bucket=b&precision=ns`, {
            method: "POST",
            headers: { authorization: "Token t", "content-type": "text/plain; charset=utf-8" },
            body: (payload as string[]).join("\n"),
          });
          assert.equal(answer.status, 204, `${kind}: ${await answer.text()}`);
          assert.deepEqual(endpoint.lines().slice(-(payload as string[]).length), payload);
        }
        await helper.unload();
      }
    } finally {
      await endpoint.close();
    }
  });

  it("tells once of two polls whose points only the user's measurement would tell apart", async () => {
    await start({ measurement: "cc_nodes" });
    const { payload, genesys } = exampleMessages()["queue-aggregates"];
    const family = {
      kind: "analytics-aggregates",
      family: "conversations",
      groupBy: ["queueId", "mediaType"],
    };
    for (let round = 0; round < 2; round++) {
      await through({ payload: structuredClone(payload), genesys });
      await through({ payload: structuredClone(payload), genesys: { ...genesys, ...family } });
    }
    assert.deepEqual(
      logged(WARNING).map((text) => /^(\S+) and (\S+) become the same points/.exec(text)?.slice(1)),
      [["genesys_conversations", "genesys_queue"]],
    );
  });

  it("sends the good rows on, tells of the bad ones in msg.skipped, and warns once", async () => {
    await start();
    const bad = { ...row, intervalEnd: "never" };
    for (let i = 0; i < 3; i++) {
      const msg = await through({ payload: [row, bad, null] });
      assert.deepEqual(msg["payload"], [line]);
      const skipped = msg["skipped"] as Skipped[];
      assert.deepEqual(
        skipped.map((entry) => entry.row),
        [bad, null],
      );
      assert.match(skipped[0]?.reason ?? "", /intervalEnd is "never"/);
    }
    assert.deepEqual(logged(WARNING).length, 1);
    assert.match(logged(WARNING)[0] ?? "", /rows left out.*: 2; .*intervalEnd/);
    const report = healthRegistry.reports("tab").find(({ id }) => id === "lp");
    assert.equal(report?.figures.rowsSkipped, 6);
    assert.equal((await through({ payload: [row] }))["skipped"], undefined);
    await through({ payload: [bad] });
    assert.equal(logged(WARNING).length, 2, "a new problem after a good message is a new warning");
  });

  it("keeps the order of messages, however large they are", async () => {
    await start();
    const rows = Array.from({ length: 20_000 }, () => row);
    const first = nextMessage("out");
    receive("lp", { payload: rows, topic: "large" });
    receive("lp", { payload: [row], topic: "small" });
    assert.equal((await first)["topic"], "large");
    assert.equal((await nextMessage("out"))["topic"], "small");
  });

  for (const [name, msg, reason] of [
    ["a text", { payload: "offered=6" }, /msg\.payload is "offered=6", not a list of rows/],
    ["nothing", {}, /msg\.payload is missing/],
    ["an unknown kind", { payload: [], genesys: { kind: "calls" } }, /msg\.genesys\.kind is "calls"/],
  ] as const) {
    it(`hands ${name} to Catch with its reason, and goes on`, async () => {
      await start();
      const caught = nextMessage("caught");
      receive("lp", msg);
      const { error } = (await caught) as { error?: { message?: string } };
      assert.match(error?.message ?? "", reason);
      assert.deepEqual((await through({ payload: [row] }))["payload"], [line]);
    });
  }

  it("names a wrong setting once, and does nothing else", async () => {
    await start({ align: "soon", tags: ["x"] });
    assert.equal(logged(ERROR).length, 1);
    const caught = nextMessage("caught");
    receive("lp", { payload: [row] });
    const { error } = (await caught) as { error?: { message?: string } };
    assert.match(error?.message ?? "", /align is "soon"/);
    const report = healthRegistry.reports("tab").find(({ id }) => id === "lp");
    assert.equal(report?.state, "failed");
  });
});
