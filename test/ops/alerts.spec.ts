import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { DisposableDisk, noDisks } from "../support/disposable-disk";
import { eventually, freePort, NodeRedProcess } from "../support/node-red";

const tools = process.env["OPS_TOOLS"];
const prometheusFiles = resolve(__dirname, "../../ops/prometheus");

/** The rules with waits that suit a test: the same expressions, seconds in place of minutes. */
function quickRules(): string {
  return readFileSync(join(prometheusFiles, "rules.yml"), "utf8")
    .replace(/for: \d+m/g, "for: 0s")
    .replace(/_age_seconds > 900/, "_age_seconds > 3")
    .replace(/deriv\((\w+)\[15m\]\)/, "deriv($1[30s])");
}

const tab = (id: string, nodes: readonly object[]) => [
  { id, type: "tab", label: id },
  ...nodes.map((node) => ({ z: id, ...node })),
];
const tick = (id: string, to: string) => ({
  ...{ id, type: "inject", repeat: "1", once: true, onceDelay: 0.1, wires: [[to]] },
  ...{ props: [{ p: "payload" }], payload: "", payloadType: "date" },
});
/** Answers the health of its own flow at its own address. */
const healthOf = (id: string, settings: object = {}) => [
  { id: `${id}-in`, type: "http in", url: `/${id}/health`, method: "get", wires: [[`${id}-health`]] },
  { id: `${id}-health`, type: "collector-health", scope: "flow", wires: [[`${id}-out`]], ...settings },
  { id: `${id}-out`, type: "http response", wires: [] },
];
/** A flow that polls. */
const pollTab = (id: string, genesys: string) =>
  tab(id, [
    tick(`${id}-tick`, `${id}-poll`),
    {
      id: `${id}-poll`,
      type: "genesys-queue-poll",
      name: `${id} poll`,
      genesys,
      query: "observations",
      wires: [[]],
    },
    ...healthOf(id, { staleAfter: 5 }),
  ]);
/** A flow that asks for push. */
const pushTab = (id: string, genesys: string) =>
  tab(id, [
    { id: `${id}-live`, type: "genesys-live", name: `${id} live`, genesys, wires: [[]] },
    ...healthOf(id),
  ]);
/** A function node that makes lines, a buffer, a writer, wired as recommended. */
const writeTab = (id: string, influx: string, lines: string, buffer: object = {}) =>
  tab(id, [
    tick(`${id}-tick`, `${id}-lines`),
    { id: `${id}-lines`, type: "function", func: lines, outputs: 1, wires: [[`${id}-buffer`]] },
    {
      id: `${id}-buffer`,
      type: "wal-buffer",
      name: `${id} buffer`,
      wires: [[`${id}-writer`], []],
      ...buffer,
    },
    {
      ...{ id: `${id}-writer`, type: "influx-batch-write", name: `${id} writer`, influx, flushInterval: 0.2 },
      wires: [[`${id}-buffer`], [`${id}-buffer`], [`${id}-buffer`]],
    },
    ...healthOf(id),
  ]);

/** Lines as JavaScript of a function node: so many, each with this field, itself JavaScript. */
const linesOf = (count: number, field: string) =>
  `const now = BigInt(Date.now()) * 1000000n;
   const calls = (context.get("calls") ?? 0) + 1;
   context.set("calls", calls);
   msg.payload = Array.from({ length: ${count} }, (_, i) => "m,t=" + i + " " + ${field} + " " + (now + BigInt(i)));
   return msg;`;

