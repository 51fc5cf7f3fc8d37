import { GROUP_BY_DIMENSIONS } from "../../terms/dimensions";

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
