import { FIGURE_NAMES, type FigureName, infoOf } from "./figures";
import type { FlowNames } from "./json";
import type { NodeReport } from "./report";
import { HEALTH_STATUSES, type HealthSummary } from "./summary";

/** Facts that the view shows beside the figures. */
export interface PrometheusContext {
  /** This package's version. */
  readonly version: string;
  readonly flowName?: FlowNames;
}

type Labels = Readonly<Record<string, string>>;

/**
 * Writes the health answer in the Prometheus text format, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/): one sample per figure and node; queries make sums.
 */
export function healthPrometheus(summary: HealthSummary, { version, flowName }: PrometheusContext): string {
  const text = new Exposition();
  text.family("build_info", "gauge", "This package's version; always 1.", [[{ version }, 1]]);
  text.family(
    "status",
    "gauge",
    "1 for the present status, 0 for the others.",
    HEALTH_STATUSES.map((status) => [{ status }, status === summary.status ? 1 : 0]),
  );
  text.family("wal_oldest_age_seconds", "gauge", "Age of the oldest unconfirmed line.", [
    [{}, summary.walOldestAgeS],
  ]);
  const named = summary.nodes.map((node) => ({ node, labels: labelsOf(node, flowName) }));
  for (const figure of FIGURE_NAMES) {
    const { prometheus, kind, help } = infoOf(figure);
    const samples = named.flatMap(({ node, labels }) => samplesOf(figure, node, labels));
    text.family(prometheus, kind === "counter" ? "counter" : "gauge", help, samples);
  }
  text.family(
    "node_state",
    "gauge",
    "What each node is doing; always 1.",
    named.map(({ node, labels }) => [{ ...labels, state: node.state }, 1]),
  );
  text.histogram(
    "write_latency_seconds",
    "Duration of writes that were answered.",
    named.flatMap(({ node, labels }) => (node.writeLatency ? [{ labels, counts: node.writeLatency }] : [])),
  );
  return text.toString();
}

function samplesOf(figure: FigureName, node: NodeReport, labels: Labels): [Labels, number][] {
  const value = node.figures[figure];
  if (value === undefined) return [];
  if (figure === "errors")
    return Object.entries(node.causes).map(([cause, count]) => [{ ...labels, cause }, count]);
  const { kind } = infoOf(figure);
  return [[labels, kind === "time" || kind === "ms" ? value / 1_000 : value]];
}

/** Labels that a person knows: flow, and name of the node or its type. */
function labelsOf({ id, type, name, flow }: NodeReport, flowName: FlowNames = () => undefined): Labels {
  const tab = flow === undefined ? undefined : (flowName(flow) ?? flow);
  return { node: id, type, label: name || type, ...(tab !== undefined && { flow: tab }) };
}

/** Collects the lines of the text format, family by family. */
class Exposition {
  readonly #lines: string[] = [];

  family(name: string, type: "gauge" | "counter", help: string, samples: [Labels, number][]): void {
    if (samples.length === 0) return;
    this.#head(name, type, help);
    for (const [labels, value] of samples) this.#sample(name, labels, value);
  }

  histogram(
    name: string,
    help: string,
    series: { labels: Labels; counts: NodeReport["writeLatency"] & {} }[],
  ) {
    if (series.length === 0) return;
    this.#head(name, "histogram", help);
    for (const { labels, counts } of series) {
      for (const { boundS, count } of counts.buckets)
        this.#sample(`${name}_bucket`, { ...labels, le: String(boundS) }, count);
      this.#sample(`${name}_bucket`, { ...labels, le: "+Inf" }, counts.count);
      this.#sample(`${name}_sum`, labels, counts.sumS);
      this.#sample(`${name}_count`, labels, counts.count);
    }
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }

  #head(name: string, type: string, help: string): void {
    this.#lines.push(`# HELP genesys_influx_${name} ${help}`, `# TYPE genesys_influx_${name} ${type}`);
  }

  #sample(name: string, labels: Labels, value: number): void {
    const words = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    const shown = words.length > 0 ? `{${words.join(",")}}` : "";
    this.#lines.push(`genesys_influx_${name}${shown} ${value}`);
  }
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
