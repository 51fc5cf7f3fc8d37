import type { Dimension } from "../../terms/dimensions";
import { type Family, FAMILY_GROUPINGS } from "../../terms/families";
import { CONVERSATION_METRICS } from "../metrics/conversation-metrics";
import { DEFAULT_CONVERSATION_METRICS } from "../metrics/catalogue";
import { AGENT_METRICS } from "../metrics/other-metrics";
import { GROUP_BY_DIMENSIONS } from "../../terms/dimensions";

/** Facts about one family of aggregate queries, `POST /api/v2/analytics/<family>/aggregates/query`. */
export interface FamilyFacts {
  /** The permission that the OAuth client's role needs. */
  readonly permission: string;
  readonly metrics: readonly string[];
  /** Asked where none are chosen; 20 in one request are known to work. */
  readonly defaultMetrics: readonly string[];
  /** Those of its dimensions that may become tags. */
  readonly dimensions: readonly Dimension[];
  /** Where none is chosen. */
  readonly granularity: string;
  /** How far back each poll asks again where nothing is chosen: whole buckets, or days where values come days late. */
  readonly lookback: { readonly buckets: number } | { readonly days: number };
}

/** Whole buckets that a poll may ask again: a month of half hours. */
export const FAMILY_LOOKBACK_MAX = 1_488;

/** Values in a filter that one request takes: documented for users, assumed for the others. */
export const FAMILY_PREDICATES_CAP = 100;

const DAY_MS = 86_400_000;
const words = (text: string): readonly string[] => text.trim().split(/\s+/);
const dimensions = (text: string) => words(text) as readonly Dimension[];
const USUAL = { granularity: "PT30M", lookback: { buckets: 2 } } as const;

