/** Topics of messages that are orders to a `wal-buffer`, by order. */
export const CONTROL_TOPICS = {
  pause: "wal/pause",
  resume: "wal/resume",
  replay: "wal/replay",
  requeueRejected: "wal/requeue-rejected",
} as const;

/** An order to a `wal-buffer`. */
export type Control = keyof typeof CONTROL_TOPICS;

/** Topics of the events on output 2 of a `wal-buffer`. */
export const EVENT_TOPICS = ["dropped", "corrupt", "rejected", "stalled", "trimmed", "orphaned"] as const;
/** One of {@link EVENT_TOPICS}. */
export type EventTopic = (typeof EVENT_TOPICS)[number];

/** The order that a message's topic gives; `undefined` for all other topics. */
export function controlOf(topic: unknown): Control | undefined {
  return (Object.keys(CONTROL_TOPICS) as Control[]).find((control) => CONTROL_TOPICS[control] === topic);
}
