import { parseBody, type Precision } from "./parser";
import type { PointStore } from "./store";

/** A write request as it was received. */
export interface WriteAttempt {
  /** `undefined` when it claimed to be gzip and was not. */
  readonly body: string | undefined;
  readonly bucket: string;
  readonly orgParameter: string;
  readonly precision: string;
  readonly tooLarge: boolean;
  readonly access: "write" | "read" | "none";
  readonly knownOrg: string;
  readonly nowMs: number;
}

/** An answer: JSON, HTML, or neither. */
export interface Judgement {
  readonly status: number;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly html?: string;
}

/**
 * Checks a write in the order in which InfluxDB 2.9 does (http/write_handler.go), stores what may be stored, and gives
 * that server's answer.
 */
export function judgeWrite(store: PointStore, attempt: WriteAttempt): Judgement {
  const { bucket, orgParameter, knownOrg } = attempt;
  if (attempt.tooLarge)
    return {
      status: 413,
      html: "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n</html>",
    };
  if (attempt.access === "none") return refuse(401, "unauthorized", "unauthorized access");
  const precision = attempt.precision || "ns";
  if (!isPrecision(precision))
    return refuse(400, "invalid", "invalid precision; valid precision units are ns, us, ms, and s");
  if (bucket === "") return refuse(404, "not found", "bucket not found");
  if (attempt.body === undefined)
    return refuse(500, "internal error", "An internal error has occurred - check server logs");
  if (orgParameter !== knownOrg)
    return refuse(404, "not found", `organization name "${orgParameter}" not found`);
  if (!store.has(bucket)) return refuse(404, "not found", `bucket "${bucket}" not found`);
  if (attempt.access === "read") return refuse(403, "forbidden", "insufficient permissions for write");
  const nowNs = BigInt(attempt.nowMs) * 1_000_000n;
  const { points, errors } = parseBody(attempt.body, precision, nowNs);
  if (errors.length > 0) return refuse(400, "invalid", errors.join("\n"));
  const dropped = store.write(bucket, points, nowNs);
  if (dropped === undefined) return { status: 204 };
  const reason = `failure writing points to database: partial write: ${dropped}`;
  return refuse(422, "unprocessable entity", reason);
}

function refuse(status: number, code: string, message: string): Judgement {
  return { status, body: { code, message } };
}

function isPrecision(text: string): text is Precision {
  return text === "ns" || text === "us" || text === "ms" || text === "s";
}
