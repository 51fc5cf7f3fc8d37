import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { statusesOf } from "../support/statuses";

const root = join(__dirname, "../..");
const runbook = readFileSync(join(root, "ops/runbook.md"), "utf8");
const rules = readFileSync(join(root, "ops/prometheus/rules.yml"), "utf8");

describe("runbook", () => {
  it("has an entry for every alert: what to look at, what to do, when it is over", () => {
    const alerts = [...rules.matchAll(/alert: (\w+)/g)].map(([, name = ""]) => name);
    const entries = new Map(
      runbook.split(/^###? /m).map((entry) => [entry.slice(0, entry.indexOf("\n")), entry] as const),
    );
    assert.ok(alerts.length > 10);
    for (const alert of alerts) {
      const entry = entries.get(alert);
      assert.ok(entry, `no entry for ${alert}`);
      assert.match(entry, /\*Look(:|\*| and do)/, alert);
      assert.match(entry, /\*Do\*|Look and do/, alert);
      assert.match(entry, /\*Over when\*/, alert);
      assert.ok(rules.includes(`runbook.md#${alert.toLowerCase()}`), `${alert} does not lead to it`);
    }
  });

  it("says of every status of every node what it means and what to do", () => {
    const statuses = runbook.slice(runbook.indexOf("## Statuses"));
    for (const type of readdirSync(join(root, "nodes")))
      for (const text of statusesOf(type)) assert.ok(statuses.includes(`*${text}*`), `${type}: ${text}`);
  });
});
