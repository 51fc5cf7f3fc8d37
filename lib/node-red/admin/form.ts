import type { Node, NodeAPI } from "node-red";
import { maskSecrets } from "../../http/mask";
import { isObject } from "../../terms/json";
import type { ConfigNode } from "../settings";
import { isRequired, numberFault, type NumberSetting, type SettingsTable } from "../settings-table";
import { AdminProblem, type ProblemWords } from "./route";

/** What the editor shows and sends in place of a stored credential. */
const STORED = "__PWRD__";
/** A value that is one environment variable. */
const REFERENCE = /^\$\{(\w+)\}$/;

/**
 * How far an address is trusted. `all`: it is the deployed node's, or the one that the node's own variable names. `own`: it
 * is an address of the service itself: the node's credentials belong there, other variables do not. `none`: somebody has
 * typed it in.
 */
export type Trust = "all" | "own" | "none";

/**
 * The form of a connection test: what a dialog holds, not deployed yet, some of it stored secrets and variables. An editor
 * user may see neither, so they go nowhere but where they belong, and no answer repeats them.
 */
export class ConnectionForm<T extends SettingsTable> {
  /** The deployed config node that the dialog shows. */
  readonly node: ConfigNode | undefined;
  readonly #RED: NodeAPI;
  readonly #table: T;
  readonly #body: Readonly<Record<string, unknown>>;
  /** Values of variables and secrets, which must not be in the answer. */
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

  /** A part of the address: what is typed in, the variable that is typed in, or the setting's own variable. */
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
   * Has to be said before any value is read: how far the address is trusted that all parts make.
   *
   * @throws AdminProblem when a variable was typed in for it and it is not the deployed address: its value would be told
   *   to whoever listens there
   */
  goesTo(address: string, trust: Trust): void {
    const deployed = this.node?.address !== undefined && this.node.address === address;
    if (!deployed) this.addressProblem(undefined);
    this.#trust = deployed ? "all" : trust;
  }

  /**
   * The address is not usable. Where a variable was typed in for it, its words would tell the variable's value.
   *
   * @throws AdminProblem with the words, or about the variable; nothing without either
   */
  addressProblem(words: string | undefined, dialog?: ProblemWords): void {
    if (this.#referenced) {
      const advice = "a variable as address is only tested as deployed: deploy first";
      throw new AdminProblem(400, advice, { code: "deployFirst" });
    }
    if (words !== undefined) throw new AdminProblem(400, words, dialog);
  }

  /** A text or credential: as typed in, stored, or from its variable. @throws AdminProblem where that is not allowed */
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

  /** A number of the form, its default where it is blank. @throws AdminProblem when it is none, or out of range */
  number(property: keyof T & string, rule: NumberSetting<number>): number {
    const typed = this.#typed(property);
    // A variable is known when the node is deployed; until then the test takes the usual.
    const value = typed === "" || REFERENCE.test(typed) ? rule.default : Number(typed);
    if (!Number.isFinite(value) || numberFault(value, rule) !== undefined) {
      const { min, max } = rule;
      const message = `${property} is not a number from ${min} to ${max}`;
      throw new AdminProblem(400, message, { code: "notInRange", property, values: { min, max } });
    }
    return value;
  }

  /** Does the test, and takes out of its answer, or of its error, what the user may not see. */
  async answer(test: () => Promise<unknown>): Promise<unknown> {
    try {
      return this.#masked(await test());
    } catch (error) {
      const message = this.#maskedText(error instanceof Error ? error.message : String(error));
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
    // A short value is part of many words; as a word of its own it must not be read either.
    return maskSecrets(text, values).replace(/[\p{L}\p{N}_.-]+/gu, (word) =>
      values.includes(word) ? "…" : word,
    );
  }

  #refusal(property: string): AdminProblem {
    const message = `type in the ${property}: stored values and variables are only sent to the address that they belong to`;
    return new AdminProblem(400, message, { code: "typeIn", property });
  }
}
