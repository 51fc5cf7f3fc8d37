import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  type GenesysSimulator,
  type SimulatorOptions,
  startGenesysSimulator,
} from "../../demo/simulators/genesys/server";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { DisposableDisk, noDisks } from "../support/disposable-disk";
import { eventually, eventuallyHolds, NodeRedProcess, runtimeName } from "../support/node-red";
import { flowFor } from "../support/operator-flow";

const root = resolve(__dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** What an operator meets, and what each place that he looks at has to say. */
interface Case {
  readonly what: string;
  /** How the world is when the flow is deployed. */
  readonly simulator?: SimulatorOptions;
  readonly settings?: Readonly<Record<string, object>>;
  readonly credentials?: Readonly<Record<string, string>>;
  /** What happens after the first points. */
  readonly happens?: (world: World) => unknown;
  /** The node that says so, and the words of its status, figures as `…`. */
  readonly node: string;
  readonly status: string;
  readonly log: RegExp;
  readonly health: readonly [statusCode: number, status: string];
  /** What the README's row of that status tells to do. */
  readonly deed: RegExp;
}

interface World {
  readonly genesys: GenesysSimulator;
  readonly influx: InfluxEndpoint;
  readonly disk: DisposableDisk | undefined;
}

const refuse = (status: number, code: string, message: string) => (world: World) =>
  world.influx.script({ status, times: 1e6, body: { code, message } });

/** Fills the disk under the buffer; with InfluxDB there, the room of what is written would be used again. */
async function fillDisk({ disk, influx }: World): Promise<void> {
  await influx.stop();
  try {
    writeFileSync(join(disk!.path, "other"), Buffer.alloc(8 * 1024 * 1024));
  } catch (error) {
    assert.match(String(error), /ENOSPC/);
  }
}

const CASES: readonly Case[] = [
  {
    what: "the database is stopped",
    happens: ({ influx }) => influx.stop(),
    node: "influx-batch-write",
    status: "no answer",
    log: /no answer from InfluxDB at \S+: connect ECONNREFUSED \S+\. Is it running, and is the URL/,
    health: [200, "degraded"],
    deed: /Is InfluxDB running, and is the URL right/,
  },
  {
    what: "the database is stopped, as its buffer sees it",
    happens: ({ influx }) => influx.stop(),
    node: "wal-buffer",
    status: "retry in …, …",
    log: /no answer from InfluxDB .* keeps the lines and sends them again/,
    health: [200, "degraded"],
    deed: /wait on disk and are sent again/,
  },
  {
    what: "the token is revoked",
    happens: refuse(401, "unauthorized", "unauthorized access"),
    node: "influx-batch-write",
    status: "token refused",
    log: /refuses the API token of “InfluxDB” \(401\): give it a token that may write to bucket genesys/,
    health: [503, "failed"],
    deed: /Make an API token that may write to the bucket/,
  },
  {
    what: "the token may only read",
    happens: refuse(403, "forbidden", "insufficient permissions for write"),
    node: "influx-batch-write",
    status: "may not write",
    log: /the API token of “InfluxDB” may not write to bucket genesys \(403\): use one that may/,
    health: [503, "failed"],
    deed: /Make an API token that may write to the bucket/,
  },
  {
    what: "the bucket is deleted",
    happens: refuse(404, "not found", 'bucket "genesys" not found'),
    node: "influx-batch-write",
    status: "check org, bucket",
    log: /bucket "genesys" not found\. Correct the settings of “InfluxDB”/,
    health: [503, "failed"],
    deed: /Correct that in `influx-config`/,
  },
  {
    what: "a queue is mistyped",
    settings: { "genesys-queue-poll": { queues: ["Bilingz"] } },
    node: "genesys-queue-poll",
    status: "no such queue",
    log: /none of the chosen queues exists.*: Bilingz/,
    health: [503, "failed"],
    deed: /check the spelling/,
  },
  {
    what: "no division of the client's role has a queue",
    simulator: { hiddenDivisions: ["Home", "Sales", "Service"] },
    node: "genesys-queue-poll",
    status: "sees no queues",
    log: /divisions/,
    health: [503, "failed"],
    deed: /add the divisions to the role/,
  },
  {
    what: "one division is missing from the role for analytics",
    simulator: { unansweredDivisions: ["Home"] },
    node: "genesys-queue-poll",
    status: "not answered",
    log: /listed and never answered: .*give the OAuth client's role for analytics the divisions/,
    health: [200, "degraded"],
    deed: /lacks a division for analytics; give it/,
  },
  {
    what: "the rate limit is used up",
    happens: ({ genesys }) => genesys.faults.add({ kind: "429", retryAfter: 60 }),
    node: "genesys-queue-poll",
    status: "rate limit, …",
    log: /the rate limit of the OAuth client is used up: polls go on by themselves/,
    health: [200, "degraded"],
    deed: /polls go on by themselves at that time/,
  },
  {
    what: "the client's secret is changed",
    credentials: { clientSecret: "another" },
    node: "genesys-queue-poll",
    status: "client refused",
    log: /refused the OAuth client.*check client ID, client secret and region/,
    health: [503, "failed"],
    deed: /Check client id and secret/,
  },
  {
    what: "a permission is taken from the role",
    simulator: { missingPermissions: ["analytics:conversationAggregate:view"] },
    node: "genesys-queue-poll",
    status: "no permission",
    log: /roles lack the permission analytics:conversationAggregate:view/,
    health: [503, "failed"],
    deed: /give it to the client's role/,
  },
  {
    what: "Genesys Cloud is not to be reached",
    happens: ({ genesys }) => genesys.close(),
    node: "genesys-queue-poll",
    status: "no answer",
    log: /no answer from 127\.0\.0\.1:\d+/,
    health: [200, "degraded"],
    deed: /Passes by itself/,
  },
  {
    what: "the connection has no client id",
    credentials: { clientId: "" },
    node: "genesys-queue-poll",
    status: "set client id",
    log: /clientId is not set: fill it in, or set GENESYS_CLIENT_ID/,
    health: [503, "failed"],
    deed: /Fill in that setting/,
  },
  {
    what: "the disk is full, and lines must not be dropped",
    happens: fillDisk,
    settings: { "wal-buffer": { whenFull: "reject" } },
    node: "wal-buffer",
    status: "not durable",
    log: /lines are not being kept: .*ENOSPC/,
    health: [503, "failed"],
    deed: /disk under `wal-buffer` is full/,
  },
  {
    what: "the disk is full, and the oldest lines are dropped",
    happens: fillDisk,
    node: "wal-buffer",
    status: "retry in …, …",
    log: /lines dropped, oldest first: \d+ \(disk full\)/,
    health: [200, "degraded"],
    deed: /bring InfluxDB back, or make room/,
  },
];

describe(`an operator is told the same by status, log, health and README, in ${runtimeName()}`, function () {
  this.timeout(180_000);
  let nodeRed: NodeRedProcess;
  let world: World;

  before(async function () {
    const why = noDisks();
    if (why) {
      console.log(`      skipped: ${why}`);
      this.skip();
    }
    nodeRed = await NodeRedProcess.start();
  });
  after(() => nodeRed?.dispose());
  afterEach(async () => {
    await nodeRed.deploy([]);
    await world.genesys.close().catch(() => undefined);
    await world.influx.close();
    world.disk?.remove();
  });

  const healthOf = async (type: string) =>
    (await nodeRed.json<Health>("/health")).nodes.find((each) => each.type === type)!;

  for (const { what, simulator, settings, credentials, happens, node, status, log, health, deed } of CASES)
    it(what, async () => {
      world = {
        genesys: await startGenesysSimulator({ queues: 5, agents: 10, ...simulator }),
        influx: await startInfluxEndpoint(),
        disk: what.includes("disk") ? new DisposableDisk("tmpfs", 1) : undefined,
      };
      const directory = world.disk && { directory: join(world.disk.path, "wal") };
      const from = nodeRed.log.length;
      await nodeRed.deploy(
        flowFor(
          world,
          { ...settings, ...(directory && { "wal-buffer": { ...settings?.["wal-buffer"], ...directory } }) },
          credentials,
        ),
      );
      if (happens) {
        await eventually("first points", () => world.influx.points().length > 0);
        await happens(world);
      }
      const told = await eventually(
        `${node}: ${status}`,
        async () => {
          const page = await nodeRed.request("/statuses");
          if (!page.headers.get("content-type")?.includes("json")) return false;
          const statuses = (await page.json()) as Record<string, string>;
          // What is shown at the very start, before anything can listen, is only in health.
          const shown = statuses[node] ?? (await healthOf(node)).message;
          return pattern(status).test(shown) && log.test(nodeRed.log.slice(from)) && shown;
        },
        90_000,
      );
      // Whole only a moment later: a node that waits for its first message has not said yet what it lacks.
      await eventuallyHolds(async () => {
        const answer = await nodeRed.request("/health");
        const report = (await answer.json()) as Health;
        const own = report.nodes.find(({ type }) => type === node)!;
        const logged = nodeRed.log.slice(from);
        const reasons = report.nodes.flatMap(({ problem, problems = [] }) => [
          ...problems,
          ...(problem ? [problem.split("; ")[0]!] : []),
        ]);
        assert.deepEqual([answer.status, report.status], health, JSON.stringify(report, null, 1));
        assert.match(own.message, pattern(status), `${told} in health too`);
        assert.ok(
          reasons.some((reason) => logged.includes(reason)),
          `health gives the reason of the log: ${reasons.join(" | ")}; log: ${logged}`,
        );
      });
      const row = readme
        .split("\n")
        .find((line) => line.startsWith("|") && line.includes(`*${status}*`) && deed.test(line));
      assert.ok(row, `README: ${status}`);
    });
});

interface Health {
  readonly status: string;
  readonly nodes: readonly { type: string; message: string; problem?: string; problems?: string[] }[];
}

/** A status with its figures left open. */
function pattern(status: string): RegExp {
  return new RegExp(`^${status.replace(/…/g, ".+")}$`);
}
