import type platformClient from "purecloud-platform-client-v2";

/**
 * Requests to Genesys Cloud and its answers, as the official SDK types them. `sdk-schemas.ts` makes JSON schemas of
 * them: to check another kind of request or answer, add its model here.
 */
export interface SdkModels {
  ActionAggregateQueryResponse: platformClient.Models.ActionAggregateQueryResponse;
  ActionAggregationQuery: platformClient.Models.ActionAggregationQuery;
  AgentCopilotAggregateQueryResponse: platformClient.Models.AgentCopilotAggregateQueryResponse;
  AgentCopilotAggregationQuery: platformClient.Models.AgentCopilotAggregationQuery;
  AgentUtilizationAggregateQueryResponse: platformClient.Models.AgentUtilizationAggregateQueryResponse;
  AgentUtilizationAggregationQuery: platformClient.Models.AgentUtilizationAggregationQuery;
  AuthzDivisionEntityListing: platformClient.Models.AuthzDivisionEntityListing;
  AvailableTopicEntityListing: platformClient.Models.AvailableTopicEntityListing;
  BotAggregateQueryResponse: platformClient.Models.BotAggregateQueryResponse;
  BotAggregationQuery: platformClient.Models.BotAggregationQuery;
  CaseManagementAggregateQueryResponse: platformClient.Models.CaseManagementAggregateQueryResponse;
  CaseManagementAggregationQuery: platformClient.Models.CaseManagementAggregationQuery;
  Channel: platformClient.Models.Channel;
  ChannelEntityListing: platformClient.Models.ChannelEntityListing;
  ChannelTopicEntityListing: platformClient.Models.ChannelTopicEntityListing;
  ConversationAggregateQueryResponse: platformClient.Models.ConversationAggregateQueryResponse;
  ConversationAggregationQuery: platformClient.Models.ConversationAggregationQuery;
  CopilotAggregateQueryResponse: platformClient.Models.CopilotAggregateQueryResponse;
  CopilotAggregationQuery: platformClient.Models.CopilotAggregationQuery;
  ErrorBody: platformClient.Models.ErrorBody;
  EvaluationAggregateQueryResponse: platformClient.Models.EvaluationAggregateQueryResponse;
  EvaluationAggregationQuery: platformClient.Models.EvaluationAggregationQuery;
  FlowAggregateQueryResponse: platformClient.Models.FlowAggregateQueryResponse;
  FlowAggregationQuery: platformClient.Models.FlowAggregationQuery;
  FlowDivisionViewEntityListing: platformClient.Models.FlowDivisionViewEntityListing;
  FlowEntityListing: platformClient.Models.FlowEntityListing;
  FlowExecutionAggregateQueryResponse: platformClient.Models.FlowExecutionAggregateQueryResponse;
  FlowExecutionAggregationQuery: platformClient.Models.FlowExecutionAggregationQuery;
  FlowOutcomeListing: platformClient.Models.FlowOutcomeListing;
  JourneyAggregateQueryResponse: platformClient.Models.JourneyAggregateQueryResponse;
  JourneyAggregationQuery: platformClient.Models.JourneyAggregationQuery;
  KnowledgeAggregateQueryResponse: platformClient.Models.KnowledgeAggregateQueryResponse;
  KnowledgeAggregationQuery: platformClient.Models.KnowledgeAggregationQuery;
  LanguageEntityListing: platformClient.Models.LanguageEntityListing;
  Organization: platformClient.Models.Organization;
  OrganizationPresenceDefinitionEntityListing: platformClient.Models.OrganizationPresenceDefinitionEntityListing;
  QueueEntityListing: platformClient.Models.QueueEntityListing;
  QueueMemberEntityListing: platformClient.Models.QueueMemberEntityListing;
  QueueObservationQuery: platformClient.Models.QueueObservationQuery;
  QueueObservationQueryResponse: platformClient.Models.QueueObservationQueryResponse;
  RateLimitAggregateQueryResponse: platformClient.Models.RateLimitAggregateQueryResponse;
  RateLimitAggregationQuery: platformClient.Models.RateLimitAggregationQuery;
  ResolutionAggregateQueryResponse: platformClient.Models.ResolutionAggregateQueryResponse;
  ResolutionAggregationQuery: platformClient.Models.ResolutionAggregationQuery;
  RoutingActivityQuery: platformClient.Models.RoutingActivityQuery;
  RoutingActivityResponse: platformClient.Models.RoutingActivityResponse;
  SkillEntityListing: platformClient.Models.SkillEntityListing;
  SummaryAggregateQueryResponse: platformClient.Models.SummaryAggregateQueryResponse;
  SummaryAggregationQuery: platformClient.Models.SummaryAggregationQuery;
  SurveyAggregateQueryResponse: platformClient.Models.SurveyAggregateQueryResponse;
  SurveyAggregationQuery: platformClient.Models.SurveyAggregationQuery;
  TaskManagementAggregateQueryResponse: platformClient.Models.TaskManagementAggregateQueryResponse;
  TaskManagementAggregationQuery: platformClient.Models.TaskManagementAggregationQuery;
  TeamEntityListing: platformClient.Models.TeamEntityListing;
  TranscriptAggregateQueryResponse: platformClient.Models.TranscriptAggregateQueryResponse;
  TranscriptAggregationQuery: platformClient.Models.TranscriptAggregationQuery;
  UserActivityQuery: platformClient.Models.UserActivityQuery;
  UserActivityResponse: platformClient.Models.UserActivityResponse;
  UserAggregateQueryResponse: platformClient.Models.UserAggregateQueryResponse;
  UserAggregationQuery: platformClient.Models.UserAggregationQuery;
  UserEntityListing: platformClient.Models.UserEntityListing;
  UserObservationQuery: platformClient.Models.UserObservationQuery;
  UserObservationQueryResponse: platformClient.Models.UserObservationQueryResponse;
  WrapupCodeEntityListing: platformClient.Models.WrapupCodeEntityListing;
}
