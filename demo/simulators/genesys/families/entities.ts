import type { Organisation, SimAgent, SimQueue } from "../organisation/organisation";
import { uuidOf } from "../organisation/random";

/** Something with an id and a name that figures are about. */
export interface Entity {
  readonly id: string;
  readonly name: string;
}

/** Names of the entities that an organisation has of each kind. */
const NAMES = {
  "wrap-up": ["Sold", "Solved", "Called back", "Complaint", "Wrong number"],
  flow: ["Main menu", "Billing menu", "After hours", "Identification", "Self service"],
  "flow outcome": ["Identified", "Balance told", "Payment taken"],
  "flow milestone": ["Greeted", "Offered self service"],
  skill: ["Spanish billing", "Gold customers", "Technical level 2", "Claims"],
  language: ["English", "German", "Japanese"],
  bot: ["Concierge", "Orders bot"],
  form: ["Call quality", "Chat quality"],
  "survey form": ["After the call"],
  action: ["Look up customer", "Check balance"],
  integration: ["CRM"],
  "knowledge base": ["Help centre"],
  workbin: ["Back office", "Refunds"],
  "work item type": ["Refund", "Address change"],
  caseplan: ["Claim"],
  topic: ["Cancellation", "Praise"],
  outcome: ["Order placed", "Sign-up"],
} as const;
/** A kind of entity with names. */
export type EntityKind = keyof typeof NAMES;

/** All entities of a kind. */
export function entitiesOf({ size }: Organisation, kind: EntityKind): Entity[] {
  return NAMES[kind].map((name, index) => ({ id: uuidOf(size.seed, kind, index), name }));
}

/** One entity of a kind, chosen by a number. */
export function pick(organisation: Organisation, kind: EntityKind, number: number): string {
  const count = NAMES[kind].length;
  return uuidOf(organisation.size.seed, kind, ((number % count) + count) % count);
}

/** Two teams at each site. */
export function teamOf({ size }: Organisation, { site, position }: SimAgent): string {
  return uuidOf(size.seed, "team", site * 2 + (position % 2));
}

/** All teams. */
export function teamsOf({ size, sites }: Organisation): Entity[] {
  return Array.from({ length: sites * 2 }, (_, index) => ({
    id: uuidOf(size.seed, "team", index),
    name: `Team ${index + 1}`,
  }));
}

/** One or two skills that a contact asks for. */
export function skillsOf(organisation: Organisation, { index }: SimQueue, serial: number): string[] {
  const first = pick(organisation, "skill", index);
  return serial % 3 === 0 ? [first, pick(organisation, "skill", index + 1 + (serial % 2))] : [first];
}
