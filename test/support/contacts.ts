import type { GenesysSimulator } from "../../demo/simulators/genesys/server";

const MINUTE = 60_000;
/** Apart from those of the conversations that the days bring. */
const FIRST_SERIAL = 8_000_000;

/** Somebody called every queue a moment ago: at some hours of the day nobody calls the small ones. */
export function callEveryQueue({ organisation, history, time }: GenesysSimulator): void {
  const offeredAt = Date.now() + time.skewMs - 2 * MINUTE;
  organisation.queues().forEach((queue, index) =>
    history.addConversation({
      ...{ queue, media: "voice", serial: FIRST_SERIAL + index, outcome: "abandoned", missed: [] },
      ...{ offeredAt, waitEndsAt: offeredAt + MINUTE, patienceMs: MINUTE },
      ...{ alertMs: 0, talkMs: 0, heldMs: 0, acwMs: 0 },
    }),
  );
}
