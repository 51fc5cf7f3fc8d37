/** What one family of aggregates takes, as the official .NET SDK 270 enumerates it. */
export interface FamilyFacts {
  /** Any one of these permissions is enough. */
  readonly permissions: readonly string[];
  readonly metrics: readonly string[];
  readonly dimensions: readonly string[];
  /** By what other time data can be booked. */
  readonly alternateTimeDimensions: readonly string[];
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** The families beside conversations and users, by the name in their path. */
export const FAMILIES = {
  flows: {
    permissions: ["analytics:flowAggregate:view"],
    metrics: words(`
      nFlow nFlowMilestone nFlowOutcome nFlowOutcomeFailed oFlowMilestone tFlow tFlowDisconnect tFlowExit
      tFlowOutcome`),
    dimensions: words(`
      activeRouting activeSkillId addressFrom addressTo agentAssistantId agentBullseyeRing agentOwned agentRank
      agentScore ani assignerId authenticated conversationId conversationInitiator convertedFrom convertedTo
      customerParticipation deliveryStatus destinationAddress direction disconnectType divisionId dnis edgeId
      eligibleAgentCount endingLanguage entryReason entryType errorCode exitReason extendedDeliveryStatus
      externalContactId externalMediaCount externalOrganizationId externalTag firstQueue flaggedReason flowId
      flowInType flowMilestoneId flowName flowOutType flowOutcome flowOutcomeId flowOutcomeValue flowSubType
      flowType flowVersion groupId interactionType journeyActionId journeyActionMapId journeyActionMapVersion
      journeyCustomerId journeyCustomerIdType journeyCustomerSessionId journeyCustomerSessionIdType
      knowledgeBaseId mediaCount mediaType messageType originatingDirection outboundCampaignId outboundContactId
      outboundContactListId participantName peerId proposedAgentId provider purpose queueId
      recognitionFailureReason remote removedSkillId requestedLanguageId requestedRouting requestedRoutingSkillId
      roomId routingPriority routingRing routingRule routingRuleType scoredAgentId selectedAgentId
      selectedAgentRank selfServed sessionDnis sessionId skillExpressionId startingLanguage stationId teamId
      transferTargetAddress transferTargetName transferType usedRouting userId videoPresent
      waitingInteractionCount wrapUpCode`),
    alternateTimeDimensions: ["eventTime"],
  },
  flowexecutions: {
    permissions: ["analytics:flowExecutionAggregate:view"],
    metrics: words(`
      nFlowExecutions`),
    dimensions: words(`
      divisionId flowId flowObjectId flowVersion`),
    alternateTimeDimensions: ["eventTime"],
  },
  bots: {
    permissions: ["analytics:botAggregate:view"],
    metrics: words(`
      nBotSessionTurns nBotSessions oBotIntent oBotSessionCollection oBotSessionCollectionSelfServed
      oBotSessionQuery oBotSessionQuerySelfServed oBotSessionTurn oBotSlot tBotDisconnect tBotExit
      tBotRecognitionFailure tBotSession`),
    dimensions: words(`
      askActionId askActionResult askActionType botFinalIntent botFlowSubType botFlowType botId botIntent botName
      botProduct botProvider botRecognitionFailureReason botResult botSessionId botSlot botSlotMechanism
      botVersion conversationId externalContactId intermediateIntentName knowledgeBaseId languageCode lastActionId
      lastInputActionId mediaType messageType previewMode selfServed`),
    alternateTimeDimensions: ["eventTime"],
  },
  evaluations: {
    permissions: ["analytics:evaluationAggregate:view"],
    metrics: words(`
      nEvaluations nEvaluationsDeleted nEvaluationsRescored oTotalCriticalScore oTotalScore`),
    dimensions: words(`
      assigneeApplicable assigneeId calibrationId contextId conversationId divisionId evaluationContextId
      evaluationId evaluatorId formId mediaType queueId released rescored systemSubmitted teamId userId`),
    alternateTimeDimensions: [
      "conversationStart",
      "evaluationCreatedDate",
      "evaluationReleaseDate",
      "eventTime",
    ],
  },
  surveys: {
    permissions: ["analytics:surveyAggregate:view"],
    metrics: words(`
      nSurveyErrors nSurveyFullResponses nSurveyNpsDetractors nSurveyNpsPromoters nSurveyNpsResponses
      nSurveyPartialResponses nSurveyQuestionGroupResponses nSurveyQuestionResponses nSurveyResponses
      nSurveysAbandoned nSurveysDeleted nSurveysExpired nSurveysSent nSurveysStarted nVoiceSurveys nWebSurveys
      oSurveyQuestionGroupScore oSurveyQuestionScore oSurveyTotalScore`),
    dimensions: words(`
      conversationId divisionId externalContactId mediaType queueId requestedLanguageId requestedRoutingSkillId
      surveyAnswerId surveyErrorReason surveyFormContextId surveyFormId surveyFormName surveyId
      surveyPartialResponse surveyPreviousStatus surveyPromoterScore surveyQuestionGroupId surveyQuestionId
      surveyStatus surveyType teamId userId wrapUpCode`),
    alternateTimeDimensions: ["eventTime", "surveyCreatedDate"],
  },
  actions: {
    permissions: ["integrations:action:view", "bridge:actions:view"],
    metrics: words(`
      tTotalExecution`),
    dimensions: words(`
      actionCategory actionId actionName correlationId errorType integrationId integrationName responseStatus`),
    alternateTimeDimensions: ["eventTime"],
  },
  resolutions: {
    permissions: ["analytics:resolutionAggregate:view"],
    metrics: words(`
      nNextContactAvoided`),
    dimensions: words(`
      conversationId externalContactId mediaType queueId requestedRouting usedRouting userId`),
    alternateTimeDimensions: ["eventTime", "wrapUpDate"],
  },
  agentutilizations: {
    permissions: ["analytics:agentUtilizationAggregate:view"],
    metrics: words(`
      oAgentAvailableUtilization oAgentMaxUtilization oAgentUtilizationPercentage`),
    dimensions: words(`
      mediaType userId`),
    alternateTimeDimensions: ["eventTime"],
  },
  journeys: {
    permissions: ["analytics:journeyAggregate:view"],
    metrics: words(`
      nDistinctJourneyActions nDistinctJourneySessions nJourneyActionsBlocked nJourneyOutcomesAchieved
      nJourneyOutcomesAttributed nJourneySegmentsAssigned nJourneySessions nWebActionsAbandoned
      nWebActionsAccepted nWebActionsEngaged nWebActionsErrored nWebActionsFrequencyCapReached nWebActionsIgnored
      nWebActionsOffered nWebActionsOfferedOutsideSchedule nWebActionsQualified
      nWebActionsQualifiedOutsideSchedule nWebActionsRejected nWebActionsStarted nWebActionsTimedout
      oJourneyOutcomeTouchpointValue oJourneyOutcomeValue`),
    dimensions: words(`
      containsAllCondition containsAnyCondition endsWithCondition equalCondition journeyActionId
      journeyActionMapId journeyActionMapVersion journeyActionMediaType journeyActionTargetId
      journeyActionTemplateId journeyBlockingActionMapId journeyBlockingEmergencyScheduleGroupId
      journeyBlockingReason journeyBlockingScheduleGroupId journeyDeviceCategory journeyDeviceType
      journeyFrequencyCapReason journeyIpGeolocationCountry journeyOutcomeId journeySegmentAssignmentState
      journeySegmentId journeySessionId journeySessionSegmentId journeySessionType notContainsAllCondition
      notContainsAnyCondition notEqualCondition startsWithCondition touchpointActionMapId touchpointAgentId
      touchpointAttributionScope touchpointChannelMessageType touchpointChannelPlatform touchpointChannelType
      touchpointConversationId touchpointInteractionType touchpointQueueId touchpointRequestedRouting
      touchpointUsedRouting touchpointWrapupCode`),
    alternateTimeDimensions: ["eventTime"],
  },
  knowledge: {
    permissions: ["analytics:knowledgeAggregate:view"],
    metrics: words(`
      nDistinctKnowledgeSessions nKnowledgeDocumentCopied nKnowledgeDocumentFeedback nKnowledgeDocumentPresented
      nKnowledgeDocumentSurfaced nKnowledgeDocumentViewed nKnowledgeSearch nKnowledgeSearchAnswered
      nKnowledgeSearchFeedback nKnowledgeSearchUnanswered nKnowledgeSessions nKnowledgeV3Search
      oKnowledgeDocumentQuery oKnowledgeDocumentQuerySelfServed oKnowledgeSearch`),
    dimensions: words(`
      agentAssistantId answerGenerationEnabled appDeploymentId appType botFlowId conversationChannelType
      conversationId documentEngagementType externalContactId feedbackCategory feedbackId feedbackRating
      feedbackRatingType feedbackRatingValue feedbackReason feedbackType hasComment hasRetrievedReferences
      hasSearch knowledgeBaseDocumentId knowledgeBaseDocumentVariationId knowledgeBaseDocumentVersionId
      knowledgeBaseId knowledgeSettingId languageCode mediaType messageType presentedDocumentsCount queryType
      queryTypeV3 queueId searchId searchQuery selfServed sessionId surfacingMethod userId`),
    alternateTimeDimensions: ["eventTime"],
  },
  taskmanagement: {
    permissions: ["analytics:taskManagementAggregate:view"],
    metrics: words(`
      nWorkitemsAcdCancelled nWorkitemsAcdExpired nWorkitemsAcdStarted nWorkitemsAgentTransferred
      nWorkitemsCreated nWorkitemsDeclined nWorkitemsDeleted nWorkitemsDisconnected nWorkitemsOffered
      nWorkitemsOverSla nWorkitemsPurged nWorkitemsQueueTransferred nWorkitemsStatusChanged nWorkitemsTerminated
      nWorkitemsTimedout nWorkitemsTransferred nWorkitemsWrapupAdded nWorkitemsWrapupRemoved
      oWorkitemsServiceLevel tWorkitemsAgentFocusComplete tWorkitemsAlert tWorkitemsAnswered
      tWorkitemsDirectAnswered tWorkitemsFocus tWorkitemsFocusComplete tWorkitemsHandled tWorkitemsHeld
      tWorkitemsHeldComplete tWorkitemsNotResponding tWorkitemsParked tWorkitemsQueueAnswered tWorkitemsStatus`),
    dimensions: words(`
      assigneeId caseId divisionId externalTag queueId reporterId requestedLanguageId requestedRouting
      requestedRoutingSkillId statusCategory statusId typeId usedRouting userId workbinId workitemId wrapUpCode`),
    alternateTimeDimensions: ["eventTime"],
  },
  transcripts: {
    permissions: ["analytics:speechAndTextAnalyticsAggregates:view"],
    metrics: words(`
      nSpeechTextAnalyzedConversations nTopicCommunications oCustomerSentiment oOverTalkSpeechInstances
      oSentimentScore tAgentSpeech tCustomerSpeech tOtherAudio tOverTalkSpeech tSilence tTotalSpeechAndSilence`),
    dimensions: words(`
      addressFrom addressTo ani categoryId channel conversationId direction divisionId dnis flowId flowVersion
      mediaType messageType queueId teamId topicId userId wrapUpCode`),
    alternateTimeDimensions: ["eventTime"],
  },
  agentcopilots: {
    permissions: ["analytics:agentCopilotAggregate:view"],
    metrics: words(`
      nCannedResponseSuggestions nDistinctConversations nDistinctSuggestions nKnowledgeAnswerSuggestions
      nKnowledgeArticleSuggestions nKnowledgeSearchSuggestions nScriptSuggestions`),
    dimensions: words(`
      agentAssistantId cannedResponseId cannedResponseLibraryId chunkCount conversationId engagementType
      externalContactId feedbackRating hasAnswerHighlight hasGeneratedAnswer knowledgeBaseDocumentId
      knowledgeBaseDocumentVersionId knowledgeSettingId mediaType messageId queueId scriptId scriptPageId searchId
      state suggestionId suggestionType triggerType userId utteranceId`),
    alternateTimeDimensions: ["eventTime"],
  },
  summaries: {
    permissions: ["analytics:summaryAggregate:view"],
    metrics: words(`
      nConversationSummaries nConversationSummaryEngagements tConversationSummary`),
    dimensions: words(`
      conversationId copied editedField errorType language mediaType messageType presented queueId
      summaryGenerated summaryId summaryRating triggerSourceId triggerSourceOutcome triggerSourceType userId
      wrapUpCodeRating wrapUpCodeSuggestionSelected wrapupCodesGenerated`),
    alternateTimeDimensions: ["eventTime"],
  },
  copilots: {
    permissions: ["analytics:copilotsAggregate:view"],
    metrics: words(`
      nCopilotMessages nCopilotSessions nCopilotToolInvocations nCopilotUsers`),
    dimensions: words(`
      agentId divisionId sessionId toolId toolStatus toolType userId`),
    alternateTimeDimensions: ["eventTime"],
  },
  casemanagement: {
    permissions: ["analytics:caseManagementAggregate:view"],
    metrics: words(`
      nCaseAssociationsCreated nCasesDeleted nCasesOpened nCasesOverSla nCasesPurged nCasesStatusChanged
      nCasesTerminated oCasesServiceLevel tCasesResolved tCasesStatus`),
    dimensions: words(`
      associationType caseId caseplanId conversationId customerIntentId divisionId ownerId priority stageId status
      stepId workitemId`),
    alternateTimeDimensions: ["eventTime"],
  },
  ratelimits: {
    permissions: ["analytics:rateLimitAggregate:view"],
    metrics: words(`
      oRateLimitRecorded`),
    dimensions: words(`
      correlationId entityId limitName max namespace timeUnit userId`),
    alternateTimeDimensions: ["eventTime"],
  },
} as const satisfies Readonly<Record<string, FamilyFacts>>;

/** A family that the simulator serves. */
export type SimFamily = keyof typeof FAMILIES;

export const SIM_FAMILIES = Object.keys(FAMILIES) as readonly SimFamily[];
