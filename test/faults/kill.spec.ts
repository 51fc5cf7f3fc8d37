import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomFrom } from "../support/wal-model";
import { WalProcess } from "../support/wal-process";

const KILLS = 15;

describe("kill -9, again and again, against a sink in a bad mood", function () {
  this.timeout(600_000);
  let directory: string;
  let sink: Server;
  let sender: WalProcess | undefined;
  /** How often each line arrived; and in which order, since the last start, they did for the first time. */
  const arrived = new Map<number, number>();
  let outOfOrder = 0;
  let latest = 0;
  let moody = true;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "wal-kill-"));
    const random = randomFrom(99);
    sink = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => {
        const mood = moody ? random() : 0;
        if (mood > 0.95) return; // Hangs.
        if (mood > 0.85) response.writeHead(503).end();
        else if (mood > 0.75) response.writeHead(429, { "retry-after": "1" }).end();
        else {
          for (const match of body.matchAll(/id=(\d+) /g)) take(Number(match[1]));
          response.writeHead(204).end();
        }
      });
    });
    sink.listen(0, "127.0.0.1");
    await new Promise((resolve) => sink.once("listening", resolve));
  });

  after(async () => {
    await sender?.kill();
    sink.closeAllConnections();
    await new Promise((resolve) => sink.close(resolve));
    rmSync(directory, { recursive: true, force: true });
  });

  function take(n: number): void {
    if (!arrived.has(n)) {
      if (n < latest) outOfOrder++;
      latest = n;
    }
    arrived.set(n, (arrived.get(n) ?? 0) + 1);
  }

  it(`loses no confirmed line in ${KILLS} kills, and keeps their order`, async () => {
    const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`;
    const random = randomFrom(7);
    const confirmed: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      sender = new WalProcess(directory, 1 + kill * 1_000_000, { WAL_SINK: url });
      await sender.confirms(200 + Math.floor(random() * 1_500));
      await sender.kill();
      confirmed.push(...sender.confirmed);
    }
    moody = false;
    sender = new WalProcess(directory, -1, { WAL_SINK: url });
    await sender.drains();
    const lost = confirmed.filter((n) => !arrived.has(n));
    const twice = [...arrived.values()].filter((times) => times > 1).length;
    console.log(
      `      ${confirmed.length} lines confirmed, ${lost.length} lost, ${twice} sent more than once`,
    );
    assert.deepEqual(lost, []);
    assert.equal(outOfOrder, 0);
  });
});
