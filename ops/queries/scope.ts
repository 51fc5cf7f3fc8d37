/** The scope of a query; the texts go into the query unchanged, so that a dashboard can pass its variables. */
export interface Scope {
  /** Where the points are: a Flux expression (`"genesys"`, `v.defaultBucket`); unused by InfluxQL and SQL. */
  readonly bucket: string;
  /** The time range: the arguments of Flux's `range`, or a condition of InfluxQL or SQL. */
  readonly time: string;
  /** Length of the buckets: the tag `granularity`. Without it a sum counts a half hour and its day twice. */
  readonly granularity?: string;
  /** Further conditions in the language itself; a tag is a column in all three. */
  readonly where?: readonly string[];
}

/** How the figure is cut: a tag gives one row for each of its values, `time` one for each bucket. */
export interface Cut {
  readonly by?: string | undefined;
  /** Length of a row's time, such as `30m`; absent for one figure over the whole range. */
  readonly every?: string | undefined;
}

/** How the last values of several series become one figure. */
export interface Latest {
  readonly by?: string | undefined;
  readonly merge?: "sum" | "max";
}
