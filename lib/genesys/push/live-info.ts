import { KINDS } from "../../terms/kinds";
import type { GenesysInfo } from "../../terms/messages";
import { isoTime } from "../interval/granularity";
import type { LiveAnswer } from "./live";

/** Makes `msg.genesys` of a live answer. */
export function liveInfo(
  answer: LiveAnswer,
  { environment, region }: Pick<GenesysInfo, "environment" | "region">,
): GenesysInfo {
  const { kind, interval, granularity, metrics, mappings, presences } = answer;
  const polledAt = isoTime(answer.polledAt);
  return {
    kind,
    ...(interval && {
      interval: { start: isoTime(interval.start), end: isoTime(interval.end) },
      granularity,
      timeZone: "UTC",
      groupBy: KINDS[kind].groupBy ?? [],
    }),
    ...(metrics && { metrics }),
    ...(mappings && { mappings }),
    ...(presences && { presences }),
    polledAt,
    askedAt: polledAt,
    environment,
    region,
    complete: answer.complete,
    reason: "push",
  };
}