/** Metrics and dimensions as the official .NET SDK 270 enumerates them; permissions from its documentation. */
const TABLE: Readonly<Record<Family, Omit<FamilyFacts, "defaultMetrics"> & Partial<FamilyFacts>>> = {
  conversations: {
    ...USUAL,
    permission: "analytics:conversationAggregate:view",
    metrics: Object.keys(CONVERSATION_METRICS),
    defaultMetrics: DEFAULT_CONVERSATION_METRICS,
    dimensions: ["queueId", "mediaType", ...GROUP_BY_DIMENSIONS],
  },
  users: {
    ...USUAL,
    permission: "analytics:userAggregate:view",
    metrics: Object.keys(AGENT_METRICS),
    dimensions: ["userId"],
  },
  flows: {
    ...USUAL,
    permission: "analytics:flowAggregate:view",
    metrics: words(`
      nFlow nFlowMilestone nFlowOutcome nFlowOutcomeFailed oFlowMilestone tFlow tFlowDisconnect tFlowExit
      tFlowOutcome`),
    defaultMetrics: words(`
      nFlow tFlow tFlowDisconnect tFlowExit nFlowOutcome nFlowOutcomeFailed`),
    dimensions: dimensions(`
      activeRouting activeSkillId agentAssistantId agentBullseyeRing agentOwned assignerId authenticated
      conversationInitiator convertedFrom convertedTo customerParticipation deliveryStatus direction
      disconnectType divisionId edgeId endingLanguage entryReason entryType errorCode exitReason
      extendedDeliveryStatus firstQueue flaggedReason flowId flowInType flowMilestoneId flowOutType
      flowOutcome flowOutcomeId flowOutcomeValue flowSubType flowType flowVersion groupId interactionType
      journeyActionMapId knowledgeBaseId mediaType messageType originatingDirection outboundCampaignId
      provider purpose queueId recognitionFailureReason removedSkillId requestedLanguageId
      requestedRouting requestedRoutingSkillId routingPriority routingRing routingRule routingRuleType
      selfServed skillExpressionId startingLanguage teamId transferType usedRouting userId videoPresent
      wrapUpCode`),
  },
  flowexecutions: {
    ...USUAL,
    permission: "analytics:flowExecutionAggregate:view",
    metrics: words(`
      nFlowExecutions`),
    dimensions: dimensions(`
      divisionId flowId flowVersion`),
  },
  bots: {
    ...USUAL,
    permission: "analytics:botAggregate:view",
    metrics: words(`
      nBotSessionTurns nBotSessions oBotIntent oBotSessionCollection oBotSessionCollectionSelfServed
      oBotSessionQuery oBotSessionQuerySelfServed oBotSessionTurn oBotSlot tBotDisconnect tBotExit
      tBotRecognitionFailure tBotSession`),
    defaultMetrics: words(`
      nBotSessions nBotSessionTurns oBotSessionTurn tBotSession tBotDisconnect tBotExit
      tBotRecognitionFailure`),
    dimensions: dimensions(`
      botFlowType botId botIntent botResult knowledgeBaseId languageCode mediaType messageType selfServed`),
  },
  evaluations: {
    granularity: "P1D",
    lookback: { days: 14 },
    permission: "analytics:evaluationAggregate:view",
    metrics: words(`
      nEvaluations nEvaluationsDeleted nEvaluationsRescored oTotalCriticalScore oTotalScore`),
    dimensions: dimensions(`
      divisionId evaluatorId formId mediaType queueId released teamId userId`),
  },
  surveys: {
    granularity: "P1D",
    lookback: { days: 14 },
    permission: "analytics:surveyAggregate:view",
    metrics: words(`
      nSurveyErrors nSurveyFullResponses nSurveyNpsDetractors nSurveyNpsPromoters nSurveyNpsResponses
      nSurveyPartialResponses nSurveyQuestionGroupResponses nSurveyQuestionResponses nSurveyResponses
      nSurveysAbandoned nSurveysDeleted nSurveysExpired nSurveysSent nSurveysStarted nVoiceSurveys
      nWebSurveys oSurveyQuestionGroupScore oSurveyQuestionScore oSurveyTotalScore`),
    defaultMetrics: words(`
      nSurveysSent nSurveysStarted nSurveyResponses nSurveyFullResponses nSurveyPartialResponses
      nSurveysAbandoned nSurveysExpired nSurveyErrors nSurveyNpsResponses nSurveyNpsPromoters
      nSurveyNpsDetractors oSurveyTotalScore`),
    dimensions: dimensions(`
      divisionId mediaType queueId requestedLanguageId requestedRoutingSkillId surveyFormId surveyFormName
      surveyType teamId userId wrapUpCode`),
  },
  actions: {
    ...USUAL,
    permission: "integrations:action:view",
    metrics: words(`
      tTotalExecution`),
    dimensions: dimensions(`
      actionId actionName errorType integrationId responseStatus`),
  },
  resolutions: {
    granularity: "P1D",
    lookback: { days: 10 },
    permission: "analytics:resolutionAggregate:view",
    metrics: words(`
      nNextContactAvoided`),
    dimensions: dimensions(`
      mediaType queueId requestedRouting usedRouting userId`),
  },
  agentutilizations: {
    ...USUAL,
    permission: "analytics:agentUtilizationAggregate:view",
    metrics: words(`
      oAgentAvailableUtilization oAgentMaxUtilization oAgentUtilizationPercentage`),
    dimensions: dimensions(`
      mediaType userId`),
  },
  journeys: {
    ...USUAL,
    permission: "analytics:journeyAggregate:view",
    metrics: words(`
      nDistinctJourneyActions nDistinctJourneySessions nJourneyActionsBlocked nJourneyOutcomesAchieved
      nJourneyOutcomesAttributed nJourneySegmentsAssigned nJourneySessions nWebActionsAbandoned
      nWebActionsAccepted nWebActionsEngaged nWebActionsErrored nWebActionsFrequencyCapReached
      nWebActionsIgnored nWebActionsOffered nWebActionsOfferedOutsideSchedule nWebActionsQualified
      nWebActionsQualifiedOutsideSchedule nWebActionsRejected nWebActionsStarted nWebActionsTimedout
      oJourneyOutcomeTouchpointValue oJourneyOutcomeValue`),
    defaultMetrics: words(`
      nJourneySessions nJourneyOutcomesAchieved nJourneyOutcomesAttributed nJourneySegmentsAssigned
      nWebActionsQualified nWebActionsOffered nWebActionsAccepted nWebActionsRejected nWebActionsEngaged
      nWebActionsIgnored nWebActionsErrored nWebActionsTimedout`),
    dimensions: dimensions(`
      journeyActionMapId journeyActionMediaType journeyDeviceType journeyOutcomeId journeySegmentId`),
  },
  knowledge: {
    ...USUAL,
    permission: "analytics:knowledgeAggregate:view",
    metrics: words(`
      nDistinctKnowledgeSessions nKnowledgeDocumentCopied nKnowledgeDocumentFeedback
      nKnowledgeDocumentPresented nKnowledgeDocumentSurfaced nKnowledgeDocumentViewed nKnowledgeSearch
      nKnowledgeSearchAnswered nKnowledgeSearchFeedback nKnowledgeSearchUnanswered nKnowledgeSessions
      nKnowledgeV3Search oKnowledgeDocumentQuery oKnowledgeDocumentQuerySelfServed oKnowledgeSearch`),
    dimensions: dimensions(`
      agentAssistantId appType knowledgeBaseId languageCode mediaType messageType queueId selfServed
      userId`),
  },
  taskmanagement: {
    ...USUAL,
    permission: "analytics:taskManagementAggregate:view",
    metrics: words(`
      nWorkitemsAcdCancelled nWorkitemsAcdExpired nWorkitemsAcdStarted nWorkitemsAgentTransferred
      nWorkitemsCreated nWorkitemsDeclined nWorkitemsDeleted nWorkitemsDisconnected nWorkitemsOffered
      nWorkitemsOverSla nWorkitemsPurged nWorkitemsQueueTransferred nWorkitemsStatusChanged
      nWorkitemsTerminated nWorkitemsTimedout nWorkitemsTransferred nWorkitemsWrapupAdded
      nWorkitemsWrapupRemoved oWorkitemsServiceLevel tWorkitemsAgentFocusComplete tWorkitemsAlert
      tWorkitemsAnswered tWorkitemsDirectAnswered tWorkitemsFocus tWorkitemsFocusComplete
      tWorkitemsHandled tWorkitemsHeld tWorkitemsHeldComplete tWorkitemsNotResponding tWorkitemsParked
      tWorkitemsQueueAnswered tWorkitemsStatus`),
    defaultMetrics: words(`
      nWorkitemsCreated nWorkitemsOffered nWorkitemsOverSla nWorkitemsTransferred nWorkitemsTerminated
      nWorkitemsTimedout oWorkitemsServiceLevel tWorkitemsAlert tWorkitemsAnswered tWorkitemsHandled
      tWorkitemsFocusComplete tWorkitemsHeldComplete tWorkitemsNotResponding`),
    dimensions: dimensions(`
      divisionId queueId requestedLanguageId requestedRouting requestedRoutingSkillId statusCategory
      typeId usedRouting userId workbinId wrapUpCode`),
  },
  transcripts: {
    granularity: "PT30M",
    lookback: { buckets: 4 },
    permission: "analytics:speechAndTextAnalyticsAggregates:view",
    metrics: words(`
      nSpeechTextAnalyzedConversations nTopicCommunications oCustomerSentiment oOverTalkSpeechInstances
      oSentimentScore tAgentSpeech tCustomerSpeech tOtherAudio tOverTalkSpeech tSilence
      tTotalSpeechAndSilence`),
    dimensions: dimensions(`
      categoryId direction divisionId flowId flowVersion mediaType messageType queueId teamId topicId
      userId wrapUpCode`),
  },
  agentcopilots: {
    ...USUAL,
    permission: "analytics:agentCopilotAggregate:view",
    metrics: words(`
      nCannedResponseSuggestions nDistinctConversations nDistinctSuggestions nKnowledgeAnswerSuggestions
      nKnowledgeArticleSuggestions nKnowledgeSearchSuggestions nScriptSuggestions`),
    dimensions: dimensions(`
      agentAssistantId mediaType queueId userId`),
  },
  summaries: {
    ...USUAL,
    permission: "analytics:summaryAggregate:view",
    metrics: words(`
      nConversationSummaries nConversationSummaryEngagements tConversationSummary`),
    dimensions: dimensions(`
      errorType mediaType messageType queueId userId`),
  },
  copilots: {
    ...USUAL,
    permission: "analytics:copilotsAggregate:view",
    metrics: words(`
      nCopilotMessages nCopilotSessions nCopilotToolInvocations nCopilotUsers`),
    dimensions: dimensions(`
      divisionId userId`),
  },
  casemanagement: {
    ...USUAL,
    permission: "analytics:caseManagementAggregate:view",
    metrics: words(`
      nCaseAssociationsCreated nCasesDeleted nCasesOpened nCasesOverSla nCasesPurged nCasesStatusChanged
      nCasesTerminated oCasesServiceLevel tCasesResolved tCasesStatus`),
    dimensions: dimensions(`
      caseplanId divisionId`),
  },
  ratelimits: {
    ...USUAL,
    permission: "analytics:rateLimitAggregate:view",
    metrics: words(`
      oRateLimitRecorded`),
    dimensions: dimensions(`
      limitName namespace userId`),
  },
};

