import assert from "node:assert/strict";
import { KPIS, type Kpi } from "../../ops/queries/kpis";
import { READY_QUERIES } from "../../ops/queries/ready";
import { kpi as sqlKpi, SQL } from "../../ops/queries/sql-like";
import { close, contactDay, EXPECTED, HALF_HOURS, dayRatio } from "../support/contact-day";
import { assertRight, panelQueries } from "../support/dashboards";
import { askSql, packages } from "./datafusion";

describe("the ready queries in SQL, on the engine of InfluxDB 3", function () {
  this.timeout(180_000);
  let lines: string[];

  before(async function () {
    if (!packages) return this.skip();
    lines = await contactDay(Date.now());
  });

  it("are the day's sum over the day's sum, not a mean of means", () => {
    const answers = askSql(
      lines,
      READY_QUERIES.map(({ sql }) => sql),
    );
    (Object.keys(KPIS) as (keyof typeof KPIS)[]).forEach((name, index) => {
      assert.equal(answers[index]?.length, 1);
      close(answers[index]?.[0]?.[KPIS[name].id], EXPECTED[name]);
    });
  });

  it("are cut by queue and by half hour", () => {
    const scope = { bucket: "", time: "time > now() - INTERVAL '24 hours'", granularity: "PT30M" };
    const query = (kpi: Kpi, cut: object) => sqlKpi(SQL, scope, kpi, cut);
    const [byQueue = [], byTime = []] = askSql(lines, [
      query(KPIS.speedOfAnswer, { by: "queueId" }),
      query(KPIS.handleTime, { every: "30m" }),
    ]);
    assert.deepEqual(
      byQueue.map((row) => row["queueId"]),
      ["billing", "sales"],
    );
    const billing = HALF_HOURS.filter(({ queue }) => queue === "billing");
    close(
      byQueue[0]?.[KPIS.speedOfAnswer.id],
      dayRatio(
        (half) => half.answerSeconds,
        (half) => half.answered,
        billing,
      ),
    );
    const values = byTime.map((row) => row[KPIS.handleTime.id]).filter((value) => value !== null);
    close(values[0], (2_400 + 60) / 9);
    close(values[1], (9_600 + 900) / 35);
  });

  it("answer rows in every panel of every dashboard, and the right ones", () => {
    const queries = panelQueries("sql/");
    assertRight(
      queries,
      askSql(
        lines,
        queries.map(({ query }) => query),
      ),
    );
  });
});
