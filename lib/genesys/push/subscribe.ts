import { asGenesysError } from "../errors";
import type { CallOptions } from "../http/client";
import type { ChannelApi, RejectedTopic, Subscribed } from "./channel-api";

/** The topics of a share's ids. */
export interface TopicNames {
  /** The name that holds all that is wanted. */
  readonly full: (id: string) => string;
  /** The name to fall back to where the full one is refused; `undefined` when there is none. */
  readonly plain?: (id: string) => string;
  /** The part, in small letters, without which a topic is of no use; the others only add to it. */
  readonly needed: string;
}

/** The result of subscribing one channel. Ids are in lower case. */
export interface Coverage {
  /** Ids whose changes come as events. */
  readonly covered: ReadonlySet<string>;
  /** Those of them whose events lack the parts of the full name. */
  readonly partly: ReadonlySet<string>;
  readonly rejected: readonly RejectedTopic[];
  /** How many ids the service neither permitted nor rejected. */
  readonly unconfirmed: number;
}

/** The coverage without a channel. */
export const NO_COVERAGE: Coverage = { covered: new Set(), partly: new Set(), rejected: [], unconfirmed: 0 };

/**
 * Puts topics on a channel in as few calls as possible: one with the full names, and where some were refused a second
 * one with plain names for these.
 *
 * @throws GenesysError when the service refuses the call itself
 */
export async function subscribe(
  api: ChannelApi,
  channel: string,
  ids: readonly string[],
  { full, plain, needed }: TopicNames,
  options: CallOptions,
): Promise<Coverage> {
  const first = await orRefused(api.subscribe(channel, ids.map(full), options), plain !== undefined);
  const left = new Set(ids.filter((id) => !isCovered(first, id, needed)));
  if (!plain || left.size === 0) return coverage(ids, first, undefined, needed);
  const names = ids.map((id) => (left.has(id) ? plain(id) : full(id)));
  return coverage(ids, first, await api.subscribe(channel, names, options), needed);
}

/** A name that the service does not know may fail the whole call, even when errors are to be ignored. */
async function orRefused(call: Promise<Subscribed>, mayFail: boolean): Promise<Subscribed> {
  try {
    return await call;
  } catch (error) {
    if (!mayFail || asGenesysError(error).kind !== "badRequest") throw error;
    return { permitted: new Set(), rejected: [] };
  }
}

function coverage(
  ids: readonly string[],
  first: Subscribed,
  second: Subscribed | undefined,
  needed: string,
): Coverage {
  const last = second ?? first;
  const keys = ids.map((id) => id.toLowerCase());
  const covered = new Set(keys.filter((id) => isCovered(last, id, needed)));
  const partly = new Set(keys.filter((id) => covered.has(id) && !isWhole(first, id)));
  const rejected = last.rejected.filter(({ id }) => !covered.has(id));
  const told = new Set([...covered, ...last.permitted, ...rejected.map(({ id }) => id)]);
  return { covered, partly, rejected, unconfirmed: keys.filter((id) => !told.has(id)).length };
}

function isCovered({ permitted, rejected }: Subscribed, id: string, needed: string): boolean {
  const key = id.toLowerCase();
  return permitted.has(key) && !rejected.some((topic) => topic.id === key && topic.part === needed);
}

function isWhole({ permitted, rejected }: Subscribed, key: string): boolean {
  return permitted.has(key) && !rejected.some(({ id }) => id === key);
}
