import { SYSTEM_PRESENCES } from "./organisation/organisation";
import type { Organisation } from "./organisation/organisation";

/** `systemToOrganizationMappings`: the organisation's presence ids by system presence. */
export function presenceMappings(organisation: Organisation): Record<string, string[]> {
  return Object.fromEntries(
    SYSTEM_PRESENCES.map((presence) => [presence, organisation.presenceIds(presence)]),
  );
}
