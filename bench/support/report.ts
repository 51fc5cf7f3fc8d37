/** One figure of a bench, and what is wanted of it. */
export interface Figure {
  readonly of: string;
  readonly value: number;
  readonly unit?: "times" | "ms" | "KB";
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One row of the table that `npm run bench` prints. */
export interface Row {
  readonly work: string;
  /** What does the same work in the same run. */
  readonly rival: string;
  readonly figures: readonly Figure[];
  /** The absolute figures behind them. */
  readonly seen: string;
}

/** Runs a bench and hands its rows to `npm run bench`, or prints them where the script runs alone. */
export function report(bench: () => Promise<readonly Row[]>): void {
  bench().then(
    (rows) => {
      if (process.send) process.send(rows);
      else console.log(table(rows));
      process.disconnect?.();
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}

/** Rows as a table in Markdown. */
export function table(rows: readonly Row[]): string {
  const head = ["| Work | Rival | Measured | Wanted | |", "|---|---|---|---|---|"];
  return [...head, ...rows.map(rowText)].join("\n");
}

function rowText({ work, rival, figures, seen }: Row): string {
  const measured = figures.map(({ of, value, unit }) => `${of} ${inUnit(value, unit)}`).join(", ");
  const wanted = figures.flatMap(({ atLeast, atMost, unit }) => {
    if (atLeast !== undefined) return `≥ ${inUnit(atLeast, unit)}`;
    return atMost === undefined ? [] : `≤ ${inUnit(atMost, unit)}`;
  });
  return `| ${work} | ${rival} | ${measured} (${seen}) | ${wanted.join(", ")} | ${figures.every(isMet) ? "met" : "missed"} |`;
}

function isMet({ value, atLeast = -Infinity, atMost = Infinity }: Figure): boolean {
  return value >= atLeast && value <= atMost;
}

function inUnit(value: number, unit: Figure["unit"] = "times"): string {
  const digits = unit === "ms" || value >= 10 ? 1 : 2;
  return `${Number(value.toFixed(digits))}${unit === "times" ? "" : ` ${unit}`}`;
}
