import { MINUTE } from "../organisation/shifts";
import { pick } from "./entities";
import type { Maker } from "./makers";

/** The flow before the queue; one caller in three is served by it and hangs up. */
export const flows: Maker = ({ queue, offeredAt }, organisation, draw, book) => {
  const flow = {
    flowId: pick(organisation, "flow", queue.index),
    flowType: "INBOUNDCALL",
    flowVersion: "3.0",
  };
  const run = (what: string, endsAt: number, exit: boolean) => {
    const length = Math.ceil(4_000 + draw.chance(`${what} length`) * 80_000);
    const outcome = draw.chance(`${what} outcome`);
    const ended = {
      ...flow,
      exitReason: exit ? "TRANSFER" : "DISCONNECT",
      ...(exit && { transferType: "ACD" }),
    };
    book("nFlow", endsAt - length, 1, flow);
    book("tFlow", endsAt, length, ended);
    book(exit ? "tFlowExit" : "tFlowDisconnect", endsAt, length, ended);
    book("nFlowMilestone", endsAt - length / 2, 1, {
      ...flow,
      flowMilestoneId: pick(organisation, "flow milestone", draw.number(what)),
    });
    if (outcome < 0.4) return;
    const named = {
      ...flow,
      flowOutcomeId: pick(organisation, "flow outcome", draw.number(`${what} which`)),
      flowOutcomeValue: outcome < 0.5 ? "FAILURE" : "SUCCESS",
    };
    book("nFlowOutcome", endsAt, 1, named);
    if (outcome < 0.5) book("nFlowOutcomeFailed", endsAt, 1, named);
    book("tFlowOutcome", endsAt, length, named);
  };
  run("flow", offeredAt, true);
  if (draw.chance("self service") < 0.5) run("self service", offeredAt + 30_000, false);
};

/** Every message and chat begins with a bot. */
export const bots: Maker = ({ queue, media, offeredAt }, organisation, draw, book) => {
  if (media !== "message" && media !== "chat") return;
  const selfServed = draw.chance("bot") < 0.4;
  const bot = {
    botId: pick(organisation, "bot", queue.index),
    botFlowType: "digitalBot",
    botResult: selfServed ? "DisconnectBot" : "TransferToACD",
    botIntent: draw.chance("intent") < 0.6 ? "orderStatus" : "returns",
    selfServed: String(selfServed),
    languageCode: "en-us",
  };
  const length = Math.ceil(10_000 + draw.chance("bot length") * 120_000);
  book("nBotSessions", offeredAt - length, 1, bot);
  book("nBotSessionTurns", offeredAt, 1, bot);
  book("oBotSessionTurn", offeredAt, 2 + Math.floor(draw.chance("turns") * 8), bot);
  book("oBotIntent", offeredAt, 1, bot);
  book("tBotSession", offeredAt, length, bot);
  book(selfServed ? "tBotDisconnect" : "tBotExit", offeredAt, length, bot);
  if (draw.chance("not understood") < 0.1) book("tBotRecognitionFailure", offeredAt, length, bot);
};

/** A data action runs before each contact; one in 25 fails. */
export const actions: Maker = ({ queue, offeredAt }, organisation, draw, book) => {
  const failed = draw.chance("action") < 0.04;
  book("tTotalExecution", offeredAt - 2_000, 80 + Math.round(draw.chance("took") * 900), {
    actionId: pick(organisation, "action", queue.index),
    actionName: "Look up customer",
    integrationId: pick(organisation, "integration", 0),
    responseStatus: failed ? "500" : "200",
    errorType: failed ? "timeout" : undefined,
  });
};

/** Every contact begins with a visit to the website. */
export const journeys: Maker = ({ offeredAt }, organisation, draw, book) => {
  const at = offeredAt - 5 * MINUTE;
  const outcome = {
    journeyOutcomeId: pick(organisation, "outcome", draw.number("outcome")),
    journeyDeviceType: "mobile",
  };
  book("nJourneySessions", at, 1, { journeyDeviceType: "mobile" });
  if (draw.chance("achieved") < 0.3) book("nJourneyOutcomesAchieved", at + MINUTE, 1, outcome);
  if (draw.chance("offered") >= 0.4) return;
  book("nWebActionsOffered", at, 1, outcome);
  book(
    draw.chance("accepted") < 0.5 ? "nWebActionsAccepted" : "nWebActionsRejected",
    at + 20_000,
    1,
    outcome,
  );
};

/** Agents search the knowledge base in four conversations of ten. */
export const knowledge: Maker = ({ waitEndsAt, agent }, organisation, draw, book) => {
  if (!agent || draw.chance("searched") >= 0.4) return;
  const base = {
    knowledgeBaseId: pick(organisation, "knowledge base", 0),
    appType: "Assistant",
    languageCode: "en-US",
  };
  const at = waitEndsAt + 20_000;
  book("nKnowledgeSessions", at, 1, base);
  book("nKnowledgeSearch", at, 1, base);
  book(draw.chance("found") < 0.8 ? "nKnowledgeSearchAnswered" : "nKnowledgeSearchUnanswered", at, 1, base);
  book("nKnowledgeDocumentPresented", at + 1_000, 1, base);
  if (draw.chance("viewed") < 0.6) book("nKnowledgeDocumentViewed", at + 5_000, 1, base);
};
