import { GenesysError } from "../errors";
import type { CallOptions, Client } from "../http/client";
import type { TokenLife } from "../http/token";
import { propertyOf, textOf } from "../json";
import { readTopicName } from "./topics";

const CHANNELS = "/api/v2/notifications/channels";
/** Life of a channel from its last subscribing, where an answer does not say. */
const LIFE_MS = 24 * 3_600_000;

/** A channel as the service made it. */
export interface ChannelFacts {
  readonly id: string;
  /** A credential: whoever knows it can read the channel. It is never logged. */
  readonly connectUri: string;
  /** When the channel ends, or the token that made it, whichever comes first; by the monotonic clock. */
  readonly endsAt: number;
  /** How long before that a successor is to be made. */
  readonly marginMs: number;
  /** The token that made it, and that alone may change it for certain. */
  readonly token: TokenLife;
}

/** A topic, or one part of a combined one, that the service rejects. */
export interface RejectedTopic {
  /** Of the queue or agent, in small letters. */
  readonly id: string;
  /** The part of a combined topic in small letters; blank when all of it is rejected. */
  readonly part: string;
  readonly reason: string;
  readonly permissions: readonly string[];
}

/** Result of one call to subscribe. */
export interface Subscribed {
  /** Ids in small letters of the queues or agents with a topic that is permitted, at least in part. */
  readonly permitted: ReadonlySet<string>;
  readonly rejected: readonly RejectedTopic[];
}

/** The REST side of notifications: channels and their topics. */
export class ChannelApi {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Counts the OAuth client's channels, whoever made them. */
  async count(options: CallOptions): Promise<number> {
    const answer = await this.#client.get(CHANNELS, { includechannels: "oauthclient" }, options);
    const entities = propertyOf(answer, "entities");
    return Array.isArray(entities) ? entities.length : 0;
  }

  /**
   * Makes a channel. It ends with the token that made it, so a token that ends soon is renewed first.
   *
   * @throws GenesysError of kind `answer` when the answer holds no channel
   */
  async create(options: CallOptions): Promise<ChannelFacts> {
    const { clock } = this.#client;
    const token = await this.#client.lastingToken();
    const answer = await this.#client.request("POST", CHANNELS, undefined, {}, options);
    const id = textOf(answer, "id");
    const connectUri = textOf(answer, "connectUri");
    if (!id || !connectUri || !/^wss?:\/\/[^/]/.test(connectUri)) {
      throw new GenesysError("answer", `POST ${CHANNELS}: the answer holds no channel`);
    }
    const now = clock.monotonic();
    // The clocks may differ: only a lifetime that is plausible is believed.
    const lifeMs = Date.parse(textOf(answer, "expires") ?? "") - clock.now();
    const life = lifeMs > LIFE_MS / 24 && lifeMs < LIFE_MS ? lifeMs : LIFE_MS;
    const channelEnd = { endsAt: now + life, marginMs: life / 24 };
    const first = channelEnd.endsAt - channelEnd.marginMs < token.endsAt - token.marginMs;
    const { endsAt, marginMs } = first ? channelEnd : token;
    return { id, connectUri, marginMs, endsAt, token };
  }

  /** Replaces the topics of a channel. Bad topics do not spoil the good ones. */
  async subscribe(id: string, topics: readonly string[], options: CallOptions): Promise<Subscribed> {
    const body = topics.map((topic) => ({ id: topic }));
    const path = `${CHANNELS}/${id}/subscriptions`;
    const answer = await this.#client.request("PUT", path, body, { ignoreErrors: "true" }, options);
    const entities = propertyOf(answer, "entities");
    const permitted = new Set<string>();
    const rejected: RejectedTopic[] = [];
    for (const entity of Array.isArray(entities) ? (entities as unknown[]) : []) {
      const name = textOf(entity, "id") ?? "";
      const topic = readTopicName(name);
      if (!topic) continue;
      const state = textOf(entity, "state")?.toLowerCase();
      if (state === "rejected")
        rejected.push(rejection(entity, topic.id, name.includes("?") ? "" : topic.suffix));
      else permitted.add(topic.id);
    }
    return { permitted, rejected };
  }

  /** Takes all topics off a channel; it goes on to exist until it expires, as there is no call that deletes it. */
  async clear(id: string, options: CallOptions): Promise<void> {
    await this.#client.request("DELETE", `${CHANNELS}/${id}/subscriptions`, undefined, {}, options);
  }
}

function rejection(entity: unknown, id: string, part: string): RejectedTopic {
  const missing = propertyOf(entity, "missingPermissions");
  const permissions = (Array.isArray(missing) ? (missing as unknown[]) : []).filter(
    (permission): permission is string => typeof permission === "string",
  );
  return { id, part, permissions, reason: textOf(entity, "rejectionReason") ?? "no reason given" };
}
