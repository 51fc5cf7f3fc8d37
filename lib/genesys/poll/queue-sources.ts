import type { CallOptions, Client } from "../http/client";
import type { LiveMemory } from "../live/live-memory";
import { QueuePicture } from "../live/queue-picture";
import { addAllNames, addNames } from "../names/add-names";
import type { Directory } from "../names/directory";
import { explainPresences } from "../names/explain-presences";
import type { Selection } from "../names/selection";
import type { Notices } from "../notices";
import { GenesysError } from "../errors";
import { AnswerSize } from "../queries/answer-size";
import {
  askConversationAggregates,
  CONVERSATION_AGGREGATES_CAP,
  type ConversationAggregatesScope,
  conversationAggregatesQuery,
} from "../queries/conversation-aggregates";
import { HiddenQueues } from "../queries/hidden-queues";
import type { SilentQueues } from "../queries/silent-queues";
import { askInParts } from "../queries/in-parts";
import { askAbout, type MetricSet } from "../queries/metric-set";
import {
  askQueueObservations,
  QUEUE_OBSERVATIONS_CAP,
  queueObservationsQuery,
} from "../queries/queue-observations";
import type { Answered } from "../queries/part";
import type { AggregatesQuestion } from "./aggregates-source";
import type { IntervalSource, LiveSource } from "./source";

/** What the sources of queue metrics work with. */
export interface QueueSourceParts {
  readonly client: Client;
  readonly directory: Directory;
  readonly notices: Notices;
  readonly selection: Selection;
  readonly metrics: MetricSet;
}

const QUEUE_NAME = ["queueId", "queueName"] as const;

/** Makes the question about queue metrics by interval: conversation aggregates by queue, media type and more. */
export function queueAggregates(
  { client, directory, notices, selection, metrics, silent }: QueueSourceParts & { silent: SilentQueues },
  scope: ConversationAggregatesScope,
  chosen: IntervalSource["chosen"],
): AggregatesQuestion {
  return {
    kind: "queue-aggregates",
    groupBy: [...new Set(["queueId", "mediaType", ...scope.groupBy])],
    key: "queueId",
    cap: CONVERSATION_AGGREGATES_CAP,
    filter: scope.mediaTypes.map((mediaType) => `mediaType=${mediaType}`),
    chosen,
    metrics,
    keys: async (options) => {
      const ids = await selection.ids(options);
      if (ids) selection.tellHidden(await hiddenAmong(ids, HiddenQueues.of(client), silent, options));
      return ids && { ids, asOf: selection.asOf };
    },
    ask: (interval, active, keys, options) =>
      askConversationAggregates(client, conversationAggregatesQuery(scope, interval, active, keys), options),
    doubt: (keys) => HiddenQueues.of(client).doubt(keys),
    explain: async (rows, answered, options) => {
      silent.sawRows(answered.rows);
      await addAllNames(rows, ["queueId", ...scope.groupBy], directory, notices, options);
      return { ...answered, rows };
    },
  };
}

/** Asks what is going on in queues now. */
export class QueueObservationsSource implements LiveSource {
  readonly kind = "queue-observations";
  readonly #size = new AnswerSize(QUEUE_OBSERVATIONS_CAP);
  readonly #picture: QueuePicture;

  /** @param mediaTypes groups of other media types are left out; empty keeps all */
  constructor(
    private readonly parts: QueueSourceParts,
    private readonly mediaTypes: readonly string[],
    memory?: LiveMemory,
  ) {
    this.#picture = new QueuePicture(memory);
  }

  close(): Promise<void> {
    return this.#picture.keep();
  }

  async ask(options: CallOptions): Promise<Answered> {
    const { client, directory, selection, metrics, notices } = this.parts;
    const ids = await selection.ids(options);
    if (!ids) {
      const reason = directory.queues.problem;
      throw new GenesysError(
        "forbidden",
        `live state of all queues needs their list: ${reason?.message ?? "it cannot be read"}; grant the permission, or choose queues by id`,
        reason?.facts,
      );
    }
    const answered = await askInParts(
      ids,
      { size: this.#size.keys(), onTooLarge: (keys) => this.#size.tooLarge(keys) },
      (part) =>
        askAbout(metrics, part, (keys = [], active) =>
          askQueueObservations(client, queueObservationsQuery(active, keys), options),
        ),
    );
    const answeredAt = client.skew.now();
    HiddenQueues.of(client).answered(ids, answered);
    selection.tellHidden(HiddenQueues.of(client).among(ids, options));
    const explained = await explainPresences(answered.rows, answered.mappings, directory, options);
    const { rows, ended } = await this.#picture.complete(answered.rows, {
      metrics: metrics.active,
      mediaTypes: this.mediaTypes,
      mappings: explained.mappings,
      complete: answered.failures.length === 0 && answered.malformed === 0,
    });
    await addNames(rows, QUEUE_NAME, directory.queues, notices, options);
    if (ended.length > 0) notices.once(wordsOf(ended, (id) => directory.queues.nameOf(id)));
    return { ...answered, ...explained, rows, answeredAt };
  }
}

/** Which queues are listed and never answered; without the live query, or before its first answer, by silent days. */
async function hiddenAmong(
  ids: readonly string[],
  live: HiddenQueues,
  silent: SilentQueues,
  options: CallOptions,
): Promise<string[]> {
  const hidden = live.among(ids, options);
  if (!live.allowed) return silent.among(ids);
  await silent.clear();
  return hidden;
}

/** Names queues whose live points end, a few of many. */
function wordsOf(ids: readonly string[], nameOf: (id: string) => string | undefined): string {
  const shown = ids.slice(0, 5).map((id) => nameOf(id) ?? id);
  const more = ids.length > shown.length ? ` and ${ids.length - shown.length} more` : "";
  return `no longer answered, their live points end: ${shown.join(", ")}${more}`;
}
