import { NAME_KEYS } from "./dimensions";
import { STATISTICS, statisticOf } from "./statistics";

/** The field types of InfluxDB that this package writes. */
export type TypeName = "int" | "float" | "string" | "bool";

/** The fields that are not `<metric>_<statistic>`, in no order. */
const OWN_FIELDS: ReadonlyMap<string, TypeName> = new Map<string, TypeName>([
  ["offered", "int"],
  ["answered", "int"],
  ["abandoned", "int"],
  ["waitTime", "float"],
  ["open", "bool"],
  ["longestWaitSeconds", "float"],
  ["longestInteractionSeconds", "float"],
  ["routingStatus", "string"],
  ["systemPresence", "string"],
  ["presence", "string"],
  ["routingStatusSeconds", "float"],
  ["presenceSeconds", "float"],
  ["activeQueues", "int"],
  ...NAME_KEYS.map((key) => [key, "string"] as const),
]);

/** The names of the fields that are not `<metric>_<statistic>`. */
export const OWN_FIELD_NAMES: readonly string[] = [...OWN_FIELDS.keys()];

/** Whether a field is one of {@link OWN_FIELD_NAMES}. */
export function isOwnField(name: string): boolean {
  return OWN_FIELDS.has(name);
}

/**
 * The type of a field, by its name and never by its value: InfluxDB refuses a field whose type changes, and JSON has no
 * difference between 110554 and 110554.0.
 *
 * @returns `undefined` for a name that is none of ours
 */
export function typeOfField(name: string): TypeName | undefined {
  const own = OWN_FIELDS.get(name);
  if (own) return own;
  const statistic = statisticOf(name);
  if (statistic) return STATISTICS[statistic].type;
  // Live counts, as `oWaiting`, or split by qualifier as `oUserRoutingStatuses_IDLE`.
  if (/^o[A-Z]/.test(name)) return "int";
  // Time of an agent per status, in milliseconds, as `tSystemPresence_ON_QUEUE`.
  return /^t[A-Z]/.test(name) ? "float" : undefined;
}

/** The tutorial's counters, and the metric of Genesys Cloud whose `count` each is. */
export const TUTORIAL_COUNTERS = [
  ["answered", "tAnswered"],
  ["abandoned", "tAbandon"],
  ["offered", "nOffered"],
] as const;

/** The tutorial's mean wait in seconds, and the metric whose `sum` by `count` it is. */
export const TUTORIAL_WAIT = ["waitTime", "tWait"] as const;

/** Tag that names the Genesys Cloud organisation, or its stage. */
export const ENVIRONMENT_TAG = "env";

/** Tag that holds a bucket's length and zone, as {@link granularityTag} writes them. */
export const GRANULARITY_TAG = "granularity";
