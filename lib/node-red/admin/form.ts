import type { Node, NodeAPI } from "node-red";
import { maskSecrets } from "../../http/mask";
import { isObject } from "../../terms/json";
import type { ConfigNode } from "../settings";
import { isRequired, numberFault, type NumberSetting, type SettingsTable } from "../settings-table";
import { AdminProblem, type ProblemWords } from "./route";
import { asError } from "../../terms/as-error";

/** Sent by the editor in place of a stored password, which it never gets to see. */
const STORED = "__PWRD__";
/** Matches a value that is one environment variable. */
const REFERENCE = /^\$\{(\w+)\}$/;

/**
 * How far an address is trusted. `all`: the deployed node's, or that of the node's own variable. `own`: the service's
 * own, which may get the node's credentials and no other variable. `none`: typed in.
 */
export type Trust = "all" | "own" | "none";

/**
 * Reads the form of a connection test, which is not deployed yet. Stored secrets and variables in it are hidden from
 * editor users: they are sent only to the address that they belong to, and no answer repeats them.
 */
export class ConnectionForm<T extends SettingsTable> {
  /** The deployed config node that the dialog shows. */
  readonly node: ConfigNode | undefined;
  readonly #RED: NodeAPI;
  readonly #table: T;
  readonly #body: Readonly<Record<string, unknown>>;
  /** Values of variables and secrets, masked in the answer. */
  readonly #hiddenValues = new Set<string>();
  #trust: Trust = "none";
  #referenced = false;

  constructor(RED: NodeAPI, type: string, table: T, body: Readonly<Record<string, unknown>>) {
    const id = body["id"];
    const node = typeof id === "string" && id ? (RED.nodes.getNode(id) as ConfigNode | null) : null;
    this.node = node?.type === type ? node : undefined;
    this.#RED = RED;
    this.#table = table;
    this.#body = body;
  }

  /** Reads a part of the address: as typed in, from the variable typed in, or `""`. */
  address(property: keyof T & string): string {
    const typed = this.#typed(property);
    const reference = REFERENCE.exec(typed)?.[1];
    if (reference === undefined) return typed;
    this.#referenced = true;
    return this.#variable(reference);
  }

  /** The setting's own variable; `""` when it is not set. */
  ownVariable(property: keyof T & string): string {
    const setting = this.#table[property];
    return setting && "env" in setting && setting.env ? this.#variable(setting.env) : "";
  }

  /**
   * Sets the address of the test and how far it is trusted; call it before reading any value.
   *
   * @throws AdminProblem when it holds a typed-in variable and is not the deployed address: whoever listens there would
   *   learn the variable's value
   */
  goesTo(address: string, trust: Trust): void {
    const deployed = this.node?.address !== undefined && this.node.address === address;
    if (!deployed) this.addressProblem(undefined);
    this.#trust = deployed ? "all" : trust;
  }

  /**
   * Refuses an address that is not usable; without words, only one with a typed-in variable, as every message about it
   * would reveal the value.
   *
   * @throws AdminProblem
   */
  addressProblem(words: string | undefined, dialog?: ProblemWords): void {
    if (this.#referenced) {
      const advice = "a variable as address is only tested as deployed: deploy first";
      throw new AdminProblem(400, advice, { code: "deployFirst" });
    }
    if (words !== undefined) throw new AdminProblem(400, words, dialog);
  }

  /** Reads a text or credential: as typed in, stored, or from its variable. @throws AdminProblem where not allowed */
  value(property: keyof T & string): string {
    const typed = this.#typed(property);
    const setting = this.#table[property];
    const secret = setting?.kind === "credential" && setting.input === "password";
    const reference = REFERENCE.exec(typed)?.[1];
    if (typed !== "" && typed !== STORED && reference === undefined)
      return secret ? this.#hidden(typed) : typed;
    if (reference !== undefined) {
      if (this.#trust !== "all") throw this.#refusal(property);
      return this.#variable(reference);
    }
    const required = setting !== undefined && isRequired(setting, (other) => this.#typed(other));
    if (this.#trust === "none") {
      if (required || typed === STORED) throw this.#refusal(property);
      return "";
    }
    const stored = typed === STORED ? this.#hidden(this.#storedSecret(property)) : "";
    const found = stored || this.ownVariable(property);
    if (!found && required) {
      const variable = ("env" in setting && setting.env) || "";
      const values = { variable };
      const message = `${property} is not set: fill it in, or set ${variable}`;
      throw new AdminProblem(400, message, { code: "notSet", property, values });
    }
    return found;
  }

  /** Reads a number, its default where blank. @throws AdminProblem when it is no number, or out of range */
  number(property: keyof T & string, rule: NumberSetting<number>): number {
    const typed = this.#typed(property);
    // A variable's value is known once the node is deployed; until then the default serves.
    const value = typed === "" || REFERENCE.test(typed) ? rule.default : Number(typed);
    if (!Number.isFinite(value) || numberFault(value, rule) !== undefined) {
      const { min, max } = rule;
      const message = `${property} is not a number from ${min} to ${max}`;
      throw new AdminProblem(400, message, { code: "notInRange", property, values: { min, max } });
    }
    return value;
  }

  /** Runs the test, and masks secrets and variables in its answer or error. */
  async answer(test: () => Promise<unknown>): Promise<unknown> {
    try {
      return this.#masked(await test());
    } catch (error) {
      const message = this.#maskedText(asError(error).message);
      const { status, words } = error instanceof AdminProblem ? error : { status: 502, words: undefined };
      throw new AdminProblem(status, message, words);
    }
  }

  #typed(property: string): string {
    const value = this.#body[property];
    return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
  }

  #variable(name: string): string {
    const found: unknown = this.#RED.util.getSetting((this.node ?? {}) as Node, name);
    const value = typeof found === "string" || typeof found === "number" ? String(found).trim() : "";
    return this.#hidden(value);
  }

  #storedSecret(property: string): string {
    const credentials = (this.node?.credentials ?? {}) as Readonly<Record<string, unknown>>;
    const value = credentials[property];
    return typeof value === "string" ? value.trim() : "";
  }

  #hidden(value: string): string {
    if (value !== "") this.#hiddenValues.add(value);
    return value;
  }

  #masked(answer: unknown): unknown {
    if (typeof answer === "string") return this.#maskedText(answer);
    if (Array.isArray(answer)) return answer.map((entry) => this.#masked(entry));
    if (!isObject(answer)) return answer;
    return Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, this.#masked(value)]));
  }

  #maskedText(text: string): string {
    const values = [...this.#hiddenValues];
    // `maskSecrets` leaves short values, which are part of many words; mask them where they are whole words.
    return maskSecrets(text, values).replace(/[\p{L}\p{N}_.-]+/gu, (word) =>
      values.includes(word) ? "…" : word,
    );
  }

  #refusal(property: string): AdminProblem {
    const message = `type in the ${property}: stored values and variables are only sent to the address that they belong to`;
    return new AdminProblem(400, message, { code: "typeIn", property });
  }
}
