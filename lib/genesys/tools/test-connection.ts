import { FAMILIES, type Family } from "../../terms/families";
import { USUAL_GRANULARITY } from "../../terms/queries";
import { asGenesysError, type FailureKind } from "../errors";
import { familyFacts } from "../families/table";
import type { CallOptions, Client, Query } from "../http/client";
import { granularityOf, intervalText } from "../interval/granularity";
import { BucketGrid } from "../interval/grid";
import { oneLine, textOf } from "../json";
import { type PlatformList, PRESENCES, QUEUES, USERS } from "../names/lists";
import { aggregatesPath } from "../queries/aggregates";
import { CONVERSATION_AGGREGATES_PATH } from "../queries/conversation-aggregates";
import { QUEUE_OBSERVATIONS_PATH, queueObservationsQuery } from "../queries/queue-observations";
import { USER_ACTIVITY_PATH, userActivityQuery } from "../queries/user-activity";
import { USER_AGGREGATES_PATH, userAggregatesQuery } from "../queries/user-aggregates";

/** The checks, as keys of the dialog's texts. */
export type CheckName =
  | "token"
  | "organisation"
  | "queueAggregates"
  | "queueObservations"
  | "agentAggregates"
  | "agentActivity"
  | "queueNames"
  | "agentNames"
  | "presenceNames"
  | "family";

/** One check. */
export interface ConnectionCheck {
  readonly name: CheckName;
  /** The permission that it needs; absent where any client may. */
  readonly permission?: string;
  /** Which family of analytics it is about: most organisations have some only, so that it is no fault to lack one. */
  readonly family?: Family;
  readonly ok: boolean;
  /** The kind of failure, as a key of the dialog's texts. */
  readonly fault?: FailureKind;
  /** The failure in English, with the service's words. */
  readonly message?: string;
}

/** The result of a connection test. */
export interface ConnectionReport {
  /** Whether everything works, families aside; a missing permission that only costs names counts as not. */
  readonly ok: boolean;
  /** One sentence for the top of a dialog. */
  readonly message: string;
  /** Name of the Genesys Cloud organisation. */
  readonly organisation?: string;
  readonly checks: readonly ConnectionCheck[];
}

/** Belongs to nobody: shows whether a query is allowed, without asking for anything. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/**
 * Tests the token, the organisation, and one small request for each permission that the poll nodes need. Never throws:
 * failures are in the report.
 */
export async function testConnection(client: Client, options: CallOptions = {}): Promise<ConnectionReport> {
  const bounded = { deadline: client.clock.monotonic() + 5_000, ...options };
  const token = await check({ name: "token" }, () => client.authenticate());
  if (!token.ok) return { ok: false, message: token.message ?? "no access token", checks: [token] };

  let organisation: string | undefined;
  const own = await check({ name: "organisation" }, async () => {
    organisation = textOf(await client.get("/api/v2/organizations/me", {}, bounded), "name");
  });
  const permissions = await Promise.all(
    needs(client).map(({ call, ...need }) => check(need, () => call(bounded))),
  );
  const needed = [token, own, ...permissions];
  const families = await Promise.all(
    familyNeeds(client).map(({ call, ...need }) => check(need, () => call(bounded))),
  );
  const checks = [...needed, ...families];
  const missing = needed
    .filter(({ ok, permission }) => !ok && permission)
    .map(({ permission }) => permission);
  const failed = needed.filter(({ ok }) => !ok);
  const name = organisation ? `organisation ${oneLine(organisation, 80)}` : "Genesys Cloud";
  return {
    ok: failed.length === 0,
    message:
      failed.length === 0
        ? `connected to ${name}, all permissions are there`
        : missing.length > 0
          ? `connected to ${name}, not everything works: ${missing.join(", ")}`
          : failed[0]!.message!,
    ...(organisation && { organisation: oneLine(organisation, 80) }),
    checks,
  };
}

interface Need {
  readonly name: CheckName;
  readonly family?: Family;
  readonly permission?: string;
  readonly call: (options: CallOptions) => Promise<unknown>;
}

/** The last whole half hour. */
function lastBucket(client: Client) {
  const grid = new BucketGrid(granularityOf(USUAL_GRANULARITY));
  const end = grid.startOf(client.clock.now());
  return { grid, interval: { start: grid.shift(end, -1), end } };
}

/** One small request for each family beside conversations and users. */
function familyNeeds(client: Client): Need[] {
  const interval = intervalText(lastBucket(client).interval);
  return FAMILIES.filter((family) => family !== "conversations" && family !== "users").map((family) => {
    const { permission, defaultMetrics } = familyFacts(family);
    const body = { interval, metrics: defaultMetrics.slice(0, 1) };
    const call = (options: CallOptions) => client.post(aggregatesPath(family), body, {}, options);
    return { name: "family", family, permission, call };
  });
}

/** One request for each permission; permissions as in the SDK's documentation of each operation. */
function needs(client: Client): Need[] {
  const { grid, interval } = lastBucket(client);
  return [
    {
      name: "queueAggregates",
      permission: familyFacts("conversations").permission,
      call: (options) =>
        client.post(
          CONVERSATION_AGGREGATES_PATH,
          { interval: intervalText(interval), metrics: ["nOffered"] },
          {},
          options,
        ),
    },
    {
      name: "queueObservations",
      permission: "analytics:queueObservation:view",
      call: (options) =>
        client.post(QUEUE_OBSERVATIONS_PATH, queueObservationsQuery(["oWaiting"], [NOBODY]), {}, options),
    },
    {
      name: "agentAggregates",
      permission: familyFacts("users").permission,
      call: (options) =>
        client.post(
          USER_AGGREGATES_PATH,
          userAggregatesQuery(grid, interval, ["tSystemPresence"], [NOBODY]),
          {},
          options,
        ),
    },
    {
      name: "agentActivity",
      permission: "analytics:userObservation:view",
      call: (options) =>
        client.post(
          USER_ACTIVITY_PATH,
          userActivityQuery({ userIds: [NOBODY] }),
          { pageSize: 1, pageNumber: 1 },
          options,
        ),
    },
    listNeed(client, "queueNames", QUEUES, { pageSize: 1 }),
    listNeed(client, "agentNames", USERS, { pageSize: 1 }),
    listNeed(client, "presenceNames", PRESENCES, {}),
  ];
}

function listNeed(client: Client, name: CheckName, list: PlatformList, query: Query): Need {
  const [{ path }] = list.addresses;
  const { permission } = list;
  return { name, ...(permission && { permission }), call: (options) => client.get(path, query, options) };
}

async function check(about: Omit<Need, "call">, attempt: () => Promise<unknown>): Promise<ConnectionCheck> {
  try {
    await attempt();
    return { ...about, ok: true };
  } catch (thrown) {
    const error = asGenesysError(thrown);
    return { ...about, ok: false, fault: error.kind, message: error.message };
  }
}
