import { propertyOf, textOf } from "../json";
import type { Surprise } from "./surprises";
import { readTopicName, type TopicName } from "./topics";

/**
 * The meaning of a frame from a socket.
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
 * Reads one frame. Of messages that are no events only the name of `socket_closing` is documented, so the others are
 * recognised by their content; an unknown one is a surprise, never an error.
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
    // Answers to our own messages: 404 means that the channel is gone.
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
