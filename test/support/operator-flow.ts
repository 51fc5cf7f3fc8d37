import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { GenesysSimulator } from "../../demo/simulators/genesys/server";
import type { InfluxEndpoint } from "../../demo/simulators/influx/server";
import type { TestFlow } from "./helper";

const root = resolve(__dirname, "../..");

/** The recommended example at a test's pace, with connections and a page that shows all statuses. */
export function flowFor(
  { genesys, influx }: { readonly genesys: GenesysSimulator; readonly influx: InfluxEndpoint },
  settings: Readonly<Record<string, object>>,
  credentials: Readonly<Record<string, string>> = {},
): TestFlow {
  const example = JSON.parse(
    readFileSync(join(root, "examples/01 - Write-ahead collector.json"), "utf8"),
  ) as TestFlow;
  const filled = example.map((node) => ({ ...node, ...overrides(node.type), ...settings[node.type] }));
  return [...filled, ...statusPage(example.find(({ type }) => type === "tab")!.id)];

  function overrides(type: string): object {
    switch (type) {
      case "inject":
        return { repeat: "2", onceDelay: "0.1" };
      case "influx-batch-write":
        return { flushInterval: 1 };
      case "genesys-config":
        return {
          ...{ region: "custom", baseUrl: genesys.url },
          credentials: { clientId: genesys.clientId, clientSecret: genesys.clientSecret, ...credentials },
        };
      case "influx-config":
        return { url: influx.url, org: influx.org, bucket: "genesys", credentials: { token: influx.token } };
      default:
        return {};
    }
  }
}

/** A status node on the example's own tab, and a page that shows what it gets. */
function statusPage(tab: string): TestFlow {
  return [
    { ...at("s-heard", tab, "status"), scope: null, wires: [["s-keep"]] },
    {
      ...at("s-keep", tab, "function"),
      func: 'const all = flow.get("statuses") ?? {}; all[msg.status.source.type] = msg.status.text; flow.set("statuses", all);',
      ...{ outputs: 0, wires: [] },
    },
    { ...at("s-asked", tab, "http in"), url: "/statuses", method: "get", wires: [["s-tell"]] },
    {
      ...at("s-tell", tab, "function"),
      func: 'msg.payload = flow.get("statuses") ?? {}; return msg;',
      ...{ outputs: 1, wires: [["s-answer"]] },
    },
    { ...at("s-answer", tab, "http response"), wires: [] },
  ];
}

function at(id: string, z: string, type: string) {
  return { id, z, type, x: 1, y: 1 };
}
