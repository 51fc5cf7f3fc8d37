import assert from "node:assert/strict";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { Connection } from "../../../lib/influx/connection";
import { Transport } from "../../../lib/genesys/http/transport";
import { GenesysError } from "../../../lib/genesys/errors";
import { systemClock } from "../../../lib/time/clock";

/** Bytes that a process may grow by while it refuses an answer of any size. */
const ROOM = 100_000_000;

describe("answers without an end", () => {
  let server: Server;
  let url: string;
  let answer: (response: ServerResponse) => void;

  before(async () => {
    server = createServer((request, response) => {
      request.resume();
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  /** 0.9 MB on the wire, 900 MB unpacked. */
  const bomb = (() => {
    const zeros = gzipSync(Buffer.alloc(10_000_000, 0x30), { level: 9 });
    return Buffer.concat(Array.from({ length: 90 }, () => zeros));
  })();
  const kinds: [what: string, (response: ServerResponse, status: number) => void][] = [
    [
      "a little gzip that unpacks to 900 MB",
      (response, status) => {
        response.writeHead(status, { "content-type": "application/json", "content-encoding": "gzip" });
        response.end(bomb);
      },
    ],
    [
      "a body that does not end",
      (response, status) => {
        response.writeHead(status, { "content-type": "application/json" });
        const piece = Buffer.alloc(64_000, 0x20);
        const more = () => {
          while (!response.destroyed && response.write(piece));
        };
        response.on("drain", more);
        more();
      },
    ],
  ];

  for (const [what, send] of kinds) {
    for (const status of [200, 400, 500]) {
      it(`InfluxDB, status ${status}, ${what}: its status counts, memory stays bounded`, async () => {
        answer = (response) => send(response, status);
        const settings = { url, org: "o", bucket: "b", token: "t", timeoutMs: 20_000 };
        const connection = new Connection(settings);
        const before = process.memoryUsage().rss;
        const body = await connection.pack("m f=1 1", true);
        const given = await connection.write({ body, bucket: "b", precision: "ns" });
        assert.ok(process.memoryUsage().rss - before < ROOM);
        assert.ok(given.kind === "answer");
        assert.equal(given.status, status);
        assert.ok(given.body.length <= 4_000_000);
        await connection.close();
      });

      it(`Genesys, status ${status}, ${what}: too large, memory stays bounded`, async () => {
        answer = (response) => send(response, status);
        const transport = new Transport({ clock: systemClock, timeoutMs: 20_000, maxBytes: 8_000_000 });
        const before = process.memoryUsage().rss;
        await assert.rejects(
          transport.send({ method: "GET", url }),
          (error) => error instanceof GenesysError && error.kind === "tooLarge",
        );
        assert.ok(process.memoryUsage().rss - before < ROOM);
        await transport.close();
      });
    }
  }
});
