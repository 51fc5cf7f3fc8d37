import { DAY, HOUR, MINUTE } from "../organisation/shifts";
import { pick, teamOf } from "./entities";
import { endOf } from "./makers";
import type { Maker } from "./makers";

/** One conversation in thirty is evaluated, one to five days later. */
export const evaluations: Maker = (conversation, organisation, draw, book) => {
  const { agent, queue } = conversation;
  if (!agent || draw.chance("evaluated") >= 1 / 30) return;
  const late = DAY + Math.round(draw.chance("evaluated when") * 4 * DAY);
  const at = endOf(conversation);
  const colleague = organisation.agentsOfSite(queue.site)[0] ?? agent;
  const more = {
    formId: pick(organisation, "form", queue.index),
    evaluatorId: colleague.id,
    released: "true",
    teamId: teamOf(organisation, agent),
  };
  book("nEvaluations", at, 1, more, late);
  book("oTotalScore", at, 40 + Math.floor(draw.chance("score") * 61), more, late);
  book("oTotalCriticalScore", at, 50 + Math.floor(draw.chance("critical") * 51), more, late);
};

/** One customer in five gets a survey, and one in four of them answers within three days. */
export const surveys: Maker = (conversation, organisation, draw, book) => {
  const { agent } = conversation;
  if (!agent || draw.chance("survey") >= 0.2) return;
  const at = endOf(conversation);
  const form = {
    surveyFormId: pick(organisation, "survey form", 0),
    surveyFormName: "After the call",
    surveyType: "Web",
    teamId: teamOf(organisation, agent),
  };
  book("nSurveysSent", at, 1, form);
  book("nWebSurveys", at, 1, form);
  if (draw.chance("survey answered") >= 0.25) return book("nSurveysExpired", at, 1, form, 3 * DAY);
  const late = Math.round(draw.chance("survey when") * 3 * DAY);
  const nps = Math.floor(draw.chance("nps") * 11);
  book("nSurveysStarted", at, 1, form, late);
  book("nSurveyResponses", at, 1, form, late);
  book("nSurveyFullResponses", at, 1, form, late);
  book("nSurveyNpsResponses", at, 1, form, late);
  if (nps >= 9) book("nSurveyNpsPromoters", at, 1, form, late);
  if (nps <= 6) book("nSurveyNpsDetractors", at, 1, form, late);
  book("oSurveyTotalScore", at, nps * 10, form, late);
};

/** Whether the customer had to come again is known after a week. */
export const resolutions: Maker = (conversation, _organisation, draw, book) => {
  if (!conversation.agent || draw.chance("resolved") >= 0.7) return;
  book("nNextContactAvoided", endOf(conversation), 1, {}, 7 * DAY + 4 * HOUR);
};

/** Every answered conversation has a share of its agent's capacity. */
export const agentutilizations: Maker = (conversation, _organisation, draw, book) => {
  if (!conversation.agent) return;
  const at = conversation.waitEndsAt;
  const used = Math.round(40 + draw.chance("used") * 60);
  book("oAgentUtilizationPercentage", at, used);
  book("oAgentMaxUtilization", at, 100);
  book("oAgentAvailableUtilization", at, 100 - used);
};

/** One conversation in six leaves something for the back office to do, hours later. */
export const taskmanagement: Maker = (conversation, organisation, draw, book) => {
  if (!conversation.agent || draw.chance("work item") >= 1 / 6) return;
  const created = endOf(conversation);
  const item = {
    workbinId: pick(organisation, "workbin", conversation.queue.index),
    typeId: pick(organisation, "work item type", draw.number("type")),
    statusCategory: "Open",
  };
  const waits = Math.round(draw.chance("waits") * 5 * HOUR);
  const handled = Math.round(2 * MINUTE + draw.chance("handled") * 20 * MINUTE);
  book("nWorkitemsCreated", created, 1, item);
  book("nWorkitemsOffered", created, 1, item);
  book("tWorkitemsAnswered", created + waits, waits, item);
  book("tWorkitemsHandled", created + waits + handled, handled, { ...item, statusCategory: "Closed" });
  book("nWorkitemsTerminated", created + waits + handled, 1, { ...item, statusCategory: "Closed" });
};

/** Every answered conversation but an email has a transcript. */
export const transcripts: Maker = (conversation, organisation, draw, book) => {
  const { agent, media, talkMs, heldMs } = conversation;
  if (!agent || media === "email") return;
  // Transcripts are made after the conversation, and take their time.
  const late = 5 * MINUTE + Math.round(draw.chance("transcript") * 20 * MINUTE);
  const at = endOf(conversation);
  const more = { teamId: teamOf(organisation, agent), direction: "inbound" };
  const silent = Math.round(talkMs * 0.1 * draw.chance("silence"));
  book("nSpeechTextAnalyzedConversations", at, 1, more, late);
  book("oSentimentScore", at, Math.round(200 * draw.chance("sentiment") - 100), more, late);
  book("tSilence", at, silent + heldMs, more, late);
  book("tAgentSpeech", at, Math.round((talkMs - silent) * 0.55), more, late);
  book("tCustomerSpeech", at, Math.round((talkMs - silent) * 0.45), more, late);
  if (draw.chance("topic") < 0.3) {
    const topicId = pick(organisation, "topic", draw.number("topic"));
    book("nTopicCommunications", at, 1, { ...more, topicId }, late);
  }
};

/** Agents get suggestions in one conversation of two. */
export const agentcopilots: Maker = ({ waitEndsAt, agent }, _organisation, draw, book) => {
  if (!agent || draw.chance("copilot") >= 0.5) return;
  book("nDistinctConversations", waitEndsAt, 1);
  book("nDistinctSuggestions", waitEndsAt + 10_000, 1);
  book("nKnowledgeArticleSuggestions", waitEndsAt + 10_000, 1);
};

/** Seven conversations in ten are summarised. */
export const summaries: Maker = (conversation, _organisation, draw, book) => {
  if (!conversation.agent || draw.chance("summary") >= 0.7) return;
  const at = endOf(conversation);
  book("nConversationSummaries", at, 1);
  book("tConversationSummary", at, Math.round(500 + draw.chance("summary took") * 4_000));
  if (draw.chance("summary used") < 0.5) book("nConversationSummaryEngagements", at + 5_000, 1);
};

/** Supervisors ask their copilot about one conversation in fifty. */
export const copilots: Maker = ({ waitEndsAt, agent }, _organisation, draw, book) => {
  if (!agent || draw.chance("supervisor") >= 0.02) return;
  book("nCopilotSessions", waitEndsAt, 1);
  book("nCopilotMessages", waitEndsAt + 5_000, 1);
};

/** One conversation in twenty opens a case. */
export const casemanagement: Maker = (conversation, organisation, draw, book) => {
  if (!conversation.agent || draw.chance("case") >= 0.05) return;
  const opened = endOf(conversation);
  const more = { caseplanId: pick(organisation, "caseplan", 0), priority: "medium" };
  const took = Math.round(HOUR + draw.chance("case took") * 20 * HOUR);
  book("nCasesOpened", opened, 1, { ...more, status: "Open" });
  book("tCasesResolved", opened + took, took, { ...more, status: "Closed" });
};

/** One contact in 97 comes with a rate limit that was hit. */
export const ratelimits: Maker = ({ offeredAt, serial }, _organisation, _draw, book) => {
  if (serial % 97 !== 0) return;
  book("oRateLimitRecorded", offeredAt, 270, {
    namespace: "platform.api",
    limitName: "token.rate.per.minute",
  });
};
