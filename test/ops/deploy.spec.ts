import assert from "node:assert/strict";
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generated } from "../../ops/generate";

/** Folder of the tools that `.ci/ops-tools` gets together. */
const tools = process.env["OPS_TOOLS"];
const ops = resolve(__dirname, "../../ops");

describe("files for operators, read by their own tools", function () {
  this.timeout(180_000);
  let scratch: string;

  before(function () {
    if (!tools) return this.skip();
    scratch = mkdtempSync(join(tmpdir(), "ops-"));
  });
  after(() => scratch && rmSync(scratch, { recursive: true, force: true }));

  const run = (tool: string, args: readonly string[], options = {}): SpawnSyncReturns<string> =>
    spawnSync(tool.includes("/") ? tool : join(tools ?? "", tool), args, {
      encoding: "utf8",
      cwd: ops,
      ...options,
    });
  const accepts = (tool: string, args: readonly string[], options = {}) => {
    const { status, stdout, stderr, error } = run(tool, args, options);
    assert.equal(status, 0, `${tool}: ${error?.message ?? ""}${stdout}${stderr}`);
    return stdout;
  };

  it("dashboards have the shape that Grafana publishes, to the last key", () => {
    const boards = [...generated().keys()].filter((path) => path.startsWith("grafana/"));
    assert.equal(boards.length, 10);
    accepts("read-strictly", ["dashboards", ...boards]);
    const broken = join(scratch, "broken.json");
    writeFileSync(
      broken,
      readFileSync(join(ops, boards[0] ?? ""), "utf8").replace('"graphMode"', '"graphMod"'),
    );
    assert.notEqual(run("read-strictly", ["dashboards", broken]).status, 0);
  });

  it("the compose file is one, and asks for every secret", () => {
    const env = join(ops, "deploy/example.env");
    const names = [...readFileSync(env, "utf8").matchAll(/^([A-Z_]+)=/gm)].map(([, name = ""]) => name);
    const values = Object.fromEntries(names.map((name) => [name, `a-${name.toLowerCase()}`]));
    writeFileSync(join(scratch, "compose.yaml"), readFileSync(join(ops, "deploy/compose.yaml")));
    const made = accepts("read-strictly", ["compose", "compose.yaml"], {
      cwd: scratch,
      env: { ...process.env, ...values },
    });
    for (const name of names) assert.ok(made.includes(values[name] ?? ""), `${name} is used nowhere`);
    // Without them nothing starts with an empty secret.
    assert.notEqual(run("read-strictly", ["compose", "compose.yaml"], { cwd: scratch }).status, 0);
  });

  it("the Dockerfile, the Kubernetes manifest and the unit are accepted", () => {
    accepts("hadolint", ["deploy/Dockerfile"]);
    accepts("kubernetes-validate", ["--strict", "deploy/kubernetes.yaml"]);
    const unit = join(scratch, "node-red-genesys.service");
    writeFileSync(
      unit,
      // Node.js is elsewhere on some machines.
      readFileSync(join(ops, "deploy/node-red-genesys.service"), "utf8").replace(
        "/usr/bin/node",
        process.execPath,
      ),
    );
    accepts("/usr/bin/systemd-analyze", ["verify", unit]);
  });

  it("rules, scrape example and Alertmanager example are accepted, and the rules pass their tests", () => {
    accepts("promtool", ["check", "config", "prometheus/prometheus.yml"]);
    accepts("promtool", ["check", "rules", "prometheus/rules.yml"]);
    accepts("promtool", ["test", "rules", "prometheus/rules.test.yml"]);
    accepts("amtool", ["check-config", "prometheus/alertmanager.yml"]);
  });
});
