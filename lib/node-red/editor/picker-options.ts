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

/** The option that a text stands for: its value, or its name. */
export function findOption(options: readonly PickerOption[], text: string): PickerOption | undefined {
  return options.find(({ value, label }) => value === text || label === text);
}

/** Rows drawn at once: a tenant has thousands of queues, and a browser slows down after some hundred rows. */
const visibleRows = 200;

/** The options that fit a search text. */
export interface Matches {
  shown: PickerOption[];
  /** How many further options fit and are not shown. */
  more: number;
}

/**
 * Ranks the options that fit a search text: that very name first, then names that begin with it, have a word that begins
 * with it, or contain it, then options with it elsewhere. Every word has to be found. A text with `*` has to fit the
 * whole name.
 */
export function matching(options: readonly PickerOption[], text: string): Matches {
  const search = text.trim().toLowerCase();
  const found = search.includes("*") ? options.filter(wildcard(search)) : ranked(options, search);
  return { shown: found.slice(0, visibleRows), more: Math.max(0, found.length - visibleRows) };
}

function ranked(options: readonly PickerOption[], search: string): readonly PickerOption[] {
  if (search === "") return options;
  return options
    .map((option) => ({ option, rank: rankOf(option, search) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((one, other) => one.rank! - other.rank!)
    .map(({ option }) => option);
}

/** Ranks an option, 0 for the best; `undefined` where a word is not found. */
function rankOf({ label, value, detail = "", group = "" }: PickerOption, search: string): number | undefined {
  const names = [label, value];
  const lower = names.map((name) => name.toLowerCase());
  if (lower.includes(search)) return 0;
  if (lower.some((name) => name.startsWith(search))) return 1;
  const starts = names.flatMap(wordsOf);
  const rest = `${detail}\n${group}`.toLowerCase();
  const ranks = search.split(/\s+/).map((word) => {
    if (starts.some((start) => start.startsWith(word))) return 2;
    if (lower.some((name) => name.includes(word))) return 3;
    return rest.includes(word) ? 4 : undefined;
  });
  return ranks.includes(undefined) ? undefined : Math.max(...(ranks as number[]));
}

/** "tAnswered" → "t", "answered"; "Sales EU" → "sales", "eu". */
function wordsOf(name: string): string[] {
  return name
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
}

/** How many options a pattern with `*` matches. */
export function countMatching(options: readonly PickerOption[], pattern: string): number {
  return options.filter(wildcard(pattern.toLowerCase())).length;
}

/** How many options a selection matches; undefined where that needs a list that is not loaded. */
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

function wildcard(pattern: string): (option: PickerOption) => boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${parts.join(".*")}$`, "i");
  return (option) => expression.test(option.label) || expression.test(option.value);
}
