/** Topics of what complete answers lack nevertheless: the poll is not well. */
export const UNANSWERED = {
  /** Queues that are listed and never answered. */
  hidden: "hidden",
  /** Most of what was known is missing from the answers. */
  most: "most is missing",
} as const;

/** Tells a user about a problem when it starts, when its words change, and when it is over: never once per poll. */
export class Notices {
  readonly #warn: (message: string) => void;
  readonly #info: (message: string) => void;
  readonly #current = new Map<string, string>();

  constructor(warn: (message: string) => void, info: (message: string) => void) {
    this.#warn = warn;
    this.#info = info;
  }

  /** @param problem what is wrong now; `undefined` when nothing is. @param over said when it ends */
  set(topic: string, problem: string | undefined, over?: string): void {
    if (problem === undefined) {
      if (this.#current.delete(topic) && over) this.#info(over);
    } else if (essence(this.#current.get(topic)) !== essence(problem)) {
      this.#current.set(topic, problem);
      this.#warn(problem);
    }
  }

  /** Warns of what happened once, rather than lasts. */
  once(message: string): void {
    this.#warn(message);
  }

  /** Informs of something that went well. */
  tell(message: string): void {
    this.#info(message);
  }

  /** Whether a problem of `UNANSWERED` lasts. */
  get unanswered(): boolean {
    return Object.values(UNANSWERED).some((topic) => this.#current.has(topic));
  }

  /** The problems that last. */
  get current(): readonly string[] {
    return [...this.#current.values()];
  }
}

/** Drops what differs from request to request: Genesys support asks for the `contextId`, the first one will do. */
function essence(problem: string | undefined): string | undefined {
  return problem?.replace(/contextId [^\s;]+/g, "");
}
