import type { Organisation } from "../organisation/organisation";
import { DAY, MINUTE } from "../organisation/shifts";
import type { Conversation } from "../organisation/site-day";
import * as afterContact from "./after-contact";
import type { SimFamily } from "./catalogue";
import { pick } from "./entities";
import { Draw } from "./makers";
import type { FamilyEvent, Maker } from "./makers";
import * as selfService from "./self-service";

const MAKERS: Readonly<Record<SimFamily, Maker>> = {
  ...selfService,
  ...afterContact,
  flowexecutions: ({ queue, offeredAt }, organisation, _draw, book) =>
    book("nFlowExecutions", offeredAt - 30_000, 1, {
      flowId: pick(organisation, "flow", queue.index),
      flowVersion: "3.0",
    }),
};

/** How long before a conversation its events may count. */
export const BEFORE_MS = 10 * MINUTE;
/** How long after it they may count, and may be established. */
export const AFTER_MS = { counts: 1.5 * DAY, established: 8 * DAY };

/** Calls `book` for all that a conversation causes in one family. */
export function familyEvents(
  family: SimFamily,
  conversation: Conversation,
  organisation: Organisation,
  book: (event: FamilyEvent) => void,
): void {
  const { queue, media, agent, serial } = conversation;
  const common = {
    queueId: queue.id,
    mediaType: media,
    divisionId: queue.division.id,
    userId: agent?.id,
    wrapUpCode: agent && pick(organisation, "wrap-up", serial),
  };
  MAKERS[family](
    conversation,
    organisation,
    new Draw(conversation),
    (metric, at, value = 1, more = {}, late = 0) =>
      book({
        metric,
        at: Math.round(at),
        establishedAt: Math.round(at) + late,
        value,
        dimensions: { ...common, ...more },
      }),
  );
}
