import type platformClient from "purecloud-platform-client-v2";

/**
 * What is asked of Genesys Cloud and what it answers, as the official SDK types it. `sdk-schemas.ts` makes JSON schemas of
 * them: a request or an answer of another kind is checked by adding its model here.
 */
export interface SdkModels {
  ActionAggregateQueryResponse: platformClient.Models.ActionAggregateQueryResponse;
  ActionAggregationQuery: platformClient.Models.ActionAggregationQuery;
  AvailableTopicEntityListing: platformClient.Models.AvailableTopicEntityListing;
  BotAggregateQueryResponse: platformClient.Models.BotAggregateQueryResponse;
  BotAggregationQuery: platformClient.Models.BotAggregationQuery;
  Channel: platformClient.Models.Channel;
  ChannelEntityListing: platformClient.Models.ChannelEntityListing;
  ChannelTopicEntityListing: platformClient.Models.ChannelTopicEntityListing;
  ConversationAggregateQueryResponse: platformClient.Models.ConversationAggregateQueryResponse;
  ConversationAggregationQuery: platformClient.Models.ConversationAggregationQuery;
  ErrorBody: platformClient.Models.ErrorBody;
  EvaluationAggregateQueryResponse: platformClient.Models.EvaluationAggregateQueryResponse;
  EvaluationAggregationQuery: platformClient.Models.EvaluationAggregationQuery;
  FlowAggregateQueryResponse: platformClient.Models.FlowAggregateQueryResponse;
  FlowAggregationQuery: platformClient.Models.FlowAggregationQuery;
  FlowExecutionAggregateQueryResponse: platformClient.Models.FlowExecutionAggregateQueryResponse;
  FlowExecutionAggregationQuery: platformClient.Models.FlowExecutionAggregationQuery;
  JourneyAggregateQueryResponse: platformClient.Models.JourneyAggregateQueryResponse;
  JourneyAggregationQuery: platformClient.Models.JourneyAggregationQuery;
  KnowledgeAggregateQueryResponse: platformClient.Models.KnowledgeAggregateQueryResponse;
  KnowledgeAggregationQuery: platformClient.Models.KnowledgeAggregationQuery;
  Organization: platformClient.Models.Organization;
  OrganizationPresenceDefinitionEntityListing: platformClient.Models.OrganizationPresenceDefinitionEntityListing;
  QueueEntityListing: platformClient.Models.QueueEntityListing;
  QueueMemberEntityListing: platformClient.Models.QueueMemberEntityListing;
  QueueObservationQuery: platformClient.Models.QueueObservationQuery;
  QueueObservationQueryResponse: platformClient.Models.QueueObservationQueryResponse;
  ResolutionAggregateQueryResponse: platformClient.Models.ResolutionAggregateQueryResponse;
  ResolutionAggregationQuery: platformClient.Models.ResolutionAggregationQuery;
  RoutingActivityQuery: platformClient.Models.RoutingActivityQuery;
  RoutingActivityResponse: platformClient.Models.RoutingActivityResponse;
  SurveyAggregateQueryResponse: platformClient.Models.SurveyAggregateQueryResponse;
  SurveyAggregationQuery: platformClient.Models.SurveyAggregationQuery;
  TaskManagementAggregateQueryResponse: platformClient.Models.TaskManagementAggregateQueryResponse;
  TaskManagementAggregationQuery: platformClient.Models.TaskManagementAggregationQuery;
  TranscriptAggregateQueryResponse: platformClient.Models.TranscriptAggregateQueryResponse;
  TranscriptAggregationQuery: platformClient.Models.TranscriptAggregationQuery;
  UserActivityQuery: platformClient.Models.UserActivityQuery;
  UserActivityResponse: platformClient.Models.UserActivityResponse;
  UserAggregateQueryResponse: platformClient.Models.UserAggregateQueryResponse;
  UserAggregationQuery: platformClient.Models.UserAggregationQuery;
  UserEntityListing: platformClient.Models.UserEntityListing;
  UserObservationQuery: platformClient.Models.UserObservationQuery;
  UserObservationQueryResponse: platformClient.Models.UserObservationQueryResponse;
}
