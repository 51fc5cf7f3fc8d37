const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** The 80 metrics of conversation aggregates. */
export const CONVERSATION_METRICS = words(`
  nBlindTransferred nBotInteractions nCallbackAttempts nCallbackOverSla nCallbackScheduled nCfcOffered nCobrowseSessions
  nConnected nConsult nConsultTransferred nConversations nError nOffered nOutbound nOutboundAbandoned nOutboundAttempted
  nOutboundConnected nOverSla nStateTransitionError nTakeover nTransferred oAudioMessageCount oCallbackServiceLevel
  oExternalAudioMessageCount oExternalMediaCount oMediaCount oMessageCount oMessageSegmentCount oMessageTurn oServiceLevel
  oServiceTarget oSkillExpressionApplications tAbandon tAcd tActiveCallback tActiveCallbackComplete tAcw
  tAgentResponseTime tAgentVideoConnected tAlert tAnswered tAverageAgentResponseTime tAverageCustomerResponseTime tBarging
  tCallbackAbandon tCallbackConnect tCallbackNotReached tCallbackVirtualWait tCfcAbandon tCfcAcd tCfcAnswered tCfcFlowOut
  tCoaching tCoachingComplete tConnected tContacting tDialing tFirstConnect tFirstDial tFirstEngagement tFirstResponse
  tFlowOut tHandle tHeld tHeldComplete tIvr tMonitoring tMonitoringComplete tNotResponding tPark tParkComplete
  tScreenMonitoring tShortAbandon tSnippetRecord tTalk tTalkComplete tTransmitting tUserResponseTime tVoicemail tWait`);

/** The 83 dimensions by which conversation aggregates can be grouped; filters take one more. */
export const CONVERSATION_DIMENSIONS = words(`
  activeRouting activeSkillId addressFrom addressTo agentAssistantId agentBullseyeRing agentOwned agentRank agentScore ani
  assignerId authenticated conversationId conversationInitiator convertedFrom convertedTo customerParticipation
  deliveryStatus destinationAddress direction disconnectType divisionId dnis edgeId eligibleAgentCount errorCode
  extendedDeliveryStatus externalContactId externalMediaCount externalOrganizationId externalTag firstQueue flaggedReason
  flowInType flowOutType groupId interactionType journeyActionId journeyActionMapId journeyActionMapVersion
  journeyCustomerId journeyCustomerIdType journeyCustomerSessionId journeyCustomerSessionIdType knowledgeBaseId mediaCount
  mediaType messageType originatingDirection originatingSocialMediaPublic outboundCampaignId outboundContactId
  outboundContactListId participantName peerId proposedAgentId provider purpose queueId remote removedSkillId
  requestedLanguageId requestedRouting requestedRoutingSkillId roomId routingPriority routingRing routingRule
  routingRuleType scoredAgentId selectedAgentId selectedAgentRank selfServed sessionDnis sessionId skillExpressionId
  stationId teamId usedRouting userId videoPresent waitingInteractionCount wrapUpCode`);
export const CONVERSATION_FILTER_DIMENSIONS = [...CONVERSATION_DIMENSIONS, "canonicalExternalContactId"];

/** Live metrics of a queue: of its agents, of its conversations, and when the oldest of those began. */
export const QUEUE_USER_METRICS = words(
  "oActiveUsers oMemberUsers oOffQueueUsers oOnQueueUsers oUserPresences oUserRoutingStatuses",
);
export const QUEUE_CONVERSATION_METRICS = words("oAlerting oInteracting oWaiting");
export const QUEUE_LONGEST_METRICS = words("oLongestInteracting oLongestWaiting");

export const USER_AGGREGATE_METRICS = words("tAgentRoutingStatus tOrganizationPresence tSystemPresence");
export const USER_OBSERVATION_METRICS = words("oActiveQueues oMemberQueues");
/** Dimensions of the activity queries. */
export const ACTIVITY_DIMENSIONS =
  words(`organizationPresenceId presenceDate queueId queueMembershipStatus routingStatus
  routingStatusDate systemPresence teamId userId`);

/** Most predicates that one query takes. */
export const MAX_PREDICATES = {
  queueObservations: 200,
  userAggregates: 100,
  conversationAggregates: 300,
  /** Not documented; what those of users take. */
  families: 100,
} as const;
