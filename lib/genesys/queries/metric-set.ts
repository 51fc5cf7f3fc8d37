import { GenesysError } from "../errors";
import type { Notices } from "../notices";
import { chunks } from "./in-parts";
import { mergeMetrics } from "./merge";
import type { Part } from "./part";

/** Words of a 400 that is not about metrics, so that no refused one is searched. */
const ABOUT_SOMETHING_ELSE = /\b(?:granularity|interval|predicates?|time ?zone|group ?by|date)\b/i;

/** Times that one question is asked with fewer metrics, or fewer at once. */
const MAX_ROUNDS = 4;

/** Sends one request for the given metrics. */
type Ask = (metrics: readonly string[]) => Promise<Part>;

/**
 * The metrics of a query. Some tenants refuse some metrics, with a 400 that does not say which: those are found by
 * halving, reported once, and left out until the next deploy. Metrics that are accepted alone and not together are
 * asked in parts.
 */
export class MetricSet {
  readonly #notices: Notices;
  #active: readonly string[];
  /** Metrics that one request may hold. */
  #perRequest = Infinity;
  #searching: Promise<boolean> | undefined;
  /** A search in vain is not repeated until something has worked. */
  #inVain = false;

  constructor(wanted: readonly string[], notices: Notices) {
    this.#active = [...new Set(wanted)];
    this.#notices = notices;
  }

  /** The metrics that are not known to be refused. */
  get active(): readonly string[] {
    return this.#active;
  }

  /**
   * Asks for all active metrics.
   *
   * @param probe asks the same about less: where that is accepted with all metrics, none of them is at fault
   * @throws GenesysError, of kind `tooLarge` where less at once is accepted
   */
  async ask(ask: Ask, probe?: Ask): Promise<Part> {
    // Several rounds: a metric may be refused, and then the others may be too many.
    for (let round = 1; ; round++) {
      const asked = { metrics: this.#active, perRequest: this.#perRequest };
      try {
        const answer = await this.#inRequests(ask);
        this.#inVain = false;
        return answer;
      } catch (error) {
        if (round === MAX_ROUNDS || !isRefusal(error)) throw error;
        if (!(await this.#learn(error, asked, ask, probe))) throw error;
      }
    }
  }

  async #inRequests(ask: Ask): Promise<Part> {
    const requests = chunks(this.#active, this.#perRequest);
    return mergeMetrics(await Promise.all(requests.map((metrics) => ask(metrics))));
  }

  /** Searches once for parts that are refused together: the others wait for the result of the first. */
  async #learn(error: GenesysError, asked: Asked, ask: Ask, probe: Ask | undefined): Promise<boolean> {
    const known = () => this.#active.length < asked.metrics.length || this.#perRequest < asked.perRequest;
    if (known()) return true;
    this.#searching ??= this.#search(error, asked.metrics, ask, probe).finally(
      () => (this.#searching = undefined),
    );
    await this.#searching;
    return known();
  }

  async #search(
    error: GenesysError,
    asked: readonly string[],
    ask: Ask,
    probe: Ask | undefined,
  ): Promise<boolean> {
    if (this.#inVain) return false;
    // A wrong value is named in brackets or quotes; a list of allowed values is not.
    const named = asked.filter(
      (metric) => error.message.includes(`[${metric}]`) || error.message.includes(`"${metric}"`),
    );
    if (named.length === asked.length) return false;
    if (named.length > 0) return this.#leaveOut(named);
    if (ABOUT_SOMETHING_ELSE.test(error.message)) return false;
    if (probe && (await isAccepted(asked, probe))) {
      throw new GenesysError("tooLarge", error.message, error.facts);
    }
    if (asked.length < 2) return false;
    const { refused, most } = await sift(asked, probe ?? ask);
    // All refused: the fault is not with the metrics.
    this.#inVain = refused.length === asked.length;
    if (this.#inVain) return false;
    if (refused.length > 0) return this.#leaveOut(refused);
    this.#perRequest = most;
    this.#notices.once(
      `Genesys Cloud refuses ${asked.length} metrics in one request; they are asked in parts of ${most}`,
    );
    return true;
  }

  #leaveOut(refused: readonly string[]): true {
    this.#active = this.#active.filter((metric) => !refused.includes(metric));
    const names = refused.join(", ");
    this.#notices.once(
      refused.length === 1
        ? `Genesys Cloud refuses the metric ${names}; it is left out until the next deploy`
        : `Genesys Cloud refuses the metrics ${names}; they are left out until the next deploy`,
    );
    return true;
  }
}

interface Asked {
  readonly metrics: readonly string[];
  readonly perRequest: number;
}

/**
 * Asks for all active metrics of some keys; what is refused is looked into with one key alone.
 *
 * @param keys `undefined` where no keys are asked by name
 */
export function askAbout(
  metrics: MetricSet,
  keys: readonly string[] | undefined,
  ask: (keys: readonly string[] | undefined, metrics: readonly string[]) => Promise<Part>,
): Promise<Part> {
  const some = keys && keys.length > 1 ? keys.slice(0, 1) : undefined;
  return metrics.ask((active) => ask(keys, active), some && ((active) => ask(some, active)));
}

/** Of metrics that are refused together: those that are refused alone, and how many at most were accepted at once. */
async function sift(metrics: readonly string[], ask: Ask): Promise<{ refused: string[]; most: number }> {
  if (metrics.length === 1) return { refused: [...metrics], most: 0 };
  const middle = Math.ceil(metrics.length / 2);
  const refused: string[] = [];
  let most = 1;
  for (const half of [metrics.slice(0, middle), metrics.slice(middle)]) {
    if (await isAccepted(half, ask)) {
      most = Math.max(most, half.length);
      continue;
    }
    const inside = await sift(half, ask);
    refused.push(...inside.refused);
    most = Math.max(most, inside.most);
  }
  return { refused, most };
}

async function isAccepted(metrics: readonly string[], ask: Ask): Promise<boolean> {
  try {
    await ask(metrics);
    return true;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return false;
  }
}

function isRefusal(error: unknown): error is GenesysError {
  return error instanceof GenesysError && error.kind === "badRequest";
}