/** The facts about a family, with defaults. */
export function familyFacts(family: Family): FamilyFacts {
  const facts = TABLE[family];
  return { defaultMetrics: facts.metrics, ...facts };
}

/** Whole buckets of a length that each poll of a family asks again where nothing is chosen. */
export function familyLookback(family: Family, granularityMs: number): number {
  const { lookback } = familyFacts(family);
  if ("buckets" in lookback) return lookback.buckets;
  return Math.min(FAMILY_LOOKBACK_MAX, Math.ceil((lookback.days * DAY_MS) / granularityMs));
}

/** Why a look-back is too short for what comes late; `undefined` where it is not. */
export function lateValuesLeft(family: Family, granularityMs: number, buckets: number): string | undefined {
  const { lookback } = familyFacts(family);
  const reach = (buckets * granularityMs) / DAY_MS;
  if ("buckets" in lookback || reach >= lookback.days) return undefined;
  const days = reach.toLocaleString("en-US", { maximumFractionDigits: 1 });
  return `${family} come up to ${lookback.days} days late, and the look-back of ${buckets} buckets reaches ${days} days: what is later is found by the re-sync, or not at all`;
}

/**
 * The grouping of a poll: the chosen one or the family's own, with the dimensions of the filter.
 *
 * @throws Error naming a dimension that the family has not, or that is not offered
 */
export function familyGrouping(
  family: Family,
  chosen: readonly string[],
  filtered: readonly string[],
): readonly Dimension[] {
  const { dimensions: known } = familyFacts(family);
  const grouping = chosen.length > 0 ? chosen : FAMILY_GROUPINGS[family];
  return [...new Set([...grouping, ...filtered])].map((name) => {
    const found = known.find((dimension) => dimension === name);
    if (!found) throw new Error(`groupBy ${name} is not offered for ${family}: use ${known.join(", ")}`);
    return found;
  });
}

/** @throws Error naming a metric that the family has not */
export function familyMetrics(family: Family, chosen: readonly string[]): readonly string[] {
  const { metrics, defaultMetrics } = familyFacts(family);
  const unknown = chosen.filter((name) => !metrics.includes(name));
  if (unknown.length > 0) {
    throw new Error(`metrics ${unknown.join(", ")} are not of ${family}: use ${metrics.join(", ")}`);
  }
  return chosen.length > 0 ? chosen : defaultMetrics;
}
