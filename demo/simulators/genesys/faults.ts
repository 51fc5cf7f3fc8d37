import { ApiError, badCredentials, badRequest, missingPermissions, tooManyRequests } from "./errors";
import type { ErrorDetails } from "./errors";

/** What the simulator does wrong on request. */
export type FaultKind =
  | "429"
  | "401"
  | "403"
  | "500"
  | "500html"
  | "503"
  | "slow"
  | "truncated"
  | "reset"
  | "notjson"
  | "refuse-metric"
  | "changed";

/** A fault, and the requests that it hits. */
export interface Fault {
  readonly kind: FaultKind;
  /** Only requests whose path matches; all when left out. */
  readonly match?: RegExp;
  /** Only requests of whose JSON body this is true. */
  readonly asks?: (body: unknown) => boolean;
  /** How many requests it hits; without end when left out. */
  readonly times?: number;
  /** `429` and `503`: the `Retry-After` header, seconds or an HTTP date; `null` leaves it out. Default 5. */
  readonly retryAfter?: number | string | null;
  /** `429`: the limit that it names. Default: the requests per minute of the OAuth client. */
  readonly limit?: NonNullable<ErrorDetails["limit"]>;
  /** `changed`: what becomes of the answer that was ready; see `odd-answers.ts`. */
  readonly change?: (answer: unknown) => unknown;
  /** `slow`: how late the answer comes, in milliseconds on the simulator's clock. Default 60,000. */
  readonly delayMs?: number;
  /** `403`: the permission that is said to be missing. */
  readonly permission?: string;
  /** `refuse-metric`: requests that ask for this metric get a 400 that does not say why. */
  readonly metric?: string;
}

/** The faults that are waiting for requests. */
export class Faults {
  #active: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#active.push({ fault, left: fault.times ?? Infinity });
  }

  clear(): void {
    this.#active = [];
  }

  /** The first fault that hits this request; it is used up by one. */
  take(path: string, body: unknown): Fault | undefined {
    const hit = this.#active.find(
      ({ fault, left }) => left > 0 && (fault.match?.test(path) ?? true) && asksFor(fault, body),
    );
    if (!hit) return undefined;
    hit.left--;
    return hit.fault;
  }
}

function asksFor({ kind, metric, asks }: Fault, body: unknown): boolean {
  if (asks && !asks(body)) return false;
  if (kind !== "refuse-metric") return true;
  const metrics: unknown = typeof body === "object" && body !== null && "metrics" in body ? body.metrics : [];
  return Array.isArray(metrics) && metrics.includes(metric);
}

/** The error that a fault stands for, when it is one that the platform words in JSON. */
export function faultError(fault: Fault): ApiError | undefined {
  const retryAfter = fault.retryAfter === undefined ? 5 : fault.retryAfter;
  const header: Record<string, string> = retryAfter === null ? {} : { "Retry-After": String(retryAfter) };
  switch (fault.kind) {
    case "429":
      return tooManyRequests(retryAfter, fault.limit ?? 300);
    case "401":
      return badCredentials();
    case "403":
      return missingPermissions([fault.permission ?? "analytics:conversationAggregate:view"]);
    case "500":
      return new ApiError(500, "internal.server.error", "The server encountered an unexpected condition.");
    case "503":
      return new ApiError(
        503,
        "service.unavailable",
        "Service Unavailable - The server is currently unavailable.",
        {},
        header,
      );
    case "refuse-metric":
      return badRequest();
    default:
      return undefined;
  }
}
