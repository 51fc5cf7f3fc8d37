/**
 * The groupBy dimensions that may be added to queue and media type: few values each, and nothing about customers. Each
 * becomes a tag in InfluxDB. Those left out have a value of their own for every conversation (`conversationId`,
 * `sessionId`), or are personal data (`ani`, `participantName`, `externalContactId`).
 */
export const GROUP_BY_DIMENSIONS = [
  "direction",
  "originatingDirection",
  "messageType",
  "interactionType",
  "purpose",
  "userId",
  "teamId",
  "divisionId",
  "groupId",
  "wrapUpCode",
  "disconnectType",
  "flowOutType",
  "flowInType",
  "requestedRouting",
  "usedRouting",
  "activeRouting",
  "requestedRoutingSkillId",
  "requestedLanguageId",
  "skillExpressionId",
  "routingPriority",
  "routingRing",
  "firstQueue",
  "outboundCampaignId",
  "provider",
  "deliveryStatus",
  "conversationInitiator",
  "customerParticipation",
  "selfServed",
  "authenticated",
] as const;

/** @throws Error naming a dimension that is not offered */
export function checkGroupBy(groupBy: readonly string[]): void {
  const always = ["queueId", "mediaType"];
  const refused = groupBy.filter(
    (name) => ![...GROUP_BY_DIMENSIONS, ...always].some((known) => known === name),
  );
  if (refused.length > 0) {
    throw new Error(
      `groupBy ${refused.join(", ")} is not offered, as it has too many values or is personal data: use ${GROUP_BY_DIMENSIONS.join(", ")}`,
    );
  }
}
