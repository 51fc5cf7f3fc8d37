import type { View } from "../families/views";
import { textOf } from "../json";
import { addAllNames } from "../names/add-names";
import { aggregatesQuery, askAggregates } from "../queries/aggregates";
import { AGENT_PERFORMANCE_CAP } from "../queries/conversation-aggregates";
import type { MetricSet } from "../queries/metric-set";
import type { BucketGrid } from "../interval/grid";
import type { AggregatesQuestion } from "./aggregates-source";
import { agentKeys, type AgentSourceParts } from "./agent-sources";
import type { IntervalSource } from "./source";

const GROUP_BY = ["userId", "queueId", "mediaType"] as const;

/**
 * Makes the question about agents' work by queue and media type: conversation aggregates of chosen agents. Work outside
 * queues (direct calls, manual outbound) comes in rows without a queue, unless queues are chosen.
 */
export function agentPerformance(
  parts: AgentSourceParts,
  scope: {
    readonly grid: BucketGrid;
    readonly mediaTypes: readonly string[];
    readonly views: readonly View[];
  },
  metrics: MetricSet,
  chosen: IntervalSource["chosen"],
): AggregatesQuestion {
  const { client, directory, notices, queues } = parts;
  return {
    kind: "agent-performance",
    groupBy: GROUP_BY,
    key: "userId",
    cap: AGENT_PERFORMANCE_CAP,
    filter: scope.mediaTypes.map((mediaType) => `mediaType=${mediaType}`),
    chosen,
    metrics,
    keys: (options) => agentKeys(parts, options),
    ask: async (interval, active, keys, options) => {
      const wanted = { userId: keys ?? "exists", mediaType: scope.mediaTypes } as const;
      const query = aggregatesQuery({ ...scope, groupBy: GROUP_BY, wanted }, interval, active);
      const part = await askAggregates(client, "conversations", query, options);
      if (queues.isAll) return part;
      // A second list of ids would not fit into one request beside the first.
      const inQueues = new Set(await queues.ids(options));
      return { ...part, rows: part.rows.filter(({ group }) => inQueues.has(textOf(group, "queueId") ?? "")) };
    },
    explain: async (rows, answered, options) => {
      await addAllNames(rows, GROUP_BY, directory, notices, options);
      return { ...answered, rows };
    },
  };
}
