/** What people search the palette for, whatever a node is called. */
const WORDS = "genesys influx influxdb";

/** Lets the palette's search find a node by these words too; call it after registerType. */
export function findInPalette(type: string): void {
  const entry = $(`.red-ui-palette-node[data-palette-type="${type}"]`);
  const label = entry.attr("data-palette-label") ?? type;
  entry.attr("data-palette-label", `${label} ${WORDS}`);
}
