/**
 * The groupBy dimensions of Genesys Cloud that become tags: few values, and none of them tells anything about a customer.
 * All others are refused as tags. Some are personal data (`ani`, `participantName`), some have a value of their own for
 * every conversation (`conversationId`, `sessionId`): as tags they would make a series each.
 */
const TAG_DIMENSIONS: ReadonlySet<string> = new Set([
  "activeRouting",
  "activeSkillId",
  "agentAssistantId",
  "agentBullseyeRing",
  "agentOwned",
  "assignerId",
  "authenticated",
  "conversationInitiator",
  "convertedFrom",
  "convertedTo",
  "customerParticipation",
  "deliveryStatus",
  "direction",
  "disconnectType",
  "divisionId",
  "edgeId",
  "errorCode",
  "extendedDeliveryStatus",
  "firstQueue",
  "flaggedReason",
  "flowInType",
  "flowOutType",
  "groupId",
  "interactionType",
  "knowledgeBaseId",
  "mediaType",
  "messageType",
  "originatingDirection",
  "originatingSocialMediaPublic",
  "outboundCampaignId",
  "provider",
  "purpose",
  "queueId",
  "removedSkillId",
  "requestedLanguageId",
  "requestedRouting",
  "requestedRoutingSkillId",
  "routingPriority",
  "routingRing",
  "routingRule",
  "routingRuleType",
  "selfServed",
  "skillExpressionId",
  "teamId",
  "usedRouting",
  "userId",
  "videoPresent",
  "wrapUpCode",
]);

/** Names that polls add to a group; how they are written is a setting. */
export const NAME_KEYS: ReadonlySet<string> = new Set(["queueName", "userName"]);

/** Whether a dimension may become a tag. */
export function isTagDimension(name: string): boolean {
  return TAG_DIMENSIONS.has(name);
}
