import assert from "node:assert/strict";
import { eventually } from "../support/node-red";
import { brokers, Halves, type Part } from "./halves";
import { WAYS } from "./ways";

/** Lines, and kills of each part. */
const LINES = Number(process.env["BROKER_LINES"] ?? 100_000);
const KILLS = Number(process.env["BROKER_KILLS"] ?? 9);
const REWRITTEN = Math.round(LINES * 0.06);
/** Lines of a message; as many again are about points that are rewritten. */
const BATCH = 200;

for (const way of WAYS)
  describe(`collector and writer apart, through ${way.name}`, function () {
    this.timeout(1_200_000);
    let halves: Halves | undefined;

    before(function () {
      if (!brokers) this.skip();
    });
    afterEach(async () => {
      await halves?.dispose();
      halves = undefined;
    });

    it(`loses none of ${LINES} lines and leaves none of ${REWRITTEN} points at an old value over ${KILLS} kills of collector, writer and broker each`, async () => {
      const { influx } = (halves = await Halves.start(way));
      const newest = new Map<number, number>();
      let next = 0;
      let round = 0;
      const feed = async () => {
        const numbered = Array.from({ length: BATCH }, () => `line,n=${next} v=${next}i ${next++ + 1}`);
        // The same points again and again, each time with a newer value, as polls do with an open bucket.
        round++;
        const points = Array.from({ length: BATCH }, (_, i) => (round * (BATCH / 8) + i) % REWRITTEN);
        await halves!.feed([...numbered, ...points.map((n) => `point,n=${n} round=${round}i 1000`)]);
        for (const n of points) newest.set(n, round);
      };
      const killed = async (part: Part) => {
        await halves!.kill(part);
        await halves!.start(part);
      };
      const kills = Array.from({ length: KILLS }, () => ["collector", "writer", "broker"] as const).flat();
      const every = LINES / (kills.length + 1);
      // Feeding goes on while a part is away, until the next one's turn.
      let back = Promise.resolve();
      while (next < LINES) {
        await feed();
        if (kills.length === 0 || next < every * (KILLS * 3 - kills.length + 1)) continue;
        await back;
        back = killed(kills.shift()!);
        back.catch(() => undefined);
      }
      await back;
      assert.deepEqual(kills, []);
      await eventually(
        "nothing is under way",
        async () => (await halves!.health()).wal_pending === 0,
        300_000,
      );
      const stored = () => influx.points().filter(({ measurement }) => measurement === "line").length;
      await eventually("every line is stored", () => stored() === next, 300_000);
      const old = () =>
        influx.points().filter(({ measurement, tags, fields }) => {
          const n = Number(Object.fromEntries(tags)["n"]);
          const value = Number(Object.fromEntries(fields)["round"]?.value);
          return measurement === "point" && value !== newest.get(n);
        }).length;
      await eventually("every point has its newest value", () => old() === 0, 120_000);
      assert.equal((await halves.health()).lines_dropped, 0);
    });

    it("carries thousands of lines that come at once, though a message may have a megabyte", async () => {
      const { influx } = (halves = await Halves.start(way));
      // The quotes of a name cost two bytes each in JSON.
      const names = Array.from({ length: 30 }, (_, n) => `n${n}="Sales"`).join(",");
      await halves.feed(Array.from({ length: 4_000 }, (_, n) => `m,id=${n} ${names} ${n + 1}`));
      await eventually("all of them are stored", () => influx.points().length === 4_000, 180_000);
      await eventually("and confirmed", async () => (await halves!.health()).wal_pending === 0, 120_000);
    });

    it("keeps lines that InfluxDB refuses, writes those beside and behind them", async () => {
      const { influx } = (halves = await Halves.start(way));
      await halves.feed(["mixed v=1i 1"]);
      await eventually("the first line is stored", () => influx.points().length === 1);
      await halves.feed(['mixed v="text" 2', "mixed v=3i 3", 'mixed v="text" 4']);
      await halves.feed(["mixed v=5i 5"]);
      await eventually("the good ones are stored", () => influx.points().length === 3, 120_000);
      await eventually("the others are kept", async () => (await halves!.refused()) > 0, 120_000);
      await eventually("nothing waits", async () => (await halves!.health()).wal_pending === 0, 120_000);
    });

    it("fails what is under way at once when the broker goes, and sends it when it is back", async () => {
      // Without that, everything would wait for the time limit: an hour.
      const longLimit = ({ type }: { type: string }) => (type === "wal-buffer" ? { ackTimeout: 3_600 } : {});
      halves = await Halves.start(way, longLimit, "mqttReconnectTime: 1_000,");
      const { influx } = halves;
      await halves.feed(["first v=1i 1"]);
      await eventually("the first line is stored", () => influx.lines().length === 1, 60_000);
      await halves.kill("writer");
      await halves.feed(["underway v=1i 1"]);
      // The collector comes back last: what it sends before the writer listens again would wait for the time limit too.
      halves.gate.shut();
      await halves.kill("broker");
      await halves.feed(["later v=1i 1"]);
      await halves.start("broker");
      await halves.start("writer");
      await halves.writerListens();
      halves.gate.open();
      await eventually("all lines are stored", () => influx.points().length === 3, 120_000);
      await eventually("and confirmed", async () => (await halves!.health()).wal_pending === 0, 120_000);
    });
  });
