import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

/**
 * A write endpoint that keeps each point with the newest value of each field, and can be away. Its lines must have tags
 * and strings without blanks, as those of the package have with names left out.
 */
export class PointStore {
  /** Fields by series and time, as text; a million points fit. */
  readonly points = new Map<string, string>();
  /** Lines that were written, those included that overwrote others. */
  lines = 0;
  /** Requests on their way. */
  active = 0;
  away = false;
  /** Whether its bucket is gone, with all that it held; what is written once it is back is all that there is. */
  gone = false;
  /** Whether answers are lost on their way, after the lines were written. */
  losesAnswers = false;
  /** Lines that are refused, each with a reason. */
  refuses: (line: string) => boolean = () => false;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.active++;
      response.on("close", () => this.active--);
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        if (this.gone) {
          this.points.clear();
          const body = JSON.stringify({ code: "not found", message: 'bucket "b" not found' });
          return void response.writeHead(404, { "content-type": "application/json" }).end(body);
        }
        if (this.away) return void response.writeHead(503).end("away");
        const body = Buffer.concat(chunks);
        const packed = request.headers["content-encoding"] === "gzip";
        if (request.method !== "POST") return void response.writeHead(204).end();
        const lines = (packed ? gunzipSync(body) : body)
          .toString("latin1")
          .split("\n")
          .filter((line) => line !== "");
        const bad = lines.find(this.refuses);
        if (bad !== undefined) return void refuse(response, bad);
        this.#take(lines);
        if (this.losesAnswers) response.destroy();
        else response.writeHead(204).end();
      });
    });
  }

  static async start(): Promise<PointStore> {
    const store = new PointStore();
    await new Promise<void>((resolve) => store.#server.listen(0, "127.0.0.1", resolve));
    return store;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(lines: readonly string[]): void {
    for (const line of lines) {
      this.lines++;
      const { key, fields } = partsOf(line);
      const known = this.points.get(key);
      if (known === fields) continue;
      this.points.set(key, known === undefined ? fields : merged(known, fields));
    }
  }
}

/** Refuses a batch as InfluxDB 2 does for one line that it cannot parse: nothing of it is written. */
function refuse(response: ServerResponse, line: string): void {
  const message = `unable to parse '${line}': refused by the test`;
  response.writeHead(400, { "content-type": "application/json" });
  response.end(JSON.stringify({ code: "invalid", message }));
}

/** A line as a point and its fields. */
export function partsOf(line: string): { key: string; fields: string } {
  const first = line.indexOf(" ");
  const last = line.lastIndexOf(" ");
  return { key: line.slice(0, first) + line.slice(last), fields: line.slice(first + 1, last) };
}

/** Fields by their names. */
export function fieldsOf(text: string): Map<string, string> {
  return new Map(
    text.split(",").map((field) => {
      const at = field.indexOf("=");
      return [field.slice(0, at), field.slice(at + 1)];
    }),
  );
}

function merged(known: string, newer: string): string {
  const fields = fieldsOf(known);
  for (const [name, value] of fieldsOf(newer)) fields.set(name, value);
  return [...fields].map((field) => field.join("=")).join(",");
}
