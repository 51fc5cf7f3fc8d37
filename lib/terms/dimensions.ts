/**
 * The dimensions of Genesys Cloud's groupings that may become tags: few values each, and nothing about a customer. All
 * others are refused: personal data (`ani`, `participantName`), or a new value, so a new series, for every conversation
 * (`conversationId`, `sessionId`). Names: the `groupBy` enums of the official SDK.
 */
const DIMENSIONS = {
  actionId: {},
  actionName: {},
  activeRouting: { queuePoll: true },
  activeSkillId: { name: "skillName" },
  agentAssistantId: {},
  agentBullseyeRing: {},
  agentOwned: {},
  appType: {},
  assignerId: {},
  authenticated: { queuePoll: true },
  botFlowType: {},
  botId: {},
  botIntent: {},
  botResult: {},
  caseplanId: {},
  categoryId: {},
  conversationInitiator: { queuePoll: true },
  convertedFrom: {},
  convertedTo: {},
  customerParticipation: { queuePoll: true },
  deliveryStatus: { queuePoll: true },
  direction: { queuePoll: true },
  disconnectType: { queuePoll: true },
  divisionId: { queuePoll: true, name: "divisionName" },
  edgeId: {},
  endingLanguage: {},
  entryReason: {},
  entryType: {},
  errorCode: {},
  errorType: {},
  evaluatorId: {},
  exitReason: {},
  extendedDeliveryStatus: {},
  firstQueue: { queuePoll: true },
  flaggedReason: {},
  flowId: { name: "flowName" },
  flowInType: { queuePoll: true },
  flowMilestoneId: {},
  flowOutType: { queuePoll: true },
  flowOutcome: {},
  flowOutcomeId: { name: "flowOutcomeName" },
  flowOutcomeValue: {},
  flowSubType: {},
  flowType: {},
  flowVersion: {},
  formId: {},
  groupId: { queuePoll: true },
  integrationId: {},
  interactionType: { queuePoll: true },
  journeyActionMapId: {},
  journeyActionMediaType: {},
  journeyDeviceType: {},
  journeyOutcomeId: {},
  journeySegmentId: {},
  knowledgeBaseId: {},
  languageCode: {},
  limitName: {},
  mediaType: {},
  messageType: { queuePoll: true },
  namespace: {},
  originatingDirection: { queuePoll: true },
  originatingSocialMediaPublic: {},
  outboundCampaignId: { queuePoll: true },
  provider: { queuePoll: true },
  purpose: { queuePoll: true },
  queueId: { name: "queueName" },
  recognitionFailureReason: {},
  released: {},
  removedSkillId: { name: "skillName" },
  requestedLanguageId: { queuePoll: true, name: "languageName" },
  requestedRouting: { queuePoll: true },
  requestedRoutingSkillId: { queuePoll: true, name: "skillName" },
  responseStatus: {},
  routingPriority: { queuePoll: true },
  routingRing: { queuePoll: true },
  routingRule: {},
  routingRuleType: {},
  selfServed: { queuePoll: true },
  skillExpressionId: { queuePoll: true },
  startingLanguage: {},
  statusCategory: {},
  summaryType: {},
  surveyFormId: {},
  surveyFormName: {},
  surveyType: {},
  teamId: { queuePoll: true, name: "teamName" },
  topicId: {},
  transferType: {},
  typeId: {},
  usedRouting: { queuePoll: true },
  userId: { queuePoll: true, name: "userName" },
  videoPresent: {},
  workbinId: {},
  wrapUpCode: { queuePoll: true, name: "wrapUpName" },
} as const satisfies Readonly<Record<string, DimensionFacts>>;

/** Facts about one dimension. */
export interface DimensionFacts {
  /** Property of a group, and field in InfluxDB, that holds the name of the id. */
  readonly name?: string;
  /** Offered by queue polls beside queue and media type. */
  readonly queuePoll?: boolean;
}

/** A dimension that may become a tag. */
export type Dimension = keyof typeof DIMENSIONS;

/** All dimensions that may become tags. */
export const TAG_DIMENSIONS = Object.keys(DIMENSIONS) as readonly Dimension[];

/** Tag value where Genesys gives none for a dimension of the grouping. */
export const NO_VALUE = "none";

/** Whether a dimension may become a tag. */
export function isTagDimension(name: string): name is Dimension {
  return Object.hasOwn(DIMENSIONS, name);
}

/** The property that names a dimension's id, `queueName` for `queueId`; `undefined` where ids have no names. */
export function nameKeyOf(dimension: string): string | undefined {
  const facts: DimensionFacts = isTagDimension(dimension) ? DIMENSIONS[dimension] : {};
  return facts.name;
}

/** The properties that polls add to a group, one beside each id that has a name, sorted. */
export const NAME_KEYS: readonly string[] = [
  ...new Set(Object.keys(DIMENSIONS).flatMap((dimension) => nameKeyOf(dimension) ?? [])),
].sort();

/** The dimensions that queue polls offer beside queue and media type. */
export const GROUP_BY_DIMENSIONS = (Object.keys(DIMENSIONS) as Dimension[]).filter(
  (dimension) => (DIMENSIONS[dimension] as DimensionFacts).queuePoll === true,
);
