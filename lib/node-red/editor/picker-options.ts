/** One thing to pick. */
export interface PickerOption {
  /** What is saved: an id, a metric's name. */
  value: string;
  /** What is shown: a queue's name. */
  label: string;
  /** A second line: division, media types, what a metric means. */
  detail?: string;
  /** Heading under which the option stands. */
  group?: string;
}

/** Rows drawn at once: a tenant has thousands of queues, a browser slows down after some hundred rows. */
export const visibleRows = 200;

/** What the list shows for a search text. */
export interface Matches {
  shown: PickerOption[];
  /** Matching options that are not shown. */
  more: number;
}

/** The options whose label, value or detail holds every word of the text; with `*` in it, those whose name fits it. */
export function matching(options: readonly PickerOption[], text: string): Matches {
  const search = text.trim().toLowerCase();
  const fits = search.includes("*") ? wildcard(search) : words(search);
  const found = options.filter(fits);
  return { shown: found.slice(0, visibleRows), more: Math.max(0, found.length - visibleRows) };
}

/** How many options a pattern with `*` takes in. */
export function countMatching(options: readonly PickerOption[], pattern: string): number {
  return options.filter(wildcard(pattern.toLowerCase())).length;
}

/** How many options a selection takes in; undefined where that needs a list which is not there. */
export function countSelected(
  options: readonly PickerOption[],
  values: readonly string[],
): number | undefined {
  if (values.length === 0) return options.length > 0 ? options.length : undefined;
  const patterns = values.filter((value) => value.includes("*"));
  if (patterns.length > 0 && options.length === 0) return undefined;
  const single = values.length - patterns.length;
  return patterns.reduce((sum, pattern) => sum + countMatching(options, pattern), single);
}

function words(search: string): (option: PickerOption) => boolean {
  const wanted = search.split(/\s+/).filter((word) => word !== "");
  return (option) => {
    const text =
      `${option.label}\n${option.value}\n${option.detail ?? ""}\n${option.group ?? ""}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
}

function wildcard(pattern: string): (option: PickerOption) => boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${parts.join(".*")}$`, "i");
  return (option) => expression.test(option.label) || expression.test(option.value);
}
