import { InfluxDB } from "@influxdata/influxdb-client";
import type { Precision } from "../../demo/simulators/influx/parser";
import { inOrder, plain, type StoredFields, timeOf, type Verdict } from "../support/line-vectors/vectors";
import { nanoseconds } from "./read-back";
import type { RealServer } from "./server";

const ALL_TIME = `start: time(v: "1677-09-21T00:12:43.145224194Z"), stop: time(v: "2262-04-11T23:47:16.854775806Z")`;
const COLUMNS = ["result", "table", "_start", "_stop", "_time", "_value", "_field", "_measurement"];
const TYPES: Record<string, string> = {
  long: "int",
  unsignedLong: "uint",
  double: "float",
  string: "string",
  boolean: "bool",
};

/** Asks a real InfluxDB 2 what it makes of a body, each in a bucket that holds nothing else. */
export class Judge {
  readonly #server: RealServer;
  #orgId: string | undefined;
  #bucket: { readonly id: string; readonly name: string } | undefined;
  #count = 0;

  constructor(server: RealServer) {
    this.#server = server;
  }

  async verdict(body: string, precision: Precision): Promise<Verdict> {
    const bucket = (this.#bucket ??= await this.#newBucket());
    const nowNs = BigInt(Date.now()) * 1_000_000n;
    const query = new URLSearchParams({ org: this.#server.org, bucket: bucket.name, precision });
    const response = await this.#call("POST", `/api/v2/write?${query}`, body);
    const text = await response.text();
    const message = text === "" ? undefined : (JSON.parse(text) as { message: string }).message;
    const said = { status: response.status, ...(message !== undefined && { message }) };
    // A refused body has stored nothing: its bucket serves the next one.
    if (response.status === 400) return said;
    const stored = await this.#stored(bucket.name, nowNs);
    this.#bucket = undefined;
    await this.#call("DELETE", `/api/v2/buckets/${bucket.id}`);
    return { ...said, stored };
  }

  async #newBucket(): Promise<{ id: string; name: string }> {
    if (this.#orgId === undefined) {
      const answer = await this.#call("GET", `/api/v2/orgs?org=${this.#server.org}`);
      this.#orgId = ((await answer.json()) as { orgs: { id: string }[] }).orgs[0]?.id;
    }
    const name = `vector_${++this.#count}`;
    const answer = await this.#call("POST", "/api/v2/buckets", JSON.stringify({ orgID: this.#orgId, name }));
    return { id: ((await answer.json()) as { id: string }).id, name };
  }

  #call(method: string, path: string, body?: string): Promise<Response> {
    return fetch(`${this.#server.url}${path}`, {
      method,
      headers: { authorization: `Token ${this.#server.token}` },
      ...(body !== undefined && { body: Buffer.from(body) }),
    });
  }

  async #stored(bucket: string, nowNs: bigint): Promise<StoredFields[]> {
    const { url, token, org } = this.#server;
    const points: StoredFields[] = [];
    await new InfluxDB({ url, token, timeout: 60_000 }).getQueryApi(org).collectRows<undefined>(
      `from(bucket: "${bucket}") |> range(${ALL_TIME})`,
      // The client makes numbers of what is beyond a number: read as text.
      (row, table) => {
        const text = (column: string) => row[table.column(column).index] ?? "";
        const type = TYPES[table.column("_value").dataType] ?? "?";
        const value = type === "float" ? String(Number(text("_value"))) : plain(text("_value"));
        points.push({
          measurement: plain(text("_measurement")),
          tags: Object.fromEntries(
            table.columns
              .filter(({ label }) => !COLUMNS.includes(label))
              .map(({ label }) => [plain(label), plain(text(label))]),
          ),
          fields: { [plain(text("_field"))]: `${type} ${value}` },
          time: timeOf(nanoseconds(text("_time")), nowNs),
        });
        return undefined;
      },
    );
    return inOrder(points);
  }
}
