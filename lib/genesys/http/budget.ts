import { type Clock, sleep } from "../../time/clock";
import { GenesysError } from "../errors";
import { Pauses, type Refusal } from "./pauses";
import { BACKGROUND_SHARE, RATE_PER_MINUTE, USED_SHARE } from "./rates";
import { Slots } from "./slots";

/** Settings of a budget. */
export interface BudgetSettings {
  readonly clock: Clock;
  /** Requests on their way at the same time. */
  readonly concurrency?: number;
  /** For jitter. */
  readonly random?: () => number;
}

const WINDOW_MS = 60_000;

/** What a call is for, and how long it may wait. */
export interface Turn {
  /** What is asked, without ids: some limits are those of one resource. */
  readonly resource: string;
  /** Nothing is waited for beyond it; by the monotonic clock, in milliseconds. */
  readonly deadline: number;
  /** Lets all others go first, and takes at most half of what they leave free. */
  readonly background?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A call that may start, and has been counted. */
export interface Admission {
  /** Serial number of the call. */
  readonly call: number;
  /** To be called when the call is over. */
  readonly leave: () => void;
}

/** What the server last said of its own count, by its `inin-ratelimit-*` headers. */
interface ServerWindow {
  readonly allowed: number;
  count: number;
  readonly resetAt: number;
}

/** One budget for each OAuth client, however many configurations name it: the allowance is the client's. */
const SHARED = new WeakMap<Clock, Map<string, Budget>>();

/**
 * The calls that one OAuth client may make: a bound on concurrency, a rate kept below the allowance (our own count
 * over the last minute, and the server's count from its headers), and the pauses that 429s impose. All of it by the
 * monotonic clock: a wall clock that is set back would hold all calls up for as long.
 */
export class Budget {
  readonly #clock: Clock;
  readonly #slots: Slots;
  readonly #pauses: Pauses;
  /** Our calls in the last minute, oldest first. */
  #starts: { readonly at: number; readonly background: boolean }[] = [];
  #server: ServerWindow | undefined;
  #calls = 0;
  readonly #listeners = new Set<() => void>();

  constructor({ clock, concurrency = 4, random = Math.random }: BudgetSettings) {
    this.#clock = clock;
    this.#slots = new Slots(concurrency);
    this.#pauses = new Pauses(clock, random);
  }

  /** The budget of an OAuth client. @param owner names the client and the API that it is for */
  static of(owner: string, settings: BudgetSettings): Budget {
    const budgets = SHARED.get(settings.clock) ?? new Map<string, Budget>();
    SHARED.set(settings.clock, budgets);
    const budget = budgets.get(owner) ?? new Budget(settings);
    budgets.set(owner, budget);
    return budget;
  }

