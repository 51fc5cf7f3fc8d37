import { GenesysError } from "../errors";
import type { Notices } from "../notices";

/** Words of a 400 that is about something else than metrics; looking for a refused metric would be in vain. */
const ABOUT_SOMETHING_ELSE = /\b(?:granularity|interval|predicates?|time ?zone|group ?by|date)\b/i;

/**
 * The metrics that a query asks for. Some tenants refuse some metrics, with a 400 that does not say which: the
 * refused ones are found by halving, reported once, and left out until the next deploy.
 */
export class MetricSet {
  readonly #notices: Notices;
  #active: readonly string[];
  #searching: Promise<boolean> | undefined;
  /** A search in vain is not repeated until something has worked. */
  #inVain = false;

  constructor(wanted: readonly string[], notices: Notices) {
    this.#active = [...wanted];
    this.#notices = notices;
  }

  /** The metrics that are not known to be refused. */
  get active(): readonly string[] {
    return this.#active;
  }

  /** Asks for all active metrics. @param ask sends one request for the given metrics */
  async ask<T>(ask: (metrics: readonly string[]) => Promise<T>): Promise<T> {
    const asked = this.#active;
    try {
      const answer = await ask(asked);
      this.#inVain = false;
      return answer;
    } catch (error) {
      if (!isRefusal(error) || !(await this.#leaveOutRefused(error, asked, ask))) throw error;
      return ask(this.#active);
    }
  }

  /** Parts of one poll are refused together: the first one searches, the others wait for what it finds. */
  async #leaveOutRefused(
    error: GenesysError,
    asked: readonly string[],
    ask: (metrics: readonly string[]) => Promise<unknown>,
  ): Promise<boolean> {
    this.#searching ??= this.#search(error, asked, ask).finally(() => (this.#searching = undefined));
    await this.#searching;
    return this.#active.length < asked.length;
  }

  async #search(
    error: GenesysError,
    asked: readonly string[],
    ask: (metrics: readonly string[]) => Promise<unknown>,
  ): Promise<boolean> {
    if (this.#active.length < asked.length) return true;
    if (this.#inVain || asked.length < 2) return false;
    // Named as the value that is wrong: in brackets or quotes. A list of allowed values is not that.
    const named = asked.filter(
      (metric) => error.message.includes(`[${metric}]`) || error.message.includes(`"${metric}"`),
    );
    if (named.length === 0 && ABOUT_SOMETHING_ELSE.test(error.message)) return false;
    const refused = named.length > 0 ? named : await refusedOf(asked, ask);
    // When all are refused, it is not the metrics; when each is accepted alone, it is their number.
    this.#inVain = refused.length === 0 || refused.length === asked.length;
    if (this.#inVain) return false;
    this.#active = asked.filter((metric) => !refused.includes(metric));
    const names = refused.join(", ");
    this.#notices.once(
      refused.length === 1
        ? `Genesys Cloud refuses the metric ${names}; it is left out until the next deploy`
        : `Genesys Cloud refuses the metrics ${names}; they are left out until the next deploy`,
    );
    return true;
  }
}

/** Of metrics that are refused together, those that are refused alone. */
async function refusedOf(
  metrics: readonly string[],
  ask: (metrics: readonly string[]) => Promise<unknown>,
): Promise<string[]> {
  if (metrics.length === 1) return [...metrics];
  const middle = Math.ceil(metrics.length / 2);
  const refused: string[] = [];
  for (const half of [metrics.slice(0, middle), metrics.slice(middle)]) {
    try {
      await ask(half);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused.push(...(await refusedOf(half, ask)));
    }
  }
  return refused;
}

function isRefusal(error: unknown): error is GenesysError {
  return error instanceof GenesysError && error.kind === "badRequest";
}
