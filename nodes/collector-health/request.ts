import type { Message } from "../../lib/node-red/input";
import { isObject } from "../../lib/terms/json";

/** The answer that a request asks for. */
export interface AnswerWanted {
  readonly view: "json" | "prometheus" | "live";
  /** Whether an ill health is answered with 200: a failed scrape would be no metric, and a living process is alive. */
  readonly always200: boolean;
}

/**
 * Reads the request on `msg.req`: `?probe=live`, `?format=prometheus` or `json`, or the `Accept` header. Prometheus
 * names `openmetrics-text` and `version=0.0.4` there; a request for plain text alone gets the same text with the status
 * code of the JSON.
 */
export function answerWanted(msg: Message): AnswerWanted {
  const request = isObject(msg["req"]) ? msg["req"] : {};
  const query = isObject(request["query"]) ? request["query"] : {};
  if (query["probe"] === "live") return { view: "live", always200: true };
  if (query["format"] === "prometheus") return { view: "prometheus", always200: true };
  if (query["format"] === "json") return { view: "json", always200: false };
  const headers = isObject(request["headers"]) ? request["headers"] : {};
  const accept = typeof headers["accept"] === "string" ? headers["accept"] : "";
  if (/openmetrics-text|version=0\.0\.4/.test(accept)) return { view: "prometheus", always200: true };
  const plain = accept.includes("text/plain") && !accept.includes("application/json");
  return { view: plain ? "prometheus" : "json", always200: false };
}
