import { DEFAULT_OBSERVATION_METRICS } from "../metrics/catalogue";
import { GenesysError } from "../errors";
import type { CallOptions, Client } from "../http/client";
import type { Directory } from "../names/directory";
import { Selection } from "../names/selection";
import { Notices } from "../notices";
import { AgentActivitySource, agentKeys } from "../poll/agent-sources";
import { liveMemory } from "../poll/buckets";
import type { LiveMemory } from "../live/live-memory";
import { QueueObservationsSource } from "../poll/queue-sources";
import { MetricSet } from "../queries/metric-set";
import type { PresenceMappings } from "../../terms/presences";
import type { LiveSource } from "../../terms/queries";
import { readMediaTypes } from "../../terms/media-types";
import type { Answered } from "../queries/part";
import { AgentState } from "./agent-state";
import { IntervalTotals } from "./interval-totals";
import { QueueState } from "./queue-state";
import type { LiveState } from "./state";
import type { TopicNames } from "./subscribe";
import { agentTopic, queueTopic } from "./topics";

/** The user's choice of live state. */
export interface LiveChoice {
  readonly source: LiveSource;
  /** Ids or names, `*` wildcard; empty means all. For agents: members of these queues only. */
  readonly queues: readonly string[];
  /** Ids or names, `*` wildcard; empty means all. */
  readonly agents: readonly string[];
  /** Empty means all. */
  readonly mediaTypes: readonly string[];
  /** Empty means all that there are. */
  readonly metrics: readonly string[];
  /** Whether running totals of the half hour are handed on as well. */
  readonly intervalTotals: boolean;
}

/** What a `PushSource` works with. */
export interface PushSourceParts {
  readonly client: Client;
  readonly directory: Directory;
  readonly notices: Notices;
  /** Folder of its own for what it must know after a restart; absent where there is no place for files. */
  readonly keptIn?: string | undefined;
}

/** A source of live state, queues or agents: its query, topics and state. */
export interface PushSource {
  readonly kind: "queue-observations" | "agent-activity";
  readonly noun: "queues" | "agents";
  readonly names: TopicNames;
  readonly state: LiveState;
  readonly totals: IntervalTotals | undefined;
  /** Metrics that are asked for, where there is a choice. */
  readonly metrics: () => readonly string[] | undefined;
  /** The chosen ids now. @throws GenesysError when they cannot be had */
  ids(options: CallOptions): Promise<readonly string[]>;
  /** Asks about all chosen ids, or some. @throws GenesysError when nothing can be had */
  ask(ids: readonly string[] | undefined, options: CallOptions): Promise<Answered>;
  /** Keeps what it must know after a restart. */
  close(): Promise<void>;
}

/** Makes the source of a choice. */
export function pushSource(choice: LiveChoice, parts: PushSourceParts): PushSource {
  return choice.source === "queues" ? liveQueues(choice, parts) : liveAgents(choice, parts);
}

function liveQueues(choice: LiveChoice, parts: PushSourceParts): PushSource {
  const { directory, notices } = parts;
  const mediaTypes = readMediaTypes(choice.mediaTypes);
  const metrics = new MetricSet(
    choice.metrics.length > 0 ? choice.metrics : DEFAULT_OBSERVATION_METRICS,
    notices,
  );
  const sourceOf = (selection: Selection, memory?: LiveMemory) =>
    new QueueObservationsSource({ ...parts, selection, metrics }, mediaTypes, memory);
  const selection = new Selection(choice.queues, "queue", directory.queues, notices);
  const all = sourceOf(selection, memoryOf(choice, parts));
  let mappings: PresenceMappings = {};
  const totals = choice.intervalTotals ? new IntervalTotals() : undefined;
  return {
    kind: "queue-observations",
    noun: "queues",
    names: {
      full: (id) => queueTopic(id, true),
      plain: (id) => queueTopic(id, false),
      needed: "observations",
    },
    totals,
    metrics: () => metrics.active,
    state: new QueueState({
      mediaTypes,
      totals,
      wants: (metric) => metrics.active.includes(metric),
      onQueueIds: () => new Set(mappings["ON_QUEUE"]),
    }),
    ids: async (options) => known(await selection.ids(options), "queues", directory.queues.problem),
    ask: async (ids, options) => {
      const source = ids ? sourceOf(new Selection(ids, "queue", directory.queues, SILENT)) : all;
      const answered = await source.ask(options);
      mappings = answered.mappings ?? mappings;
      return answered;
    },
    close: () => all.close(),
  };
}

/** Makes the memory of whom a choice has handed on, over restarts. */
function memoryOf(
  { source, agents, queues, mediaTypes }: LiveChoice,
  { client, directory, keptIn }: PushSourceParts,
): LiveMemory {
  return liveMemory({ config: { client, directory }, directory: keptIn }, [
    source,
    agents,
    queues,
    mediaTypes,
  ]);
}

function liveAgents(choice: LiveChoice, parts: PushSourceParts): PushSource {
  const { directory, notices } = parts;
  const users = new Selection(choice.agents, "user", directory.users, notices);
  const queues = new Selection(choice.queues, "queue", directory.queues, notices);
  const all = new AgentActivitySource({ ...parts, users, queues }, memoryOf(choice, parts));
  const anyQueue = new Selection([], "queue", directory.queues, SILENT);
  return {
    kind: "agent-activity",
    noun: "agents",
    names: { full: agentTopic, needed: "activity" },
    totals: undefined,
    metrics: () => undefined,
    state: new AgentState(),
    ids: async (options) => (await agentKeys({ ...parts, users, queues }, options)).ids,
    ask: (ids, options) => {
      if (!ids) return all.ask(options);
      const some = new Selection(ids, "user", directory.users, SILENT);
      return new AgentActivitySource({ ...parts, users: some, queues: anyQueue }).ask(options);
    },
    close: () => all.close(),
  };
}

/** No notices for choices made here: the user's own choice has had them. */
const SILENT = new Notices(
  () => {},
  () => {},
);

function known(
  ids: readonly string[] | undefined,
  noun: string,
  problem: GenesysError | undefined,
): readonly string[] {
  if (ids) return ids;
  throw new GenesysError(
    "forbidden",
    `live state of all ${noun} needs their list: ${problem?.message ?? "it cannot be read"}; grant the permission, or choose ${noun} by id`,
    problem?.facts,
  );
}
