import type { World } from "../context";
import { ApiError, badRequest, invalidValue } from "../errors";
import { isObject, oneOf } from "../request";
import type { Channel, Channels, Subscription } from "./channels";
import { availableTopics, MAX_TOPICS, reaches, type Topic, topicsOf } from "./topics";

/** One request to `/api/v2/notifications/…`, with the token that it carried. */
export interface NotificationCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string;
  readonly body: string;
}

/** The parts of the operations. */
export interface RestParts {
  readonly world: World;
  readonly now: () => number;
  readonly channels: Channels;
  /** Permissions that the client lacks. */
  readonly missing: ReadonlySet<string>;
  /** Topics that are refused, whatever the permissions. */
  readonly rejects: (name: string) => boolean;
  /** Whether combined names are known. */
  readonly combines: () => boolean;
  /** Where sockets connect to, without the channel. */
  readonly socketUrl: () => string;
}

const PREFIX = "/api/v2/notifications/";

/** Whether a path belongs to the notification service. */
export function isNotificationPath(path: string): boolean {
  return path.startsWith(PREFIX);
}

/** Answers a request; `undefined` is an answer without a body. */
export function answerNotifications(parts: RestParts, call: NotificationCall): unknown {
  const { channels } = parts;
  const [noun, id, sub, ...rest] = call.path.slice(PREFIX.length).split("/");
  if (noun === "availabletopics" && id === undefined && call.method === "GET") {
    return { entities: availableTopics() };
  }
  if (noun !== "channels" || rest.length > 0 || (sub !== undefined && sub !== "subscriptions"))
    throw notFound();
  if (id === undefined) {
    if (call.method === "POST") return shown(parts, channels.create(call.token));
    if (call.method === "GET") return list(parts, call);
    throw notAllowed();
  }
  const channel = channels.find(id);
  if (!channel) throw notFound();
  if (sub === undefined) {
    if (call.method !== "HEAD") throw notAllowed();
    return undefined;
  }
  return subscriptions(parts, channel, call);
}

function list(parts: RestParts, { query, token }: NotificationCall): unknown {
  const whose = query.get("includechannels") ?? "token";
  oneOf(whose, ["token", "oauthclient"], "includechannels");
  parts.channels.sweep();
  const own = parts.channels.all.filter((channel) => whose === "oauthclient" || channel.token === token);
  const entities = own.map((channel) => {
    const seen = shown(parts, channel);
    // Channels of other tokens only show that they exist.
    return channel.token === token ? seen : { ...seen, id: "***", connectUri: "***" };
  });
  return { entities };
}

function shown(parts: RestParts, { id, expiresAt }: Channel) {
  const expires = new Date(expiresAt).toISOString();
  return { id, connectUri: `${parts.socketUrl()}/channels/${id}`, expires };
}

function subscriptions(parts: RestParts, channel: Channel, call: NotificationCall): unknown {
  switch (call.method) {
    case "GET":
      return { entities: channel.subscriptions.map((one) => entity(channel, one.name)) };
    case "DELETE":
      channel.subscriptions = [];
      return undefined;
    case "POST":
    case "PUT": {
      const names = readNames(call.body);
      const kept = call.method === "POST" ? channel.subscriptions : [];
      const merged = new Set([...kept.map(({ name }) => name), ...names]);
      if (merged.size > MAX_TOPICS) throw badRequest(`A channel can have at most ${MAX_TOPICS} topics.`);
      const { accepted, entities } = subscribe(
        parts,
        channel,
        names,
        call.query.get("ignoreErrors") === "true",
      );
      const fresh = new Map([...kept, ...accepted].map((one) => [one.name, one]));
      channel.subscriptions = [...fresh.values()];
      parts.channels.use(channel);
      return { entities };
    }
    default:
      throw notAllowed();
  }
}

function readNames(text: string): string[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw badRequest();
  }
  if (!Array.isArray(body)) throw badRequest("The request body must be a list of topics.");
  return (body as unknown[]).map((entry) => {
    const id = isObject(entry) ? entry["id"] : undefined;
    if (typeof id !== "string" || id === "") throw invalidValue(id, "ChannelTopic");
    // System topics come by themselves and cannot be asked for.
    if (id.startsWith("v2.system.")) throw invalidValue(id, "ChannelTopic");
    return id;
  });
}

/** Checks every topic: without `ignoreErrors` the first bad one fails the call. */
function subscribe(parts: RestParts, channel: Channel, names: readonly string[], ignoreErrors: boolean) {
  const accepted: Subscription[] = [];
  const entities: unknown[] = [];
  for (const name of names) {
    const topics = name.includes("?") && !parts.combines() ? undefined : topicsOf(name);
    if (!topics) {
      // A name that the service does not know is simply absent from the answer.
      if (ignoreErrors) continue;
      throw badRequest(`The topic [${name}] is not valid.`);
    }
    const good = topics.filter((topic) => refusal(parts, topic) === undefined);
    const bad = topics.filter((topic) => !good.includes(topic));
    const [first] = bad;
    if (first && !ignoreErrors) throw refused(parts, first);
    const combined = topics.length > 1 && good.length > 0;
    if (good.length > 0) {
      accepted.push({ name, topics: good });
      entities.push(entity(channel, name));
    }
    for (const topic of bad) {
      entities.push({
        ...entity(channel, combined ? topic.name : name, "Rejected"),
        ...refusal(parts, topic),
      });
      if (!combined) break;
    }
  }
  return { accepted, entities };
}

function refusal({ world, now, missing, rejects }: RestParts, topic: Topic) {
  const missingPermissions = topic.permissions.filter((permission) => missing.has(permission));
  if (missingPermissions.length > 0) {
    return { rejectionReason: "Missing permissions", missingPermissions };
  }
  if (rejects(topic.name)) return { rejectionReason: "Subscription not allowed", missingPermissions };
  return reaches(world, topic, now())
    ? undefined
    : { rejectionReason: "Missing division permissions", missingPermissions };
}

function refused(parts: RestParts, topic: Topic): ApiError {
  const permission = refusal(parts, topic)?.missingPermissions[0] ?? topic.permissions[0] ?? "";
  return new ApiError(
    403,
    "notification.unauthorized.topic",
    `The user does not have permission "${permission}" required for topic "${topic.name}"`,
  );
}

function entity(channel: Channel, name: string, state: "Permitted" | "Rejected" = "Permitted") {
  const selfUri = `/api/v2/notifications/channels/${channel.id}/subscriptions/${encodeURIComponent(name)}`;
  return { id: name, state, selfUri };
}

function notFound(): ApiError {
  return new ApiError(404, "not.found", "The requested resource was not found.");
}

function notAllowed(): ApiError {
  return new ApiError(405, "method.not.allowed", "The method is not allowed here.");
}
