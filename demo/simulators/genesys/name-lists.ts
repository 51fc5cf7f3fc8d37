import type { Call, Operation } from "./context";
import { entitiesOf, teamsOf } from "./families/entities";
import type { Entity, EntityKind } from "./families/entities";
import { page } from "./lists";
import type { Organisation } from "./organisation/organisation";

/** A list of entities that figures are about, as a page of ids and names. */
function list(
  path: string,
  permissions: readonly string[],
  entities: (organisation: Organisation) => readonly Entity[],
): Operation {
  return {
    method: "GET",
    path: new RegExp(`^/api/v2/${path}$`),
    permissions,
    answer: (call: Call) =>
      page(call, entities(call.world.organisation), ({ id, name }) => ({
        id,
        name: call.world.organisation.presenceName(id) ?? name,
        selfUri: `/api/v2/${path}/${id}`,
      })),
  };
}

const of = (kind: EntityKind) => (organisation: Organisation) => entitiesOf(organisation, kind);

/** The lists of names that the families need, with the permissions that the real service asks for. */
export const NAME_LISTS: readonly Operation[] = [
  list("routing/wrapupcodes", ["routing:wrapupCode:view"], of("wrap-up")),
  list("routing/skills", ["routing:skill:view"], of("skill")),
  list("routing/languages", [], of("language")),
  list("flows", ["architect:flow:view"], of("flow")),
  list("flows/divisionviews", ["architect:flow:search"], of("flow")),
  list("flows/outcomes", ["architect:flowOutcome:view"], of("flow outcome")),
  list("teams", ["groups:team:view"], teamsOf),
  list("authorization/divisions", [], ({ divisions }) => divisions),
];
