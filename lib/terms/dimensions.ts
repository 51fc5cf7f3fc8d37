/**
 * The dimensions of Genesys Cloud's groupings that may become tags, and the field with the name that belongs to an id.
 * This is the only list of them. They have few values each, and none tells anything about a customer. All others are
 * refused: some are personal data (`ani`, `participantName`), some have a value of their own for every conversation
 * (`conversationId`, `sessionId`) and would make a series each.
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

/** What is known of a dimension. */
export interface DimensionFacts {
  /** The property of a group, and the field, with the name of the id. */
  readonly name?: string;
  /** Whether queue polls offer it beside queue and media type. */
  readonly queuePoll?: boolean;
}

export type Dimension = keyof typeof DIMENSIONS;

/** All dimensions that may become tags. */
export const TAG_DIMENSIONS = Object.keys(DIMENSIONS) as readonly Dimension[];

/** What a value of a grouping's dimension is where Genesys gives none. */
export const NO_VALUE = "none";

/** Whether a dimension may become a tag. */
export function isTagDimension(name: string): name is Dimension {
  return Object.hasOwn(DIMENSIONS, name);
}

/** The property with the name of a dimension's id, `queueName` for `queueId`; `undefined` where ids have no names. */
export function nameKeyOf(dimension: string): string | undefined {
  const facts: DimensionFacts = isTagDimension(dimension) ? DIMENSIONS[dimension] : {};
  return facts.name;
}

/** Names that polls add to a group, each beside an id; how they are written is a setting. */
export const NAME_KEYS: readonly string[] = [
  ...new Set(Object.keys(DIMENSIONS).flatMap((dimension) => nameKeyOf(dimension) ?? [])),
].sort();

/** The dimensions that queue polls offer beside queue and media type. */
export const GROUP_BY_DIMENSIONS = (Object.keys(DIMENSIONS) as Dimension[]).filter(
  (dimension) => (DIMENSIONS[dimension] as DimensionFacts).queuePoll === true,
);
