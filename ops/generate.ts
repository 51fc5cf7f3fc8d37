// Writes what is generated below ops/: `npm run ops`. The files are what an operator imports; a test compares them with
// what this makes, so change the code, not them.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { dashboards } from "./grafana/dashboards";
import { template } from "./influxdb2/template";
import { queriesPage } from "./queries/page";

/** Path, relative to ops/, to text. */
export function generated(): Map<string, string> {
  const files = new Map<string, string>();
  for (const [path, text] of dashboards()) files.set(`grafana/dashboards/${path}`, text);
  files.set("influxdb2/template.json", `${JSON.stringify(template(), null, 2)}\n`);
  files.set("../docs/queries.md", queriesPage());
  return files;
}

if (require.main === module) {
  rmSync(join(__dirname, "grafana/dashboards"), { recursive: true, force: true });
  for (const [path, text] of generated()) {
    mkdirSync(dirname(join(__dirname, path)), { recursive: true });
    writeFileSync(join(__dirname, path), text);
  }
}
