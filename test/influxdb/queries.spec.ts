import assert from "node:assert/strict";
import * as flux from "../../ops/queries/flux";
import { KPIS, type Kpi } from "../../ops/queries/kpis";
import { READY_QUERIES } from "../../ops/queries/ready";
import { INFLUXQL, kpi as influxQl } from "../../ops/queries/sql-like";
import { close, contactDay, dayRatio, EXPECTED, HALF_HOURS } from "../support/contact-day";
import { assertRight, panelQueries } from "../support/dashboards";
import { ask, load } from "./ask";
import { findServer, type RealServer } from "./server";

describe("the ready queries on a real InfluxDB", function () {
  this.timeout(600_000);
  let server: RealServer;

  before(async function () {
    this.timeout(600_000);
    const found = await findServer();
    if (!found) return this.skip();
    server = found;
    await load(server, await contactDay(Date.now()));
  });
  after(() => server?.dispose());

  const queryOf = (kpi: Kpi, cut: { by?: string; every?: string }) =>
    server.generation === 2
      ? flux.kpi(
          { bucket: JSON.stringify(server.bucket), time: "start: -24h", granularity: "PT30M" },
          kpi,
          cut,
        )
      : influxQl(INFLUXQL, { bucket: "", time: "time > now() - 24h", granularity: "PT30M" }, kpi, cut);

  for (const [name, kpi] of Object.entries(KPIS) as [keyof typeof KPIS, Kpi][]) {
    it(`${kpi.title} is the day's sum over the day's sum, not a mean of means`, async () => {
      const ready = READY_QUERIES.find(({ kpi: { id } }) => id === kpi.id)!;
      const rows = await ask(server, server.generation === 2 ? ready.flux : ready.influxql);
      assert.equal(rows.length, 1, JSON.stringify(rows));
      close(rows[0]?.[kpi.id], EXPECTED[name]);
    });
  }

  it("gives each queue its own figure", async () => {
    const rows = await ask(server, queryOf(KPIS.speedOfAnswer, { by: "queueId" }));
    const of = (queue: string) =>
      dayRatio(
        (half) => half.answerSeconds,
        (half) => half.answered,
        HALF_HOURS.filter((half) => half.queue === queue),
      );
    const found = Object.fromEntries(rows.map((row) => [String(row["queueId"]), row[KPIS.speedOfAnswer.id]]));
    assert.deepEqual(Object.keys(found).sort(), ["billing", "sales"]);
    close(found["billing"], of("billing"));
    close(found["sales"], of("sales"));
  });

  it("gives each half hour its own figure, and none where nobody was answered", async () => {
    const rows = await ask(server, queryOf(KPIS.handleTime, { every: "30m" }));
    const values = rows.map((row) => row[KPIS.handleTime.id]).filter((value) => value !== null);
    assert.equal(values.length, 2, JSON.stringify(rows));
    close(values[0], (2_400 + 60) / 9);
    close(values[1], (9_600 + 900) / 35);
  });

  it("every query of every dashboard answers rows, and the right ones", async () => {
    const language = server.generation === 2 ? "flux/" : "influxql/";
    const queries = panelQueries(language, server.bucket);
    const answers: Record<string, unknown>[][] = [];
    for (const { query } of queries) answers.push(await ask(server, query));
    assertRight(queries, answers);
  });
});
