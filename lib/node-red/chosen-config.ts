/** The id of a chosen config node; blank when none is chosen, for which the editor has a value of its own. */
export function chosenConfig(value: unknown): string {
  return typeof value === "string" && value !== "_ADD_" ? value : "";
}