describe("alert rules, in a real Prometheus that scrapes a real Node-RED", function () {
  this.timeout(300_000);
  let genesys: GenesysSimulator;
  let gone: GenesysSimulator;
  let withoutPush: GenesysSimulator;
  let influx: InfluxEndpoint;
  let nodeRed: NodeRedProcess;
  let prometheus: ChildProcess;
  let url: string;
  let folder: string;
  let disk: DisposableDisk;

  before(async function () {
    if (!tools || noDisks()) return this.skip();
    folder = mkdtempSync(join(tmpdir(), "alerts-"));
    writeFileSync(join(folder, "a-file"), "");
    disk = new DisposableDisk("tmpfs", 1);
    genesys = await startGenesysSimulator({ queues: 3, agents: 3 });
    gone = await startGenesysSimulator({ queues: 3, agents: 3 });
    withoutPush = await startGenesysSimulator({ queues: 3, agents: 3 });
    // As a proxy does that lets no WebSocket through.
    withoutPush.notifications.faults.refuseUpgrade = 403;
    influx = await startInfluxEndpoint();
    const { clientId, clientSecret } = genesys;
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const db = { type: "influx-config", org: influx.org, bucket: "genesys", timeout: 2 };
    const tabs: Record<string, object[]> = {
      good: pollTab("good", "genesys"),
      silent: pollTab("silent", "gone"),
      locked: pollTab("locked", "wrong-secret"),
      pushless: pushTab("pushless", "without-push"),
      refused: writeTab("refused", "wrong-token", linesOf(5, "'f=1'")),
      // A text where a number was, after a while.
      rejected: writeTab("rejected", "db", linesOf(5, `(i === 0 && calls > 3 ? 'f="x"' : 'f=1')`)),
      full: writeTab("full", "nowhere", linesOf(500, "'f=1'"), { directory: join(disk.path, "wal") }),
      unwritable: writeTab("unwritable", "nowhere", linesOf(5, "'f=1'"), {
        directory: join(folder, "a-file", "wal"),
      }),
      dropping: writeTab("dropping", "nowhere", linesOf(5_000, `'text="${"x".repeat(60)}"'`), {
        maxSizeMB: 1,
      }),
    };
    nodeRed = await NodeRedProcess.start({
      flows: [
        { id: "genesys", type: "genesys-config", name: "Genesys", region: "custom", baseUrl: genesys.url },
        { id: "gone", type: "genesys-config", name: "Gone", region: "custom", baseUrl: gone.url },
        {
          ...{ id: "without-push", type: "genesys-config", name: "No push" },
          ...{ region: "custom", baseUrl: withoutPush.url },
        },
        {
          id: "wrong-secret",
          type: "genesys-config",
          name: "Locked",
          region: "custom",
          baseUrl: genesys.url,
        },
        { ...db, id: "db", url: influx.url },
        { ...db, id: "wrong-token", url: influx.url },
        { ...db, id: "nowhere", url: nowhere },
        ...Object.values(tabs).flat(),
      ] as never,
      credentials: {
        ...{
          genesys: { clientId, clientSecret },
          gone: { clientId: gone.clientId, clientSecret: gone.clientSecret },
        },
        "without-push": { clientId: withoutPush.clientId, clientSecret: withoutPush.clientSecret },
        "wrong-secret": { clientId, clientSecret: "not-it" },
        db: { token: influx.token },
        "wrong-token": { token: "not-it" },
        nowhere: { token: "any" },
      },
    });
    await gone.close();
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    writeFileSync(join(folder, "rules.yml"), quickRules());
    writeFileSync(
      join(folder, "prometheus.yml"),
      `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
scrape_configs:
  - job_name: genesys-influx
    params: { format: [prometheus] }
    static_configs: [${Object.keys(tabs)
      .map(
        (name) =>
          `{ targets: ["127.0.0.1:${nodeRed.port}"], labels: { __metrics_path__: /${name}/health, instance: ${name} } }`,
      )
      .join(", ")}]
`,
    );
    prometheus = spawn(
      join(tools, "prometheus"),
      [
        ...["--config.file", join(folder, "prometheus.yml"), "--storage.tsdb.path", join(folder, "data")],
        ...["--web.listen-address", `127.0.0.1:${port}`, "--log.level", "error"],
      ],
      { stdio: ["ignore", "inherit", "inherit"] },
    );
  });
  after(async () => {
    prometheus?.kill("SIGKILL");
    await nodeRed?.dispose();
    await genesys?.close();
    await withoutPush?.close();
    await influx?.close();
    disk?.remove();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const fires = async (alert: string, instance: string) => {
    interface Alerts {
      data: { alerts: { labels: Record<string, string>; state: string }[] };
    }
    await eventually(
      `${alert} fires for ${instance}`,
      async () => {
        const answer = await fetch(`${url}/api/v1/alerts`).catch(() => undefined);
        if (!answer?.ok) return false;
        const { alerts } = ((await answer.json()) as Alerts).data;
        return alerts.some(
          ({ labels, state }) =>
            state === "firing" && labels["alertname"] === alert && labels["instance"] === instance,
        );
      },
      120_000,
    );
  };
  const query = async (expression: string) => {
    const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression })}`);
    return ((await answer.json()) as { data: { result: { value: [number, string] }[] } }).data.result;
  };

  for (const [alert, instance, trouble] of [
    ["PollsStale", "silent", "nothing answers a poll"],
    ["GenesysLoginRefused", "locked", "the client secret is wrong"],
    ["PushDown", "pushless", "no WebSocket gets through"],
    ["NodeFailed", "locked", "somebody must mend it"],
    ["InfluxRefusesWrites", "refused", "the token is wrong"],
    ["LogGrows", "refused", "lines wait"],
    ["LinesRejected", "rejected", "a field changes its type"],
    ["LinesDropped", "full", "the disk is full"],
    ["DiskProblem", "unwritable", "the directory cannot be written"],
    ["LinesDropped", "dropping", "the log has reached its size"],
  ] as const)
    it(`${alert} fires when ${trouble}`, () => fires(alert, instance));

  it("a collector in trouble goes on being scraped, and one without has no alert", async () => {
    // Waited for: a busy machine may let one scrape, which has a second here, take longer.
    const scraped = async () => (await query('up{job="genesys-influx"} == 0')).length === 0;
    await eventually("every scrape is answered", scraped, 120_000);
    const calm = async () => (await query('ALERTS{instance="good"}')).length === 0;
    await eventually("no alert for the one without trouble", calm, 120_000);
  });

  it("CollectorUnreachable fires when Node-RED is gone", async () => {
    await nodeRed.stop("SIGKILL");
    await fires("CollectorUnreachable", "good");
  });
});
