// The part of the editor's RED object that our dialogs use. @types/node-red describes the editor of Node-RED 1.3, which
// lacks validators with a reason, config filters and RED.tabs options.

/** One property in a node's `defaults`. A validator answers true, false, or the reason why the value is wrong. */
interface EditorProperty {
  value: unknown;
  type?: string;
  required?: boolean;
  label?: string;
  validate?: (this: EditorNode, value: unknown, options?: unknown) => boolean | string;
}

/** One entry in a node's `credentials`; the editor calls its validator in the open dialog only. */
interface EditorCredential {
  type: "text" | "password";
  required?: boolean;
  validate?: EditorProperty["validate"];
}

/** A node in the editor: its saved properties and the editor's own. */
interface EditorNode extends Record<string, unknown> {
  id: string;
  type: string;
  name?: string;
  z?: string;
  valid?: boolean;
  outputs?: number;
  wires?: string[][];
  credentials?: Record<string, unknown>;
  _(key: string, values?: Record<string, unknown>): string;
}

/** The definition that `registerType` takes: https://nodered.org/docs/creating-nodes/node-html */
interface EditorDefinition {
  category: string;
  color?: string;
  defaults: Record<string, EditorProperty>;
  credentials?: Record<string, EditorCredential>;
  inputs?: number;
  outputs?: number;
  icon?: string;
  align?: "left" | "right";
  paletteLabel?: string | ((this: EditorNode) => string);
  label: string | ((this: EditorNode) => string);
  labelStyle?: (this: EditorNode) => string;
  inputLabels?: string | ((this: EditorNode, index: number) => string);
  outputLabels?: string | string[] | ((this: EditorNode, index: number) => string);
  oneditprepare?: (this: EditorNode) => void;
  oneditsave?: (this: EditorNode) => void;
  oneditcancel?: (this: EditorNode) => void;
  oneditdelete?: (this: EditorNode) => void;
  oneditresize?: (this: EditorNode, size: { width: number; height: number }) => void;
}

/** A wire between two nodes on the workspace. */
interface EditorLink {
  source: EditorNode;
  sourcePort: number;
  target: EditorNode;
}

interface EditorTabs {
  addTab(tab: { id: string; label: string }): void;
  activateTab(id: string): void;
  resize(): void;
}

declare const RED: {
  _(key: string, values?: Record<string, unknown>): string;
  nodes: {
    registerType(type: string, definition: EditorDefinition): void;
    node(id: unknown): EditorNode | null | undefined;
    filterLinks(filter: { source?: EditorNode; target?: EditorNode; sourcePort?: number }): EditorLink[];
    eachNode(visit: (node: EditorNode) => boolean | void): void;
    eachConfig(visit: (node: EditorNode) => boolean | void): void;
    /** A flow tab; its `env` holds the flow's variables. */
    workspace(id: unknown): EditorNode | null | undefined;
    subflow(id: unknown): EditorNode | null | undefined;
    dirty(): boolean;
  };
  editor: { validateNode(node: EditorNode): boolean };
  events: {
    on(event: "nodes:add", heard: (node: EditorNode) => void): void;
    on(event: "deploy", heard: () => void): void;
    emit(event: "nodes:change", node: EditorNode): void;
  };
  view: { redraw(): void };
  tabs: {
    create(options: { id: string; onchange: (tab: { id: string }) => void }): EditorTabs;
  };
  popover: { tooltip(target: JQuery, content: string): unknown };
  settings: Record<string, unknown> & { get(key: string, fallback?: unknown): unknown };
};
