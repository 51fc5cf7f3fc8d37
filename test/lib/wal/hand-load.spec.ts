import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../../demo/simulators/influx/server";
import { WalLog } from "../../../lib/wal/log";

describe("a closed segment, loaded by hand", () => {
  let directory: string;
  let endpoint: InfluxEndpoint;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "wal-load-"));
    endpoint = await startInfluxEndpoint();
  });

  after(async () => {
    await endpoint.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const load = async (body: string | Uint8Array<ArrayBuffer>) => {
    const query = `org=${endpoint.org}&bucket=genesys&precision=ns`;
    const headers = { authorization: `Token ${endpoint.token}` };
    const answer = await fetch(`${endpoint.url}/api/v2/write?${query}`, { method: "POST", headers, body });
    assert.equal(answer.status, 204, await answer.text());
  };

  it("is accepted byte for byte, and stores the points that the lines store", async () => {
    const lines = [
      "genesys_queue,env=production,queueId=q-1 answered=5i,waitTime=12.34 1793354460000000000",
      'genesys_agent_live,env=a\\ b,userId=u routingStatus="a # b, \\"c\\"\nd",x=t 1793354460000000001',
      "m v=-1e5 1793354460000000002",
    ];
    const log = await WalLog.open({ directory, node: 'id "with" \\ signs' });
    await Promise.all(lines.map((line) => log.append([line])));
    await log.close();
    const [name] = readdirSync(directory).filter((one) => one.startsWith("wal-"));
    await load(new Uint8Array(readFileSync(join(directory, name!))));
    const byHand = endpoint.points();
    assert.equal(byHand.length, lines.length);
    await load(lines.join("\n"));
    const known = ({ measurement, tags, fields, timestamp }: Record<string, unknown>) => [
      measurement,
      tags,
      fields,
      timestamp,
    ];
    const shape = (points: readonly object[]) =>
      points.map((point) => JSON.stringify(known(point as Record<string, unknown>), big)).sort();
    assert.deepEqual(shape(endpoint.points()), shape(byHand), "the same lines again are no new points");
  });
});

function big(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Map ? [...value] : value;
}
