import assert from "node:assert/strict";
import { BUCKETS } from "../../ops/influxdb2/tasks";
import { template } from "../../ops/influxdb2/template";
import { AGENT_TIMES, close, contactDay, HALF_HOURS } from "../support/contact-day";
import { eventually } from "../support/node-red";
import { ask, load, type Row } from "./ask";
import { findServer, type RealServer } from "./server";

const DAY = 86_400_000;

describe("the template for InfluxDB 2", function () {
  this.timeout(600_000);
  let server: RealServer;

  const api = async (path: string, body?: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${server.url}/api/v2/${path}`, {
      method: body ? "POST" : "GET",
      headers: { authorization: `Token ${server.token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };

  before(async function () {
    this.timeout(600_000);
    const found = await findServer({ tasks: true });
    if (found?.generation !== 2) {
      await found?.dispose();
      return this.skip();
    }
    server = found;
    const { orgs } = (await api(`orgs?org=${server.org}`)) as { orgs: { id: string }[] };
    // The bucket of the suite has the name that the template gives to the raw points: it takes it over.
    assert.equal(server.bucket, BUCKETS.raw);
    await api("templates/apply", { orgID: orgs[0]?.id, template: { contents: template() } });
  });
  after(() => server?.dispose());

  it("makes buckets, tasks, checks and a dashboard", async () => {
    const names = async (path: string, list: string) =>
      ((await api(path))[list] as { name: string }[]).map(({ name }) => name);
    assert.ok((await names("buckets", "buckets")).includes(BUCKETS.days));
    assert.deepEqual((await names("tasks", "tasks")).filter((name) => name.startsWith("Genesys:")).length, 2);
    assert.deepEqual(await names("dashboards", "dashboards"), ["Genesys: the day"]);
  });

  it("makes days that equal the sums of their half hours", async () => {
    // A day that is over, and the same once more: each run makes the last days again.
    const yesterday = Math.floor(Date.now() / DAY) * DAY - DAY + 12 * 3_600_000;
    await load(server, await contactDay(yesterday));
    const { tasks } = (await api("tasks")) as { tasks: { id: string; name: string }[] };
    const id = tasks.find(({ name }) => name === "Genesys: days from half hours")?.id;
    for (let run = 0; run < 2; run++) {
      const started = (await api(`tasks/${id}/runs`, {})) as { id: string };
      await eventually(
        "the task has run",
        async () => {
          // A run that has just ended is for a moment in neither list of the server.
          const { runs } = (await api(`tasks/${id}/runs`)) as { runs: { id: string; status: string }[] };
          const status = runs.find((run) => run.id === started.id)?.status;
          if (status === "failed")
            assert.fail(JSON.stringify(await api(`tasks/${id}/runs/${started.id}/logs`)));
          return status === "success";
        },
        60_000,
      );
    }
    const rows = await ask(
      server,
      `from(bucket: "${BUCKETS.days}") |> range(start: -3d) |> toFloat() |> group()
         |> pivot(rowKey: ["_time", "granularity", "queueId", "userId"], columnKey: ["_field"], valueColumn: "_value")`,
    );
    const of = (key: string, value: string): Row => {
      const found = rows.filter((row) => row[key] === value);
      assert.equal(found.length, 1, JSON.stringify(found));
      assert.equal(found[0]?.["granularity"], "P1D");
      return found[0];
    };
    for (const queue of ["billing", "sales"]) {
      const halves = HALF_HOURS.filter((half) => half.queue === queue);
      const sum = (pick: (half: (typeof halves)[number]) => number) =>
        halves.reduce((total, half) => total + pick(half), 0);
      const day = of("queueId", queue);
      close(
        day["offered"],
        sum((half) => half.offered),
      );
      close(day["tHandle_sum"], sum((half) => half.handleSeconds) * 1_000);
      close(
        day["tHandle_count"],
        sum((half) => half.handled),
      );
      close(
        day["oServiceLevel_numerator"],
        sum((half) => half.withinTarget),
      );
      close(day["tHandle_max"], 1_000);
      // What cannot be merged is not there at all.
      assert.equal(day["waitTime"], undefined);
      assert.equal(day["oServiceLevel_ratio"], undefined);
    }
    close(of("userId", "ada")["tAgentRoutingStatus_INTERACTING"], AGENT_TIMES["ada"]?.["INTERACTING"] ?? 0);
  });
});
