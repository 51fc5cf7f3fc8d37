import type { Node, NodeAPI } from "node-red";
import {
  isRequired,
  type NodeSetting,
  numberFault,
  type NumberSetting,
  type Setting,
  type SettingsTable,
  type SettingValues,
  urlFault,
} from "./settings-table";
import { asError } from "../terms/as-error";
import { describeValue } from "../terms/json";
import { chosenConfig } from "./chosen-config";

/** One setting that is missing or wrong. */
export interface SettingProblem {
  /** The property's name. */
  readonly setting: string;
  readonly message: string;
  /** What to do, in the words of a status; only for a missing setting. */
  readonly brief?: string;
  /** Logged by another node already. */
  readonly logged?: boolean;
}

/** All problems of a node's settings, in one message that says what to do. */
export class SettingsError extends Error {
  readonly code = "settings";
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    super(problems.map(({ message }) => message).join("; "));
    this.name = "SettingsError";
    this.problems = problems;
  }

  /** The first missing setting, in the words of a status; `undefined` when none is missing. */
  get brief(): string | undefined {
    return this.problems.find(({ brief }) => brief !== undefined)?.brief;
  }
}

/** A config node as its users see it: usable unless it has a problem. */
export interface ConfigNode extends Node {
  problem?: SettingsError;
  /** The address that its secrets belong to; absent while that setting is wrong. */
  address?: string;
}

/**
 * Reads the settings of one node. Reading collects problems, and `check` throws them all at once, so that a user who
 * has to fill in four fields reads of four fields.
 */
export class SettingsReader {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #problems: SettingProblem[] = [];

  constructor(RED: NodeAPI, node: Node) {
    this.#RED = RED;
    this.#node = node;
  }

  /**
   * Reads a node's whole table; a wrong value is noted, and reads as its default.
   *
   * @param config the node's saved settings, brought up to date
   */
  read<T extends SettingsTable>(table: T, config: object, credentials: object = {}): SettingValues<T> {
    const saved = (property: string): unknown => {
      const from = table[property]?.kind === "credential" ? credentials : config;
      return (from as Readonly<Record<string, unknown>>)[property];
    };
    const entries = Object.entries(table).map(([property, setting]) => [
      property,
      this.#value(property, setting, saved(property), isRequired(setting, saved)),
    ]);
    return Object.fromEntries(entries) as SettingValues<T>;
  }

  /** Looks up the variable of a setting (`envLate`); `""` when it is not set. */
  variable({ env }: { readonly env?: string }): string {
    return env === undefined ? "" : (plainText(this.#RED.util.getSetting(this.#node, env)) ?? "");
  }

  /** Notes a problem. */
  problem(setting: string, message: string): void {
    this.#problems.push({ setting, message });
  }

  /** Runs a check of a setting; a throw is noted as its problem, and `otherwise` returned. */
  attempt<T>(setting: string, work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (error) {
      this.problem(setting, asError(error).message);
      return otherwise;
    }
  }

  /**
   * Finds the config node that a setting names. Call it last.
   *
   * @throws SettingsError naming all problems, when the node is missing or not usable or there were others
   */
  configNode<T extends ConfigNode>({ type }: NodeSetting, property: string, id: string): T {
    const found = id ? (this.#RED.nodes.getNode(id) as T | null) : null;
    const node = found?.type === type ? found : undefined;
    if (id && !node) this.#missing(property, `${property} names a node that does not exist: choose another`);
    for (const problem of node?.problem?.problems ?? []) {
      const whose = `${type}${node!.name ? ` "${node!.name}"` : ""}`;
      this.#problems.push({ ...problem, message: `${whose}: ${problem.message}`, logged: true });
    }
    this.check();
    return node!;
  }

  /** @throws SettingsError naming all problems, if there are any */
  check(): void {
    if (this.#problems.length > 0) throw new SettingsError(this.#problems);
  }

  #value(property: string, setting: Setting, value: unknown, required: boolean): unknown {
    switch (setting.kind) {
      case "text":
      case "credential":
        return this.#text(property, setting, value, required);
      case "duration":
        return this.#text(property, {}, value, false);
      case "node":
        return this.#id(property, value, required);
      case "url":
        return this.#url(property, setting, value, required);
      case "number":
        return this.#number(property, setting, value);
      case "choice":
        return this.#choice(property, setting.choices, value);
      case "list":
        return this.#list(property, value);
      case "flag":
        return this.#flag(property, setting.default, value);
    }
  }

  /** The trimmed text, or its environment variable, or `""`. */
  #text(
    setting: string,
    { env, envLate }: { readonly env?: string; readonly envLate?: boolean },
    value: unknown,
    required: boolean,
  ): string {
    const own = plainText(value);
    if (own === undefined) this.problem(setting, `${setting} is ${describeValue(value)}, not a text`);
    const found = own || (envLate || env === undefined ? "" : this.variable({ env }));
    if (!found && required && own !== undefined) {
      this.#missing(setting, `${setting} is not set: fill it in${env ? `, or set ${env}` : ""}`);
    }
    return found;
  }

  #id(setting: string, value: unknown, required: boolean): string {
    const id = chosenConfig(value);
    if (!id && required) this.#missing(setting, `${setting} is not set: choose one`);
    return id;
  }

  #missing(setting: string, message: string): void {
    const brief = this.#RED._(`${this.#node.type}.status.missing.${setting}`);
    this.#problems.push({ setting, message, brief });
  }

