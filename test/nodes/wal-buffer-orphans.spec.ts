import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HealthRegistry, healthRegistry } from "../../lib/health/registry";
import type { Message } from "../../lib/node-red/input";
import type { NodeStatus } from "../../lib/node-red/status";
import { segmentName } from "../../lib/wal/format";
import { BufferController } from "../../nodes/wal-buffer/controller";
import walBuffer from "../../nodes/wal-buffer/wal-buffer";
import { FakeClock } from "../support/fake-clock";
import { helper, load, nextMessage } from "../support/helper";
import { MemoryFs } from "../support/memory-fs";
import { eventually } from "../support/node-red";
import { segmentOf } from "../support/wal";

const GONE = "/wal/gone";

describe("a log whose node is gone", () => {
  let clock: FakeClock;
  let fs: MemoryFs;
  let registry: HealthRegistry;
  let events: Message[];
  let warnings: string[];
  const buffers: BufferController[] = [];

  beforeEach(() => {
    clock = new FakeClock();
    fs = new MemoryFs(clock);
    fs.put(`${GONE}/${segmentName(1)}`, segmentOf(2, 3).bytes);
    registry = new HealthRegistry();
    [events, warnings] = [[], []];
  });
  afterEach(async () => {
    for (const buffer of buffers.splice(0)) await buffer.close();
  });

  async function buffer(id: string): Promise<BufferController> {
    const status = { show: () => undefined, close: () => undefined } as unknown as NodeStatus;
    const made = new BufferController({
      ...{ id, clock, status, window: 5, maxParcels: Infinity, inFlight: "many", ackTimeoutMs: 60_000 },
      fullEveryMs: undefined,
      log: { directory: `/wal/${id}`, fileSystem: fs, clock },
      reporter: registry.register({ id, type: "wal-buffer", name: "", flow: "f" }, {}),
      text: (key) => key,
      send: (_toWrite, event) => void (event && events.push(event)),
      warn: (text) => warnings.push(text),
      error: (text) => assert.fail(text),
    });
    buffers.push(made);
    await clock.advance(10);
    return made;
  }
  const problems = () => registry.reports("f").flatMap(({ id, problems: all }) => all.map(() => id));
  const found = [{ directory: GONE, lines: 6, bytes: 1 }];

  it("is named once, by one buffer of several: event, warning and health", async () => {
    const [a, b] = [await buffer("a"), await buffer("b")];
    for (const one of [a, b, a]) one.orphans(found);
    assert.deepEqual(
      events.map(({ topic, payload }) => [topic, (payload as { lines: number }).lines]),
      [["orphaned", 6]],
    );
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /6 lines wait in \/wal\/gone, whose node is gone/);
    assert.deepEqual(problems(), ["a"]);
  });

  it("is no problem any more once another buffer took it over, and its lines wait there", async () => {
    const [a, b] = [await buffer("a"), await buffer("b")];
    a.orphans(found);
    const { lines } = await b.adopt(GONE);
    assert.deepEqual([lines, problems()], [6, []]);
    assert.equal(b.log!.stats().pending, 6);
  });

  it("is named again by the node that takes the place of the one that named it", async () => {
    const a = await buffer("a");
    a.orphans(found);
    await a.close();
    (await buffer("a")).orphans(found);
    assert.equal(events.length, 2);
  });

  describe("in a real node", () => {
    let userDir: string;
    beforeEach(() => {
      userDir = mkdtempSync(join(tmpdir(), "orphans-"));
      const gone = join(userDir, "genesys-influx/wal/gone");
      mkdirSync(gone, { recursive: true });
      writeFileSync(join(gone, segmentName(1)), segmentOf(2, 3).bytes);
      helper.settings({ userDir });
    });
    afterEach(async () => {
      await helper.unload();
      helper.settings({});
      rmSync(userDir, { recursive: true, force: true });
    });

    it("is named a few seconds after the start: event, log and health (D14)", async () => {
      await load(
        [walBuffer],
        [
          { id: "tab", type: "tab" },
          { id: "wal", type: "wal-buffer", z: "tab", x: 1, y: 1, wires: [[], ["events"]] },
          { id: "events", type: "helper", z: "tab" },
        ],
      );
      const { topic, payload } = await nextMessage("events");
      assert.deepEqual([topic, (payload as { lines: number }).lines], ["orphaned", 6]);
      const named =
        /6 lines wait in \S+gone, whose node is gone: take them over on the second tab of this node/;
      const { problems } = healthRegistry.reports().find(({ id }) => id === "wal")!;
      assert.equal(problems.filter(({ message }) => named.test(message)).length, 1);
      const logged = (helper.log().args as [{ msg: unknown; id?: string }][]).map(([{ msg }]) => String(msg));
      assert.equal(logged.filter((text) => named.test(text)).length, 1);
    }).timeout(60_000);

    it("is listed, and taken over only by the name under which it was found", async () => {
      await load(
        [walBuffer],
        [
          { id: "tab", type: "tab" },
          { id: "wal", type: "wal-buffer", z: "tab", x: 1, y: 1, wires: [[], []] },
        ],
      );
      const files = () => helper.request().get("/wal-buffer/wal/files");
      await eventually("it is open", async () => ((await files()).body as { open?: boolean }).open);
      const listed = await helper.request().get("/wal-buffer/wal/orphans");
      const { items } = listed.body as { items: { directory: string; lines: number }[] };
      assert.deepEqual(
        items.map(({ lines }) => lines),
        [6],
      );
      const adopt = (directory: string) => helper.request().post("/wal-buffer/wal/adopt").send({ directory });
      assert.equal((await adopt(userDir)).status, 404);
      assert.equal((await adopt(items[0]!.directory)).status, 200);
      assert.equal(((await files()).body as { pendingLines: number }).pendingLines, 6);
      assert.equal((await adopt(items[0]!.directory)).status, 404);
    });
  });
});
