/** The routing statuses of an agent: qualifiers in answers of analytics. */
export const ROUTING_STATUSES = [
  "OFF_QUEUE",
  "IDLE",
  "INTERACTING",
  "NOT_RESPONDING",
  "COMMUNICATING",
] as const;

/** The ten system presences, as analytics spells them; every presence of an organisation belongs to one. */
export const SYSTEM_PRESENCES = [
  "AVAILABLE",
  "AWAY",
  "BUSY",
  "OFFLINE",
  "IDLE",
  "ON_QUEUE",
  "MEAL",
  "TRAINING",
  "MEETING",
  "BREAK",
] as const;

/** Replaces a presence id of unknown name: an id in a field's name would be a new field each time. */
export const UNMAPPED = "UNMAPPED";

/** System presence to the ids of the organisation's presences below it: `systemToOrganizationMappings` of an answer. */
export type PresenceMappings = Readonly<Record<string, readonly string[]>>;

/** Id of a presence to the organisation's own name for it. */
export type PresenceNames = Readonly<Record<string, string>>;

/** Spells a system presence as analytics does: `OnQueue` (presence definitions) and `On Queue` are `ON_QUEUE`. */
export function systemPresence(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}

/**
 * A presence's own name as part of a field's name: each run of characters other than letters and digits (of any script)
 * is `_`. `Coffee break` is `Coffee_break`.
 */
export function presenceFieldPart(name: string): string {
  const part = name
    .normalize("NFC")
    .trim()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "_");
  return /[\p{L}\p{N}]/u.test(part) ? part : UNMAPPED;
}

/**
 * What the qualifier of a metric is, and so how it is written in a field's name:
 *
 * - `routingStatus`, `systemPresence`: one of the fixed words above
 * - `presenceSystem`: the id of one of the organisation's presences, written as the system presence above it
 * - `presenceOwn`: such an id, written by the organisation's own name
 */
export type QualifierSort = "routingStatus" | "systemPresence" | "presenceSystem" | "presenceOwn";

/** The metrics whose qualifiers are known; the qualifiers of others are written as they come. */
export const QUALIFIED_METRICS: Readonly<Record<string, QualifierSort>> = {
  oOnQueueUsers: "routingStatus",
  oUserRoutingStatuses: "routingStatus",
  oOffQueueUsers: "presenceSystem",
  oUserPresences: "presenceSystem",
  tAgentRoutingStatus: "routingStatus",
  tOrganizationPresence: "presenceOwn",
  tSystemPresence: "systemPresence",
};

/** Metrics of user aggregates, time per status: the qualifier is part of the field's name, which has no statistic. */
export const STATUS_TIMES: ReadonlySet<string> = new Set([
  "tAgentRoutingStatus",
  "tOrganizationPresence",
  "tSystemPresence",
]);

/** Whether a metric's qualifier is the id of one of the organisation's presences. */
export function isByPresence(metric: string): boolean {
  const sort = Object.hasOwn(QUALIFIED_METRICS, metric) ? QUALIFIED_METRICS[metric] : undefined;
  return sort === "presenceSystem" || sort === "presenceOwn";
}

/** The qualifiers that a metric can have in a field's name; `undefined` where they are not a fixed set. */
export function fixedQualifiers(metric: string): readonly string[] | undefined {
  switch (Object.hasOwn(QUALIFIED_METRICS, metric) ? QUALIFIED_METRICS[metric] : undefined) {
    case "routingStatus":
      return ROUTING_STATUSES;
    case "systemPresence":
    case "presenceSystem":
      return SYSTEM_PRESENCES;
    case "presenceOwn":
    case undefined:
      return undefined;
  }
}