  /** When calls go on after a 429 that stopped all of them, milliseconds since the epoch. */
  get pausedUntil(): number | undefined {
    const wait = this.#pauses.waitMs();
    return wait && Math.round(this.#clock.now() + wait);
  }

  /** How long calls of one resource still wait after a 429, in milliseconds. */
  pausedForMs(resource: string): number | undefined {
    return this.#pauses.waitMs(resource);
  }

  /** Used part of the allowance, 0 to 1, by the higher of the two counts. */
  get used(): number {
    const now = this.#clock.monotonic();
    this.#forgetOld(now);
    const server = this.#current(now);
    const own = this.#starts.length / (server?.allowed ?? RATE_PER_MINUTE);
    return Math.min(1, Math.max(own, server ? server.count / server.allowed : 0));
  }

  /** Calls `listener` whenever a pause starts or grows. @returns ends that */
  onPause(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Waits until a call may start, and counts it.
   *
   * @throws GenesysError of kind `rateLimit` when that takes longer than the deadline allows, or the signal's reason
   */
  async enter(turn: Turn): Promise<Admission> {
    const { deadline, background = false, signal } = turn;
    for (;;) {
      // Without a place: whoever waits for one resource must not hold up the calls of others.
      for (let wait = this.#wait(turn); wait.ms > 0; wait = this.#wait(turn)) {
        if (this.#clock.monotonic() + wait.ms > deadline) throw notBefore(wait, this.#clock.now());
        await sleep(this.#clock, wait.ms, signal);
      }
      await this.#slots.take(background, signal);
      if (this.#wait(turn).ms <= 0) break;
      this.#slots.leave();
    }
    this.#starts.push({ at: this.#clock.monotonic(), background });
    if (this.#server) this.#server.count++;
    let left = false;
    return {
      call: ++this.#calls,
      leave: () => {
        if (!left) this.#slots.leave();
        left = true;
      },
    };
  }

  /** Notes a 429. */
  refused(resource: string, refusal: Refusal, call = this.#calls + 1): void {
    this.#pauses.refused(resource, refusal, call, Math.max(call, this.#calls));
    for (const listener of this.#listeners) listener();
  }

  /** Notes an answer that is no 429. */
  answered(resource: string, call: number): void {
    this.#pauses.answered(resource, call);
  }

  /** Reads the rate headers of any answer: allowed and counted requests, and seconds until the count starts anew. */
  observe(headers: Readonly<Record<string, string | string[] | undefined>>): void {
    const [allowed, count, reset] = ["allowed", "count", "reset"].map((name) => {
      const value = headers[`inin-ratelimit-${name}`];
      return typeof value === "string" && /^\d+$/.test(value.trim()) ? Number(value) : undefined;
    });
    if (!allowed || count === undefined || reset === undefined) return;
    const now = this.#clock.monotonic();
    const resetAt = now + Math.min(reset * 1000, 5 * WINDOW_MS);
    // Answers may overtake each other: within one window the count only grows.
    const known = this.#current(now);
    const same = known && Math.abs(known.resetAt - resetAt) < 2_000;
    this.#server = { allowed, count: same ? Math.max(count, known.count) : count, resetAt };
  }

  /** How long a call has to wait, if at all, and why. */
  #wait({ resource, background }: Turn): Wait {
    const now = this.#clock.monotonic();
    const paused = this.#pauses.waitMs(resource);
    if (paused !== undefined) return { ms: paused, reason: "rate limit reached" };
    const server = this.#current(now);
    const allowed = server?.allowed ?? RATE_PER_MINUTE;
    const reason = `the OAuth client has used its ${allowed} requests per minute`;
    const limit = Math.max(1, Math.floor(allowed * USED_SHARE));
    if (server && server.count >= limit) return { ms: server.resetAt - now, reason };
    this.#forgetOld(now);
    const oldest = (starts: { readonly at: number }[], most: number) =>
      starts.length < most ? 0 : starts[starts.length - most]!.at + WINDOW_MS - now;
    const ms = oldest(this.#starts, limit);
    if (!background) return { ms, reason };
    const older = this.#starts.filter((start) => start.background);
    const free = limit - (this.#starts.length - older.length) - this.#callsOfOthers(server);
    const most = Math.max(1, Math.floor(free * BACKGROUND_SHARE));
    return { ms: Math.max(ms, oldest(older, most)), reason };
  }

  /** Calls in the server's count that are not ours: of other processes, or of this one before it was started again. */
  #callsOfOthers(server: ServerWindow | undefined): number {
    if (!server) return 0;
    const ours = this.#starts.filter(({ at }) => at > server.resetAt - WINDOW_MS).length;
    return Math.max(0, server.count - ours);
  }

  #current(now: number): ServerWindow | undefined {
    if (this.#server && now >= this.#server.resetAt) this.#server = undefined;
    return this.#server;
  }

  #forgetOld(now: number): void {
    const firstKept = this.#starts.findIndex(({ at }) => at > now - WINDOW_MS);
    this.#starts = firstKept < 0 ? [] : this.#starts.slice(firstKept);
  }
}

interface Wait {
  readonly ms: number;
  readonly reason: string;
}

/** The error of a call that was not made because that would take too long. */
function notBefore({ ms, reason }: Wait, now: number): GenesysError {
  const time = new Date(now + ms).toISOString().slice(11, 19);
  return new GenesysError("rateLimit", `${reason}, no request is sent before ${time} UTC`);
}
