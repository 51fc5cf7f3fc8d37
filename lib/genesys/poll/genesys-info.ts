import type { GenesysInfo } from "../../terms/messages";
import { isoTime } from "../interval/granularity";
import type { PollAnswer } from "./poller";

/** Makes `msg.genesys` of an answer. */
export function genesysInfo(
  answer: PollAnswer,
  { environment, region }: Pick<GenesysInfo, "environment" | "region">,
): GenesysInfo {
  const { interval, question, mappings, presences } = answer;
  return {
    kind: answer.kind,
    ...(question?.family && { family: question.family }),
    interval: interval && { start: isoTime(interval.start), end: isoTime(interval.end) },
    ...(question && {
      granularity: question.grid.granularity.text,
      timeZone: question.grid.timeZone,
      groupBy: question.groupBy,
      metrics: question.metrics,
      ...(question.filter.length > 0 && { filter: question.filter }),
    }),
    ...(mappings && { mappings }),
    ...(presences && { presences }),
    polledAt: isoTime(answer.polledAt),
    askedAt: isoTime(answer.askedAt),
    environment,
    region,
    complete: answer.complete,
    reason: answer.reason,
    ...(question && {
      query: question.query,
      ...(question.settledUntil !== undefined && { settledUntil: isoTime(question.settledUntil) }),
    }),
  };
}
