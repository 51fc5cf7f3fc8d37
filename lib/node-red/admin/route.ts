import type { NodeAPI } from "node-red";
import { isObject } from "../../terms/json";
import { systemClock } from "../../time/clock";
import { asError } from "../../terms/as-error";

/** A request from one of our dialogs. */
export interface AdminRequest {
  /** Values of the `:name` parts of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Parsed JSON, `{}` where there is none. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Aborts when the time limit is over or the dialog is closed. */
  readonly signal: AbortSignal;
}

/** A problem as keys of the dialog's catalogue: a code that it has a text for, a property that it has a label for. */
export interface ProblemWords {
  readonly code: "notSet" | "typeIn" | "deployFirst" | "notInRange" | "urlWanted";
  readonly property?: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** An answer other than 200. The dialog shows the message, so it must hold no secret. */
export class AdminProblem extends Error {
  readonly status: number;
  readonly words: ProblemWords | undefined;

  constructor(status: number, message: string, words?: ProblemWords) {
    super(message);
    this.name = "AdminProblem";
    this.status = status;
    this.words = words;
  }
}

/** Longest time limit of one request of a connection test: the whole test ends within the route's limit. */
export const TEST_LIMIT_MS = 20_000;

interface RouteOptions {
  readonly method: "get" | "post";
  /** Starts with the node type, such as `/wal-buffer/:id/files`. */
  readonly path: string;
  /** Such as `wal-buffer.read`: users with scope `read` pass only `*.read`. */
  readonly permission: string;
  /** Aborts the handler and answers 504 after this time. */
  readonly timeLimitMs?: number;
}

/**
 * Adds a route to the admin API for our dialogs: JSON in and out, a permission, a time limit; whatever the handler
 * throws is answered with a message. Only JSON is taken: a foreign web page can post a form to a Node-RED without
 * login, but no JSON.
 */
export function adminRoute(
  RED: NodeAPI,
  { method, path, permission, timeLimitMs = 25_000 }: RouteOptions,
  handler: (request: AdminRequest) => Promise<unknown>,
): void {
  RED.httpAdmin[method](path, RED.auth.needsPermission(permission), (request, response) => {
    if (method === "post" && !request.is("application/json")) {
      response.status(415).json({ message: "send JSON" });
      return;
    }
    const gone = new AbortController();
    response.on("close", () => gone.abort(new AdminProblem(499, "the dialog was closed")));
    const late = new AbortController();
    const timer = systemClock.after(timeLimitMs, () =>
      late.abort(new AdminProblem(504, `no answer within ${timeLimitMs / 1000} s`)),
    );
    const signal = AbortSignal.any([gone.signal, late.signal]);
    const body: unknown = request.body;
    const asked = {
      params: request.params as Record<string, string>,
      query: request.query,
      body: isObject(body) ? body : {},
      signal,
    };
    const work = Promise.resolve().then(() => handler(asked));
    Promise.race([work, aborted(signal)])
      .then(
        (answer) => response.json(answer),
        (error: unknown) => {
          if (gone.signal.aborted) return;
          const status = error instanceof AdminProblem ? error.status : 502;
          const words = error instanceof AdminProblem ? error.words : undefined;
          const message = asError(error).message;
          response.status(status).json({ message, ...words });
        },
      )
      .finally(() => timer.cancel());
  });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
