/** Words that people search the palette for. */
const WORDS = "genesys influx influxdb";

/** Makes the palette's search find a node by these words too; call it after registerType. */
export function findInPalette(type: string): void {
  const entry = $(`.red-ui-palette-node[data-palette-type="${type}"]`);
  const label = entry.attr("data-palette-label") ?? type;
  entry.attr("data-palette-label", `${label} ${WORDS}`);
}
