import { Breather } from "../../time/breather";
import type { JsonObject } from "../json";
import type { Outbox } from "./outbox";
import type { Surprise } from "./surprises";
import type { TopicName } from "./topics";

/** The time of the question whose answer becomes the state. */
export interface Asked {
  /** By the API's clock, milliseconds since the epoch. */
  readonly at: number;
  /** Number of the last event before the last gap: the answer is newer than those. */
  readonly gap: number;
}

/** The effect of an answer on a state. */
export interface Replaced {
  /** Groups that were known before. */
  readonly known: number;
  /** Keys of those that had changed without an event so far. */
  readonly drifted: readonly string[];
}

/** An event of a topic, with its order and time. */
export interface StateEvent {
  readonly topic: TopicName;
  readonly body: unknown;
  /** Its number in the order of arrival. */
  readonly number: number;
  /** When it arrived, by the API's clock. */
  readonly at: number;
}

/** The effect of an event: none to report, a surprise, or a change of an unknown group. */
export type Applied = undefined | Surprise | { readonly unknownGroupOf: string };

/** Keeps the live state of many groups from answers and events. */
export interface LiveState {
  /**
   * Applies an answer; newer events stay.
   *
   * @param ids in small letters: what was asked about; groups of these that the answer lacks are gone. `undefined`: all
   * @param complete false keeps groups that the answer lacks
   */
  replace(
    rows: readonly JsonObject[],
    asked: Asked,
    ids: ReadonlySet<string> | undefined,
    complete: boolean,
  ): Promise<Replaced>;
  apply(event: StateEvent): Applied;
  /** Whether an event after this number was about a group. */
  toldSince(key: string, number: number): boolean;
  /**
   * The whole rows of groups that are due, as a poll answers them; copies, so that flows may change them.
   *
   * @param nowMs by the monotonic clock, for what was sent when. @param atMs by the API's clock, for ages
   */
  due(nowMs: number, slackMs: number, atMs: number): Promise<JsonObject[]>;
}

/** How much older than a question an event may be and still count as newer: times of answers are whole seconds. */
export const TOLERANCE_MS = 2_000;
/** Most rows of one message. */
export const MAX_ROWS = 5_000;

/** Whether an event is newer than an answer. */
export function outlives(told: { readonly at: number; readonly number: number }, asked: Asked): boolean {
  return told.number > asked.gap && told.at > asked.at - TOLERANCE_MS;
}

/** How a state keeps its groups, of type `T`, by key. */
export interface Kept<T> {
  readonly groups: Map<string, T>;
  readonly outbox: Outbox;
  /** Reads a group from a row; `undefined` for a row without a key. */
  readonly read: (row: JsonObject) => { readonly key: string; readonly group: T } | undefined;
  /** Whether a group changed without an event. */
  readonly hasDrifted: (before: T, after: T) => boolean;
  readonly put: (key: string, group: T) => void;
  /** Whether the question was about a known group. */
  readonly wasAsked: (key: string, group: T) => boolean;
  /** Empties a known group that an answer lacks; it is gone where this is absent or gives `undefined`. */
  readonly emptied?: (group: T) => T | undefined;
}

/** Applies the rows of an answer to a state, see {@link LiveState.replace}. */
export async function replaceGroups<T>(
  { groups, outbox, read, hasDrifted, put, wasAsked, emptied }: Kept<T>,
  rows: readonly JsonObject[],
  complete: boolean,
): Promise<Replaced> {
  const breather = new Breather();
  const seen = new Set<string>();
  let known = 0;
  const drifted: string[] = [];
  for (const row of rows) {
    if (breather.due) await breather.breathe();
    const found = read(row);
    if (!found) continue;
    const { key, group } = found;
    seen.add(key);
    const before = groups.get(key);
    if (before) known++;
    if (before && hasDrifted(before, group)) drifted.push(key);
    put(key, group);
  }
  if (!complete) return { known, drifted };
  for (const [key, group] of groups) {
    if (seen.has(key) || !wasAsked(key, group)) continue;
    const empty = emptied?.(group);
    if (empty) {
      put(key, empty);
      continue;
    }
    groups.delete(key);
    outbox.delete(key);
  }
  return { known, drifted };
}
