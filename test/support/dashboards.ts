import assert from "node:assert/strict";
import { dashboards } from "../../ops/grafana/dashboards";
import { VARIABLES } from "../../ops/grafana/language";

/** One query of a dashboard, with the values that Grafana would put in. */
export interface PanelQuery {
  readonly board: string;
  readonly panel: string;
  readonly query: string;
}

/** What a data source puts in the place of its macros, for the last eight hours. */
const MACROS: Readonly<Record<string, string>> = {
  "v.timeRangeStart": "-8h",
  "v.timeRangeStop": "now()",
  $timeFilter: "time > now() - 8h",
  "$__timeFilter(time)": "time > now() - INTERVAL '8 hours'",
};

interface Board {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly {
      readonly query?: string;
      readonly rawSql?: string;
      readonly expr?: string;
    }[];
  }[];
}

/** Every query of every dashboard of one language (or `collector.json`). */
export function panelQueries(language: string, bucket = ""): PanelQuery[] {
  const values: Record<string, string> = {
    ...MACROS,
    [VARIABLES.bucket]: bucket,
    [VARIABLES.granularity]: "PT30M",
    [VARIABLES.env]: ".*",
  };
  return [...dashboards()]
    .filter(([path]) => path.startsWith(language))
    .flatMap(([path, text]) =>
      (JSON.parse(text) as Board).panels.flatMap(({ title, targets }) =>
        targets.map(({ query, rawSql, expr }) => ({
          board: path,
          panel: title,
          query: Object.entries(values).reduce(
            (filled, [name, value]) => filled.replaceAll(name, value),
            query ?? rawSql ?? expr ?? "",
          ),
        })),
      ),
    );
}

/** Rows that some panels must bring over the points of `contact-day.ts`, whatever the language. */
const RIGHT_ROWS: Readonly<Record<string, (rows: readonly Record<string, unknown>[][]) => boolean>> = {
  Waiting: ([rows = []]) => rows.length === 1 && Number(rows[0]?.["oWaiting"]) === 4,
  "Longest wait": ([rows = []]) =>
    rows.length === 1 && Math.abs(Number(rows[0]?.["longestWaitSeconds"]) - 90) < 1,
  "Free agents, by queue": ([rows = []]) => Number(rows[0]?.["oOnQueueUsers_IDLE"]) === 6,
  "Agents by status": ([rows = []]) =>
    rows.length === 2 && rows.every((row) => row["routingStatus"] === "IDLE" && row["userId"] !== undefined),
  Queues: (answers) =>
    answers.every((rows) => rows.length === 2 && rows.every(({ queueId }) => queueId !== undefined)),
  Agents: (answers) =>
    // No presence of their own in these points.
    answers.filter((rows) => rows.length === 2 && rows.every(({ userId }) => userId !== undefined)).length >=
    4,
};

/** Asserts that every panel has rows, and some panels the right ones. @param answers in the order of the queries */
export function assertRight(
  queries: readonly PanelQuery[],
  answers: readonly (readonly Record<string, unknown>[])[],
): void {
  const found = new Map<string, Record<string, unknown>[][]>();
  queries.forEach(({ board, panel }, index) => {
    const key = `${board} ${panel}`;
    found.set(key, [...(found.get(key) ?? []), [...(answers[index] ?? [])]]);
  });
  assert.ok(found.size >= 20);
  for (const [key, rows] of found) {
    assert.ok(
      rows.some((some) => some.length > 0),
      `${key}: no rows`,
    );
    const right = RIGHT_ROWS[key.slice(key.indexOf(".json ") + 6)];
    assert.ok(right?.(rows) ?? true, `${key}: ${JSON.stringify(rows)}`);
  }
}
