import type { CallOptions, Client } from "../http/client";
import type { BucketGrid } from "../interval/grid";
import { type JsonObject, textOf } from "../json";
import { AgentPicture } from "../live/agent-picture";
import type { LiveMemory } from "../live/live-memory";
import { addNames } from "../names/add-names";
import type { Directory } from "../names/directory";
import { explainPresences } from "../names/explain-presences";
import { tellGone } from "../names/members";
import type { Selection } from "../names/selection";
import { type Notices, UNANSWERED } from "../notices";
import { GenesysError } from "../errors";
import { askInParts, chunks } from "../queries/in-parts";
import type { MetricSet } from "../queries/metric-set";
import { askUserActivity, USER_ACTIVITY_CAP, userActivityQuery } from "../queries/user-activity";
import { askUserAggregates, USER_AGGREGATES_CAP, userAggregatesQuery } from "../queries/user-aggregates";
import type { Answered } from "../queries/part";
import type { AggregatesQuestion } from "./aggregates-source";
import type { IntervalSource, Keys, LiveSource } from "./source";

/** What the sources of agent metrics work with. */
export interface AgentSourceParts {
  readonly client: Client;
  readonly directory: Directory;
  readonly notices: Notices;
  readonly users: Selection;
  /** Agents that are members of these queues. */
  readonly queues: Selection;
}

const USER_NAME = ["userId", "userName"] as const;

/** Asks for routing status and presence of agents now. */
export class AgentActivitySource implements LiveSource {
  readonly kind = "agent-activity";
  readonly #picture: AgentPicture;

  constructor(
    private readonly parts: AgentSourceParts,
    memory?: LiveMemory,
  ) {
    this.#picture = new AgentPicture(memory);
  }

  close(): Promise<void> {
    return this.#picture.keep();
  }

  async ask(options: CallOptions): Promise<Answered> {
    const { client, directory, users, queues, notices } = this.parts;
    const userIds = users.isAll ? undefined : await users.ids(options);
    const queueIds = queues.isAll ? undefined : await queues.ids(options);
    // Each request holds the users of one part and, beside them, the queues of one part.
    const queueParts = queueIds ? chunks(queueIds, USER_ACTIVITY_CAP) : [undefined];
    // Whom to expect: the chosen ones, or all; not known for members of queues.
    const all = userIds || queueIds ? undefined : await directory.users.get(options).catch(() => undefined);
    const ask = async (part: readonly string[] | undefined, queuePart: readonly string[] | undefined) =>
      askUserActivity(
        client,
        userActivityQuery({ userIds: part, queueIds: queuePart }),
        options,
        queuePart ? undefined : (part ?? all?.keys()),
      );
    const answers = userIds
      ? queueParts.map((queuePart) =>
          askInParts(userIds, { size: USER_ACTIVITY_CAP }, (part) => ask(part, queuePart)),
        )
      : [
          queueIds
            ? askInParts(queueIds, { size: USER_ACTIVITY_CAP }, (part) => ask(undefined, part))
            : ask(undefined, undefined).then((answer) => ({ ...answer, failures: [] })),
        ];
    const answered = merge(await settle(answers));
    const answeredAt = client.skew.now();
    const listed = await directory.users.get(options).catch(() => undefined);
    const { rows, missing } = await this.#picture.complete(answered.rows, {
      stillAsked: (missing) => this.#stillAsked(missing, userIds, queueIds, options),
      active: listed && !directory.users.gap ? new Set(listed.keys()) : undefined,
      complete: answered.failures.length === 0 && answered.malformed === 0,
      answeredAt,
    });
    notices.set(
      UNANSWERED.most,
      missing > 0
        ? `${missing} agents are no longer answered, more than half of all: their last points stay, as a permission may be missing`
        : undefined,
      "the agents are answered again",
    );
    await addNames(rows, USER_NAME, directory.users, notices, options);
    return {
      ...answered,
      ...(await explainPresences(rows, undefined, directory, options)),
      rows,
      answeredAt,
    };
  }

  /** Picks the missing agents that the choice still covers: chosen ones, and members of the chosen queues. */
  async #stillAsked(
    missing: readonly string[],
    userIds: readonly string[] | undefined,
    queueIds: readonly string[] | undefined,
    options: CallOptions,
  ): Promise<ReadonlySet<string>> {
    const chosen = userIds && new Set(userIds);
    const asked = missing.filter((userId) => !chosen || chosen.has(userId));
    if (!queueIds || asked.length === 0) return new Set(asked);
    // Without the list of members, an agent may only have left the queues: no last point then.
    const members = await this.parts.directory.membersOf(queueIds, options).catch(() => undefined);
    const ids = new Set(members?.ids);
    return new Set(asked.filter((userId) => ids.has(userId)));
  }
}

