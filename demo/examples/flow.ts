import { initialValue, type SettingsTable } from "../../lib/node-red/settings-table";
import { SETTINGS as AGENT_POLL } from "../../nodes/genesys-agent-poll/settings";
import { SETTINGS as ANALYTICS_POLL } from "../../nodes/genesys-analytics-poll/settings";
import { SETTINGS as GENESYS } from "../../nodes/genesys-config/settings";
import { SETTINGS as HEALTH } from "../../nodes/collector-health/settings";
import { SETTINGS as INFLUX } from "../../nodes/influx-config/settings";
import { SETTINGS as LIVE } from "../../nodes/genesys-live/settings";
import { SETTINGS as LINE_PROTOCOL } from "../../nodes/genesys-to-lineprotocol/settings";
import { SETTINGS as QUEUE_POLL } from "../../nodes/genesys-queue-poll/settings";
import { SETTINGS as WAL } from "../../nodes/wal-buffer/settings";
import { SETTINGS as WRITE } from "../../nodes/influx-batch-write/settings";

/** A node as a flow file holds it. */
export type FlowNode = Record<string, unknown> & { readonly id: string; readonly type: string };

/** Our nodes save every setting; each example gets the defaults from the table that the dialog reads. */
const TABLES: Readonly<Record<string, SettingsTable>> = {
  "collector-health": HEALTH,
  "genesys-agent-poll": AGENT_POLL,
  "genesys-analytics-poll": ANALYTICS_POLL,
  "genesys-config": GENESYS,
  "genesys-live": LIVE,
  "genesys-queue-poll": QUEUE_POLL,
  "genesys-to-lineprotocol": LINE_PROTOCOL,
  "influx-batch-write": WRITE,
  "influx-config": INFLUX,
  "wal-buffer": WAL,
};

/** The one pair of connections that all examples share: importing a second one reuses them. */
export const GENESYS_ID = "c0a0000000000001";
export const INFLUX_ID = "c0a0000000000002";

/** Where a node stands, in pixels; all fits into an editor of 1440 with both side bars open. */
export type At = readonly [x: number, y: number];
const LEFT = 34;
const WIDTH = 872;

/** A flow file in the making: one tab, its nodes, and the connections it needs. */
export class Flow {
  readonly #prefix: string;
  readonly #nodes: FlowNode[] = [];
  readonly #configs: FlowNode[] = [];
  #count = 0;

  /** @param prefix three hexadecimal digits, unlike those of every other example */
  constructor(prefix: string, label: string) {
    this.#prefix = prefix;
    this.#nodes.push({ id: this.#nextId(), type: "tab", label, disabled: false, info: "" });
  }

  /** The heading of the tab; `info` shows in the editor's side bar. */
  comment(name: string, info: string): void {
    // A node stands where its middle is, and its text makes it as wide as this.
    const width = 60 + 7.2 * name.length;
    this.#nodes.push({ ...this.#inTab("comment", [LEFT + width / 2, 40]), name, info, wires: [] });
  }

  /** Adds a node with what differs from its defaults; wires are added by {@link wire}. */
  node(type: string, at: At, settings: Record<string, unknown> = {}, outputs = 1): FlowNode {
    const node: FlowNode = {
      ...this.#inTab(type, at),
      name: "",
      ...defaultsOf(type),
      ...settings,
      wires: Array.from({ length: outputs }, () => []),
    };
    this.#nodes.push(node);
    return node;
  }

  /** A node that belongs to no tab. */
  config(id: string, type: string, settings: Record<string, unknown> = {}): void {
    this.#configs.push({ id, type, ...(type in TABLES && { name: "" }), ...defaultsOf(type), ...settings });
  }

  wire(from: FlowNode, to: FlowNode, port = 0): void {
    (from["wires"] as string[][])[port]?.push(to.id);
  }

  /** Joins link nodes, which stand for a wire that would cross others. */
  link(from: FlowNode, to: FlowNode): void {
    (from["links"] as string[]).push(to.id);
    (to["links"] as string[]).push(from.id);
  }

  linkIn(name: string, at: At): FlowNode {
    return this.node("link in", at, { name, links: [], l: true });
  }

  linkOut(name: string, at: At): FlowNode {
    return this.node("link out", at, { name, mode: "link", links: [], l: true }, 0);
  }

  /** Draws a frame around nodes of the full width. */
  group(name: string, nodes: readonly FlowNode[]): void {
    const heights = nodes.map((node) => node["y"] as number);
    const top = Math.min(...heights) - 61;
    const group = {
      ...{ id: this.#nextId(), type: "group", z: this.#tab, name, style: { label: true } },
      nodes: nodes.map(({ id }) => id),
      ...{ x: LEFT, y: top, w: WIDTH, h: Math.max(...heights) - top + 41 },
    };
    for (const node of nodes) Object.assign(node, { g: group.id });
    this.#nodes.splice(1, 0, group);
  }

  nodes(): FlowNode[] {
    return [...this.#nodes, ...this.#configs];
  }

  get #tab(): string {
    return `${this.#prefix}0000000000001`;
  }

  #nextId(): string {
    return `${this.#prefix}${(++this.#count).toString(16).padStart(13, "0")}`;
  }

  #inTab(type: string, [x, y]: At): FlowNode {
    return { id: this.#nextId(), type, z: this.#tab, x, y };
  }
}

function defaultsOf(type: string): Record<string, unknown> {
  const table = TABLES[type];
  if (!table) return {};
  const settings = Object.entries(table).filter(([, { kind }]) => kind !== "credential");
  return {
    ...Object.fromEntries(settings.map(([property, setting]) => [property, initialValue(setting)])),
    version: 1,
  };
}
