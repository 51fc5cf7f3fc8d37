import { GONE_AGENT } from "../../terms/observations";
import { isObject, type JsonObject, textOf } from "../json";
import type { LiveMemory } from "./live-memory";

/** The question of an answer, and the agents there are. */
export interface AskedAgents {
  /** Picks the agents that the question still covers; called only when one is missing, as it may cost requests. */
  readonly stillAsked: (userIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** The organisation's active agents; `undefined` without a whole list. */
  readonly active: ReadonlySet<string> | undefined;
  readonly complete: boolean;
  /** When the answer came, by the API's clock; milliseconds since the epoch. */
  readonly answeredAt: number;
}

/** An answer with the last rows of agents who are gone. */
export interface WholeAgents {
  readonly rows: readonly JsonObject[];
  /** Agents who are missing at once, if more than half of all: they have not left. 0 otherwise. */
  readonly missing: number;
}

/** Up to this many agents may well leave at once. */
const FEW = 4;

/**
 * Completes answers to the activity of agents. An agent who was asked for and is no longer answered, or became
 * inactive, gets one last row: the last stored value would go on showing an old status. An agent who only left the
 * poll's choice gets none.
 */
export class AgentPicture {
  readonly #memory: LiveMemory | undefined;
  #restored: Promise<void> | undefined;
  readonly #known = new Map<string, JsonObject>();
  readonly #wasActive = new Set<string>();
  readonly #ended = new Set<string>();

  /** @param memory over restarts; absent for a picture that is only looked at */
  constructor(memory?: LiveMemory) {
    this.#memory = memory;
  }

  /** Writes the known agents to disk. Call it once their rows have surely arrived: a crash then loses no last row. */
  async keep(): Promise<void> {
    if (!this.#restored) return;
    await this.#memory?.write({
      known: [...this.#known.keys()],
      active: [...this.#wasActive].filter((userId) => !this.#known.has(userId)),
      ended: [...this.#ended],
    });
  }

  /** @param answered rows of an answer; completed in place */
  async complete(answered: readonly JsonObject[], asked: AskedAgents): Promise<WholeAgents> {
    await (this.#restored ??= this.#restore());
    await this.keep();
    const rows: JsonObject[] = [];
    const last: JsonObject[] = [];
    const seen = new Set<string>();
    for (const row of answered) {
      const userId = textOf(row["group"], "userId");
      if (!userId) {
        rows.push(row);
        continue;
      }
      seen.add(userId);
      const gone = this.#becameInactive(userId, asked);
      if (gone) {
        if (!this.#ended.has(userId)) last.push(this.#lastRow(userId, row["group"], asked));
        continue;
      }
      this.#ended.delete(userId);
      this.#known.set(userId, { ...(row["group"] as JsonObject) });
      rows.push(row);
    }
    if (!asked.complete) return { rows: [...rows, ...last], missing: 0 };
    const vanished = [...this.#known].filter(([userId]) => !seen.has(userId));
    if (vanished.length > FEW && vanished.length * 2 > this.#known.size) {
      return { rows: [...rows, ...last], missing: vanished.length };
    }
    const still =
      vanished.length > 0 ? await asked.stillAsked(vanished.map(([userId]) => userId)) : undefined;
    for (const [userId, group] of vanished) {
      const isGone = still?.has(userId) || this.#becameInactive(userId, asked);
      if (isGone) last.push(this.#lastRow(userId, group, asked));
      this.#known.delete(userId);
    }
    return { rows: [...rows, ...last], missing: 0 };
  }

  async #restore(): Promise<void> {
    const { known = [], active = [], ended = [] } = (await this.#memory?.read()) ?? {};
    for (const userId of known) this.#known.set(userId, { userId });
    for (const userId of [...known, ...active]) this.#wasActive.add(userId);
    for (const userId of ended) this.#ended.add(userId);
  }

  /** Whether an agent was listed as active and is not any more. */
  #becameInactive(userId: string, { active }: AskedAgents): boolean {
    if (!active) return false;
    if (active.has(userId)) {
      this.#wasActive.add(userId);
      return false;
    }
    return this.#wasActive.has(userId);
  }

  #lastRow(userId: string, group: unknown, { answeredAt }: AskedAgents): JsonObject {
    this.#known.delete(userId);
    this.#ended.add(userId);
    const since = new Date(answeredAt).toISOString();
    return {
      group: isObject(group) ? { ...group } : { userId },
      data: [{ metric: "oActiveQueues", count: 0 }],
      entities: [{ userId, ...GONE_AGENT, routingStatusDate: since, presenceDate: since }],
    };
  }
}
