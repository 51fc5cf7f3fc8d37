import { propertyOf, textOf } from "../json";
import type { Surprise } from "./surprises";
import { readTopicName, type TopicName } from "./topics";

/**
 * What arrived on a socket.
 *
 * - `alive`: a heartbeat, or the answer to a ping
 * - `closing`: the service will close this socket within a minute
 * - `taken`: the channel is no longer ours: evicted by another one, or gone
 * - `revoked`: the token that made the channel was revoked
 */
export type Frame =
  | { readonly kind: "alive" | "closing" | "taken" | "revoked" | "ignored" }
  | { readonly kind: "event"; readonly topic: TopicName; readonly body: unknown }
  | { readonly kind: "surprise"; readonly surprise: Surprise };

/**
 * Reads one frame. Nothing is known for sure of the messages that are no events but the name of `socket_closing`, so the
 * others are told by what they hold, and what fits nothing is a surprise, never an error.
 *
 * @param text `undefined` for a binary frame
 */
export function readFrame(text: string | undefined): Frame {
  if (text === undefined) return surprise("binary");
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return surprise("json");
  }
  const name = textOf(message, "topicName");
  if (!name) {
    const result = propertyOf(message, "result");
    // Answers to what was sent over the socket: 404 says that the channel is gone.
    if (result !== undefined) return { kind: result === "404" || result === 404 ? "taken" : "ignored" };
    return surprise("shape");
  }
  const body = propertyOf(message, "eventBody");
  const lower = name.toLowerCase();
  if (lower === "channel.metadata") return { kind: "alive" };
  if (lower.startsWith("v2.system.")) return systemFrame(lower, body);
  const topic = readTopicName(name);
  return topic ? { kind: "event", topic, body } : surprise("topic");
}

function systemFrame(name: string, body: unknown): Frame {
  const type = (textOf(body, "systemTopicType") ?? name.slice("v2.system.".length)).toLowerCase();
  switch (type) {
    case "socket_closing":
      return { kind: "closing" };
    case "no_longer_subscribed":
      return { kind: "taken" };
    case "token_revoked":
      return { kind: "revoked" };
    case "subscription_changed":
      return { kind: "ignored" };
    default:
      return surprise("system");
  }
}

function surprise(kind: Surprise): Frame {
  return { kind: "surprise", surprise: kind };
}