  #url(setting: string, fallback: { readonly env?: string }, value: unknown, required: boolean): string {
    const text = this.#text(setting, fallback, value, required);
    switch (text && urlFault(text)) {
      case "scheme":
        this.problem(setting, `${setting} is not a URL that starts with http:// or https://`);
        return "";
      case "user":
        this.problem(setting, `${setting} holds a user name or password: use the fields for credentials`);
        return "";
      case "query":
        this.problem(setting, `${setting} goes on after a "?" or "#": leave that out`);
        return "";
      default:
        return text.replace(/\/+$/, "");
    }
  }

  #number(setting: string, rule: NumberSetting, value: unknown): number | undefined {
    if (value === undefined || value === null || value === "") return rule.default;
    const number = typeof value === "string" ? Number(value.trim() || NaN) : value;
    const words = rule.unit ? ` ${rule.unit}` : "";
    if (typeof number !== "number" || !Number.isFinite(number)) {
      this.problem(setting, `${setting} is ${describeValue(value)}, not a number`);
      return rule.default;
    }
    switch (numberFault(number, rule)) {
      case "range":
        this.problem(setting, `${setting} is ${number}${words}: use ${range(rule.min, rule.max)}${words}`);
        return rule.default;
      case "whole":
        this.problem(setting, `${setting} is ${number}: use a whole number`);
        return rule.default;
      case undefined:
        return number;
    }
  }

  #choice(setting: string, choices: readonly [string, ...string[]], value: unknown): string {
    if (value === undefined || value === null || value === "") return choices[0];
    const found = choices.find((choice) => choice === value);
    if (found === undefined)
      this.problem(setting, `${setting} is ${describeValue(value)}: use ${choices.join(", ")}`);
    return found ?? choices[0];
  }

  /** An array, its JSON, or texts separated by commas or line ends. Blank entries are left out. */
  #list(setting: string, value: unknown): string[] {
    if (value === undefined || value === null || value === "") return [];
    const entries = Array.isArray(value) ? value : typeof value === "string" ? split(value) : undefined;
    if (!entries?.every((entry): entry is string => typeof entry === "string")) {
      this.problem(setting, `${setting} is ${describeValue(value)}, not a list of texts`);
      return [];
    }
    return [...new Set(entries.map((entry) => entry.trim()).filter(Boolean))];
  }

  #flag(setting: string, initially: boolean, value: unknown): boolean {
    if (typeof value === "boolean") return value;
    if (value === undefined || value === null || value === "") return initially;
    if (value === "true" || value === "false") return value === "true";
    this.problem(setting, `${setting} is ${describeValue(value)}: use true or false`);
    return initially;
  }
}

function plainText(value: unknown): string | undefined {
  if (value === undefined || value === null) return "";
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : undefined;
}

function split(text: string): unknown[] {
  if (text.trim().startsWith("[")) {
    try {
      const parsed: unknown = JSON.parse(text);
      if (Array.isArray(parsed)) return parsed;
    } catch {
      // Not JSON after all: a name may start with a bracket.
    }
  }
  return text.split(/[,\n]/);
}

function range(min: number, max: number): string {
  return max === Infinity ? `at least ${min}` : `${min} to ${max}`;
}
