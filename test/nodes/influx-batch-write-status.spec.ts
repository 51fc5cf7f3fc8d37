import assert from "node:assert/strict";
import type { ScriptedAnswer } from "../../demo/simulators/influx/script";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { healthRegistry } from "../../lib/health/registry";
import { helper } from "../support/helper";
import { startWriter } from "../support/write-flow";

const body = (code: string, message: string) => ({ body: { code, message } });
/** What InfluxDB answers, and what the status, the log and health are about then. */
const ANSWERS: [answer: ScriptedAnswer, status: string, state: string, log: string][] = [
  [{ status: 401, ...body("unauthorized", "unauthorized access") }, "tokenRefused", "failed", "token"],
  [{ status: 403, ...body("forbidden", "insufficient permissions") }, "mayNotWrite", "failed", "mayNotWrite"],
  [{ status: 404, ...body("not found", 'bucket "x" not found') }, "notFound", "failed", "configuration"],
  [{ status: 302, headers: { location: "/login" } }, "wrongUrl", "failed", "configuration"],
  [{ status: 200, body: "<html>a login page</html>" }, "wrongUrl", "failed", "configuration"],
  [
    { status: 400, body: "Client sent an HTTP request to an HTTPS server.\n" },
    "wrongUrl",
    "failed",
    "configuration",
  ],
  [{ status: 429 }, "wait", "degraded", "outage"],
  [{ status: 429, headers: { "retry-after": "7" } }, "wait", "degraded", "outage"],
  [{ status: 503 }, "server", "degraded", "outage"],
  [{ fault: "reset" }, "noAnswer", "degraded", "noAnswer"],
  [{ fault: "hang" }, "timeout", "degraded", "outage"],
];

describe("influx-batch-write, when InfluxDB does not take lines", () => {
  let endpoint: InfluxEndpoint;

  beforeEach(async () => {
    endpoint = await startInfluxEndpoint();
  });
  afterEach(async () => {
    await helper.unload();
    await endpoint.close();
  });

  const logged = () =>
    (helper.log().args as [{ id?: string; level: number; msg: unknown }][])
      .filter(([entry]) => entry.id === "w")
      .map(([entry]) => String(entry.msg));
  const problem = () => healthRegistry.reports("tab").find(({ id }) => id === "w")?.details["problem"];

  for (const [answer, status, state, log] of ANSWERS)
    it(`shows "${status}", logs and tells health the same: ${JSON.stringify(answer)}`, async () => {
      endpoint.script({ times: 5, ...answer });
      const outcome = await (await startWriter(endpoint.url, undefined, 1))();
      assert.deepEqual(
        [outcome.output, outcome.status, outcome.state],
        // Figures make that one longer than a status may be, as the catalogue is not there to give it words.
        ["failed", status === "wait" ? "influx-batch-write…" : `influx-batch-write.status.${status}`, state],
      );
      assert.deepEqual(logged(), [`influx-batch-write.log.${log}`]);
      assert.equal(problem(), `influx-batch-write.log.${log}`);
    });

  it("logs once more when an outage turns into what somebody must mend, and forgets the problem at its end", async () => {
    endpoint.script({ status: 503 }, { status: 401 }, { status: 503 }, { status: 401 });
    const write = await startWriter(endpoint.url);
    for (let time = 0; time < 4; time++) await write();
    assert.deepEqual(logged(), ["influx-batch-write.log.outage", "influx-batch-write.log.token"]);
    assert.equal((await write()).output, "written");
    assert.equal(problem(), undefined);
  });
});
