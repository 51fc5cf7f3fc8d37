import { readDuration } from "../../terms/durations";
import { isLive, type PollKind } from "../../terms/kinds";
import { type Dialog, asList } from "./dialog";
import { createPicker, type Picker, type PickerSettings, type PickerSource } from "./picker";
import type { Texts } from "./texts";

/** The pickers of a poll node's dialog, by property. */
export interface Pickers {
  /** The values picked in the form. */
  values(property: string): string[];
  /** How many queues, agents … the selection matches; undefined while unknown. */
  count(property: string): number | undefined;
  /** Copies the picked values onto the node. */
  save(node: EditorNode): void;
  /** Loads lists again after the connection or query has changed. */
  reload(property: string, source?: PickerSource): void;
}

/** What makes the picker of one property. */
type PickerParts = Pick<PickerSettings, "source" | "refreshable" | "emptyHint" | "remark" | "refuse"> &
  Partial<Pick<PickerSettings, "empty">>;

/** Makes a picker for each list property of a node, until {@link savePickers} or {@link forgetPickers}. */
export function createPickers(
  node: EditorNode,
  text: Texts,
  sources: Record<string, PickerParts>,
  changed: () => void,
): Pickers {
  const pickers = new Map<string, Picker>();
  for (const [property, parts] of Object.entries(sources)) {
    const label = $(`#node-input-${property}-label`);
    pickers.set(
      property,
      createPicker({
        element: $(`#node-input-${property}-picker`),
        selected: asList(node[property]),
        empty: text(`empty.${property}`),
        ...parts,
        label,
        changed,
      }),
    );
  }
  const all: Pickers = {
    values: (property) => pickers.get(property)?.values() ?? [],
    count: (property) => pickers.get(property)?.count(),
    save: (target) => {
      for (const [property, picker] of pickers) target[property] = picker.values();
    },
    reload: (property, source) => pickers.get(property)?.reload(source),
  };
  node["pickers"] = all;
  return all;
}

/** Copies the picked values onto the node; call it in oneditsave. */
export function savePickers(node: EditorNode): void {
  (node["pickers"] as Pickers).save(node);
  forgetPickers(node);
}

/** Call it in oneditcancel: what stays on a node would be saved with it. */
export function forgetPickers(node: EditorNode): void {
  delete node["pickers"];
}

/** "30 min" for PT30M, for labels and the estimate. */
function shortDuration(text: Texts, duration: string): string {
  const parts = readDuration(duration);
  if (!parts) return duration;
  const counts = { ...parts, days: parts.weeks * 7 + parts.days };
  return (["days", "hours", "minutes", "seconds"] as const)
    .filter((unit) => counts[unit] > 0)
    .map((unit) => text(`node.${unit}`, { count: counts[unit] }))
    .join(" ");
}

/** "12 queues · 30 min" */
export function pollLabel(
  selection: string,
  text: Texts,
  kind: PollKind | undefined,
  granularity: string,
): string {
  return `${selection} \u00b7 ${kind && isLive(kind) ? text("node.live") : shortDuration(text, granularity)}`;
}

/**
 * Shows the rows of what is chosen, and hides those of the other choices only.
 * @param properties those that matter for each choice; the ones in no list stay as they are
 */
export function showFor<Choice extends string>(
  dialog: Dialog,
  properties: Readonly<Record<Choice, readonly string[]>>,
  chosen: string,
): void {
  const lists = properties as Readonly<Record<string, readonly string[]>>;
  const shown = new Set(lists[chosen]);
  for (const property of new Set(Object.values(lists).flat())) {
    const row = $(`#node-input-${property}-row`);
    (row.length > 0 ? row : dialog.field(property).closest(".gi-row")).toggle(shown.has(property));
  }
}
