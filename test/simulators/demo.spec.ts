import assert from "node:assert/strict";
import { figuresOf } from "../../demo/charts/figures";
import { siteOffsetMinutes } from "../../demo/hours";
import { PointStore } from "../../demo/simulators/influx/store";
import { parseBody } from "../../demo/simulators/influx/parser";

const NOW = Date.parse("2026-11-22T10:10:00.000Z");
const ns = (time: string) => `${Date.parse(`2026-11-22T${time}Z`)}000000`;

function stored(...lines: string[]) {
  const store = new PointStore([{ name: "b" }]);
  const { points, errors } = parseBody(lines.join("\n"), "ns", 0n);
  assert.deepEqual(errors, []);
  store.write("b", points, BigInt(NOW) * 1_000_000n);
  return figuresOf(store.points(), NOW);
}

describe("the demo's charts", () => {
  it("sum half hours over queues and media types, and divide the sums", () => {
    const half = "env=x,granularity=PT30M";
    const { halfHours } = stored(
      `genesys_queue,${half},queueId=a offered=8i,answered=7i,abandoned=1i,oServiceLevel_numerator=1,oServiceLevel_denominator=8 ${ns("09:30")}`,
      `genesys_queue,${half},queueId=b offered=2i,answered=2i,abandoned=0i,oServiceLevel_numerator=2,oServiceLevel_denominator=2 ${ns("09:30")}`,
      `genesys_queue,${half},queueId=b offered=1i,open=true ${ns("10:00")}`,
      // The same conversations once more, by day.
      `genesys_queue,env=x,granularity=P1D,queueId=b offered=99i ${ns("00:00")}`,
    );
    assert.deepEqual(halfHours, [
      {
        ...{ start: Date.parse("2026-11-22T09:30Z"), open: false },
        ...{ offered: 10, answered: 9, abandoned: 1, serviceLevel: 30 },
      },
      { start: Date.parse("2026-11-22T10:00Z"), open: true, offered: 1, answered: 0, abandoned: 0 },
    ]);
  });

  it("show the newest live state of each queue by name, and of agents who are signed in", () => {
    const { queues, agents, signedOut } = stored(
      `genesys_queue_live,queueId=a,mediaType=voice oWaiting=9i,queueName="A" ${ns("10:09")}`,
      `genesys_queue_live,queueId=a,mediaType=voice oWaiting=2i,longestWaitSeconds=7.5,queueName="A" ${ns("10:09:30")}`,
      `genesys_queue_live,queueId=a,mediaType=chat oWaiting=1i,oInteracting=3i,longestWaitSeconds=3,queueName="A" ${ns("10:09:30")}`,
      `genesys_queue_live,queueId=gone,mediaType=voice oWaiting=5i ${ns("09:00")}`,
      `genesys_agent_live,userId=1 routingStatus="IDLE",systemPresence="ON_QUEUE" ${ns("10:09")}`,
      `genesys_agent_live,userId=1 routingStatus="INTERACTING",systemPresence="ON_QUEUE" ${ns("10:09:30")}`,
      `genesys_agent_live,userId=2 routingStatus="OFF_QUEUE",systemPresence="OFFLINE" ${ns("10:09:30")}`,
    );
    assert.deepEqual(queues, [{ name: "A", waiting: 3, interacting: 3, longestWaitSeconds: 7.5 }]);
    assert.deepEqual(agents, { INTERACTING: 1 });
    assert.equal(signedOut, 1);
  });

  it("show an empty store as nothing", () => {
    assert.deepEqual(stored(), { at: NOW, halfHours: [], queues: [], agents: {}, signedOut: 0, points: 0 });
  });
});

describe("the demo's contact centre", () => {
  it("is at work at whatever hour the demo is started", () => {
    for (let minute = 0; minute < 2 * 24 * 60; minute += 7) {
      const now = new Date(Date.UTC(2026, 10, 22) + minute * 60_000);
      const site = new Date(now.getTime() + siteOffsetMinutes(now) * 60_000);
      const hour = site.getUTCHours() + site.getUTCMinutes() / 60;
      assert.ok(hour >= 9 && hour < 17, `${now.toISOString()}: ${hour}`);
      assert.ok(Math.abs(siteOffsetMinutes(now)) <= 14 * 60, now.toISOString());
    }
  });
});
