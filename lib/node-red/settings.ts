import type { Node, NodeAPI } from "node-red";

/** One setting that is missing or wrong. */
export interface SettingProblem {
  /** The property, as design and dialog name it. */
  readonly setting: string;
  /** The environment variable that would do instead. */
  readonly env?: string | undefined;
  readonly message: string;
}

/** All that is wrong with a node's settings, in one message that says what to do. */
export class SettingsError extends Error {
  readonly code = "settings";
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    super(problems.map(({ message }) => message).join("; "));
    this.name = "SettingsError";
    this.problems = problems;
  }

  /** The first missing setting and its variable, short enough for a status; `undefined` when values are only wrong. */
  get brief(): string | undefined {
    const missing = this.problems.find(({ env }) => env !== undefined);
    return missing && `${missing.setting}: ${missing.env}`;
  }
}

interface Fallback {
  /** Environment variable for a blank value; looked up as Node-RED does, so flow and group variables count. */
  readonly env?: string;
}

/**
 * Reads the settings of one node. Reading never throws: problems are collected, and `check` throws them all at once,
 * so that a user who has to fill in four fields is told about four fields.
 */
export class SettingsReader {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #problems: SettingProblem[] = [];

  constructor(RED: NodeAPI, node: Node) {
    this.#RED = RED;
    this.#node = node;
  }

  /** @returns the trimmed text, or its environment variable, or `""` */
  text(
    setting: string,
    value: unknown,
    { env, required = false }: Fallback & { required?: boolean } = {},
  ): string {
    const own = plainText(value);
    if (own === undefined) this.problem(setting, `${setting} is ${describe(value)}, not a text`);
    const text = own || this.#environment(env);
    if (!text && required && own !== undefined) {
      const message = `${setting} is not set: fill it in${env ? `, or set ${env}` : ""}`;
      this.#problems.push({ setting, env, message });
    }
    return text;
  }

  /** An `http:` or `https:` URL without trailing slash; `""` when blank and not required. */
  url(setting: string, value: unknown, options: Fallback & { required?: boolean } = {}): string {
    const text = this.text(setting, value, options);
    if (!text) return "";
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) {
      this.problem(setting, `${setting} is not a URL that starts with http:// or https://`);
      return "";
    }
    if (url.username || url.password) {
      this.problem(setting, `${setting} holds a user name or password: use the fields for credentials`);
      return "";
    }
    return text.replace(/\/+$/, "");
  }

  number(
    setting: string,
    value: unknown,
    { fallback, min = -Infinity, max = Infinity, unit = "", integer = false }: NumberRule,
  ): number {
    if (value === undefined || value === null || value === "") return fallback;
    const number = typeof value === "string" ? Number(value.trim() || NaN) : value;
    const words = unit && ` ${unit}`;
    if (typeof number !== "number" || !Number.isFinite(number)) {
      this.problem(setting, `${setting} is ${describe(value)}, not a number`);
    } else if (number < min || number > max) {
      this.problem(setting, `${setting} is ${number}${words}: use ${range(min, max)}${words}`);
    } else if (integer && !Number.isInteger(number)) {
      this.problem(setting, `${setting} is ${number}: use a whole number`);
    } else {
      return number;
    }
    return fallback;
  }

  /** One of a few words; the first is the default. */
  choice<T extends string>(setting: string, value: unknown, choices: readonly [T, ...T[]]): T {
    if (value === undefined || value === null || value === "") return choices[0];
    const found = choices.find((choice) => choice === value);
    if (found === undefined)
      this.problem(setting, `${setting} is ${describe(value)}: use ${choices.join(", ")}`);
    return found ?? choices[0];
  }

  /** A list of texts: an array, its JSON, or texts separated by commas or line ends. Blank entries are left out. */
  list(setting: string, value: unknown): string[] {
    if (value === undefined || value === null || value === "") return [];
    const entries = Array.isArray(value) ? value : typeof value === "string" ? split(value) : undefined;
    if (!entries?.every((entry): entry is string => typeof entry === "string")) {
      this.problem(setting, `${setting} is ${describe(value)}, not a list of texts`);
      return [];
    }
    return [...new Set(entries.map((entry) => entry.trim()).filter(Boolean))];
  }

  flag(setting: string, value: unknown, fallback = false): boolean {
    if (typeof value === "boolean") return value;
    if (value === undefined || value === null || value === "") return fallback;
    if (value === "true" || value === "false") return value === "true";
    this.problem(setting, `${setting} is ${describe(value)}: use true or false`);
    return fallback;
  }

  /** Notes a problem that the node itself found. */
  problem(setting: string, message: string): void {
    this.#problems.push({ setting, message });
  }

  /** @throws SettingsError naming everything that is missing or wrong */
  check(): void {
    if (this.#problems.length > 0) throw new SettingsError(this.#problems);
  }

  #environment(name: string | undefined): string {
    if (!name) return "";
    return plainText(this.#RED.util.getSetting(this.#node, name)) ?? "";
  }
}

interface NumberRule {
  readonly fallback: number;
  readonly min?: number;
  readonly max?: number;
  readonly unit?: string;
  readonly integer?: boolean;
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
  if (max === Infinity) return `at least ${min}`;
  return min === -Infinity ? `at most ${max}` : `${min} to ${max}`;
}

/** Names a wrong value without repeating a long one. */
function describe(value: unknown): string {
  if (typeof value === "string") return `"${value.length > 40 ? `${value.slice(0, 37)}…` : value}"`;
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return value === null ? "null" : "an object";
  return typeof value === "number" || typeof value === "boolean" ? String(value) : `a ${typeof value}`;
}
