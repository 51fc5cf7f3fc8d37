import { isObject } from "./request";
import type { JsonObject } from "./request";

/** What may be wrong with one row of an analytics answer, while all others are right. */
export const ODDITIES = {
  "a row that is null": () => null,
  "a group value of null": (row) => ({ ...row, group: { ...group(row), queueId: null } }),
  "a group value that is a boolean": (row) => ({ ...row, group: { ...group(row), mediaType: true } }),
  "a group value that is a list": (row) => ({
    ...row,
    group: { ...group(row), mediaType: ["voice", "chat"] },
  }),
  "a group that is null": (row) => ({ ...row, group: null }),
  "data of null": (row) => ({ ...row, data: null }),
  "a bucket that is null": (row) => ({ ...row, data: [null, ...data(row).slice(1)] }),
  "a metric that is null": (row) => inFirstMetric(row, () => null),
  "stats of null": (row) => inFirstMetric(row, (metric) => ({ ...metric, stats: null })),
  "a count with a fraction": (row) => inFirstMetric(row, (metric) => ({ ...metric, stats: { count: 1.5 } })),
  "a count beyond all bounds": (row) =>
    inFirstMetric(row, (metric) => ({ ...metric, stats: { count: 2 ** 60 } })),
  "a count that is text": (row) => inFirstMetric(row, (metric) => ({ ...metric, stats: { count: "3" } })),
} satisfies Readonly<Record<string, (row: JsonObject) => unknown>>;
/** A way for a row to be wrong. */
export type Oddity = keyof typeof ODDITIES;

/** For the fault `changed`: the first row of the answer is odd. */
export function oddRow(oddity: Oddity): (answer: unknown) => unknown {
  return (answer) => {
    const rows = isObject(answer) ? answer["results"] : undefined;
    if (!isObject(answer) || !Array.isArray(rows)) return answer;
    const [first, ...others] = rows as unknown[];
    return isObject(first) ? { ...answer, results: [ODDITIES[oddity](first), ...others] } : answer;
  };
}

/** For the fault `changed`: a list that is wrong about its own size. */
export function wrongPageCount(pageCount: number): (answer: unknown) => unknown {
  return (answer) => (isObject(answer) && "entities" in answer ? { ...answer, pageCount } : answer);
}

/** For the fault `changed`: a page of which an entry was filtered out after it had been cut. */
export function withoutFirst(answer: unknown): unknown {
  if (!isObject(answer)) return answer;
  const shorter = ([key, value]: [string, unknown]) => [
    key,
    (key === "results" || key === "entities") && Array.isArray(value) ? (value as unknown[]).slice(1) : value,
  ];
  return Object.fromEntries(Object.entries(answer).map(shorter));
}

/** For the fault `changed`: an answer without anything in it. */
export function empty(answer: unknown): unknown {
  return isObject(answer) && "results" in answer ? { ...answer, results: [] } : answer;
}

function group(row: JsonObject): JsonObject {
  return isObject(row["group"]) ? row["group"] : {};
}

function data(row: JsonObject): unknown[] {
  return Array.isArray(row["data"]) ? (row["data"] as unknown[]) : [];
}

/** Changes the first metric: of the first bucket, or of the row itself where that has no buckets. */
function inFirstMetric(row: JsonObject, change: (metric: JsonObject) => unknown): JsonObject {
  const [first, ...others] = data(row);
  if (!isObject(first)) return row;
  const metrics = first["metrics"];
  if (!Array.isArray(metrics)) return { ...row, data: [change(first), ...others] };
  const [metric, ...more] = metrics as unknown[];
  if (!isObject(metric)) return row;
  return { ...row, data: [{ ...first, metrics: [change(metric), ...more] }, ...others] };
}