/** Makes the question about agents' time per status, by interval. */
export function agentAggregates(
  parts: AgentSourceParts,
  metrics: MetricSet,
  grid: BucketGrid,
  chosen: IntervalSource["chosen"],
): AggregatesQuestion {
  const { client, directory, notices } = parts;
  return {
    kind: "agent-aggregates",
    groupBy: ["userId"],
    key: "userId",
    cap: USER_AGGREGATES_CAP,
    filter: [],
    chosen,
    metrics,
    keys: (options) => agentKeys(parts, options),
    ask: (interval, active, keys, options) =>
      askUserAggregates(client, userAggregatesQuery(grid, interval, active, keys ?? []), options),
    explain: async (rows, answered, options) => {
      await addNames(rows, USER_NAME, directory.users, notices, options);
      return { ...answered, ...(await explainPresences(rows, answered.mappings, directory, options)), rows };
    },
  };
}

/**
 * Resolves the choice to agents. User aggregates filter by users only, so queues become their members here.
 *
 * @throws GenesysError when they cannot be listed, or the choice comes to nothing
 */
export async function agentKeys(
  { users, queues, directory, notices }: AgentSourceParts,
  options: CallOptions,
): Promise<Keys> {
  const chosen = users.isAll && !queues.isAll ? undefined : await users.ids(options);
  if (queues.isAll) {
    if (chosen) return { ids: chosen, asOf: users.asOf };
    const reason = directory.users.problem;
    throw new GenesysError(
      "forbidden",
      `the users cannot be listed: ${reason?.message ?? "no list"}; grant the permission, or choose users by id`,
      reason?.facts,
    );
  }
  const queueIds = await queues.ids(options);
  if (!queueIds) throw new GenesysError("forbidden", "the queues cannot be listed: choose them by id");
  const members = await directory.membersOf(queueIds, options);
  notices.set("members", tellGone(members, queueIds), "all chosen queues have members again");
  if (!chosen) return members;
  const wanted = new Set(chosen);
  const asOf = Math.min(members.asOf, users.asOf ?? members.asOf);
  return { ids: members.ids.filter((id) => wanted.has(id)), asOf };
}

/** The answers that came; throws when none did. */
async function settle(asked: readonly Promise<Answered>[]): Promise<Answered[]> {
  const results = await Promise.allSettled(asked);
  const failed = results.filter((result) => result.status === "rejected");
  if (failed.length === results.length && failed[0]) throw failed[0].reason;
  return results.flatMap((result) =>
    result.status === "fulfilled" ? [result.value] : failures(result.reason),
  );
}

function failures(reason: unknown): Answered[] {
  return reason instanceof GenesysError
    ? [{ rows: [], failures: [{ error: reason, keys: [] }], malformed: 0 }]
    : [];
}

/** Merges answers; an agent of several queues, or at the edge of two pages, is kept once. */
function merge(answers: readonly Answered[]): Answered {
  const byUser = new Map<string, JsonObject>();
  const others: JsonObject[] = [];
  for (const { rows } of answers) {
    for (const row of rows) {
      const id = textOf(row["group"], "userId");
      if (id) byUser.set(id, row);
      else others.push(row);
    }
  }
  return {
    rows: [...byUser.values(), ...others],
    failures: answers.flatMap((answer) => answer.failures),
    malformed: answers.reduce((sum, answer) => sum + answer.malformed, 0),
  };
}
