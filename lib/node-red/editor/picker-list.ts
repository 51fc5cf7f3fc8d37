import { countMatching, findOption, matching, type PickerOption } from "./picker-options";
import { formatNumber, shared } from "./texts";

/** What the list of a picker shows. */
export interface ListContent {
  readonly options: readonly PickerOption[];
  /** The typed text, trimmed. */
  readonly search: string;
  readonly selected: readonly string[];
  /** Whether a typed `*` stands for any text. */
  readonly patterns: boolean;
}

/** The list below a picker's text field. */
export interface PickerList {
  isOpen(): boolean;
  /** The value of the row that Enter picks. */
  active(): string | undefined;
  /**
   * Draws what fits the search text, and opens the list unless it is empty.
   *
   * @param keep the value whose row becomes the active one, where it is shown
   */
  draw(content: ListContent, keep?: string): void;
  /** Makes the next row the active one, or the one before it; after the last comes the first. */
  move(step: 1 | -1): void;
  close(): void;
}

/** A row that can be picked. */
interface Row {
  readonly value: string;
  readonly element: HTMLElement;
}

/**
 * Makes the list: the options that fit, under their headings, and the typed text itself.
 *
 * @param list its element; rows get ids that begin with this one's
 * @param input the text field, whose ARIA attributes say what is open and active
 * @param pick called with the value of the row that was clicked
 */
export function createPickerList(list: JQuery, input: JQuery, pick: (value: string) => void): PickerList {
  let rows: Row[] = [];
  let active = -1;

  function activate(index: number): void {
    rows[active]?.element.classList.remove("gi-active");
    active = index;
    const row = rows[active];
    row?.element.classList.add("gi-active");
    row?.element.scrollIntoView({ block: "nearest" });
    input.attr("aria-activedescendant", row ? row.element.id : "");
  }

  function addRow(value: string, label: string, isSelected: boolean, detail?: string): void {
    const row = $("<li/>", {
      id: `${list.attr("id")}-${rows.length}`,
      role: "option",
      "aria-selected": String(isSelected),
    }).text(label);
    if (detail) row.append($("<small/>").text(detail));
    // Before the text field loses the focus, which closes the list.
    row.on("mousedown", (event) => {
      event.preventDefault();
      pick(value);
    });
    const element = row.get(0);
    if (element) rows.push({ value, element });
    list.append(row);
  }

  function addFitting({ options, search, selected }: ListContent): void {
    const { shown, more } = matching(options, search);
    let group: string | undefined;
    for (const option of shown) {
      // Search results are ranked, not grouped.
      if (search === "" && option.group !== undefined && option.group !== group) {
        group = option.group;
        list.append($("<li/>", { class: "gi-group", role: "presentation" }).text(group));
      }
      addRow(option.value, option.label, selected.includes(option.value), option.detail);
    }
    if (more === 0) return;
    const words = shared("picker.more", { more: formatNumber(more) });
    list.append($("<li/>", { class: "gi-more", role: "presentation" }).text(words));
  }

  return {
    isOpen: () => list.is(":visible"),
    active: () => rows[active]?.value,
    draw: (content, keep) => {
      const { options, search, selected } = content;
      const isPattern = content.patterns && search.includes("*");
      list.empty();
      rows = [];
      addFitting(content);
      const typed = search !== "" && !findOption(options, search);
      if (typed) addRow(search, typedLabel(content, isPattern), selected.includes(search));
      const kept = keep === undefined ? -1 : rows.findIndex((row) => row.value === keep);
      const best = typed && isPattern ? rows.length - 1 : 0;
      activate(kept >= 0 ? kept : best);
      const open = rows.length > 0;
      list.toggle(open);
      input.attr("aria-expanded", String(open));
    },
    move: (step) => {
      if (rows.length > 0) activate((active + step + rows.length) % rows.length);
    },
    close: () => {
      list.hide();
      rows = [];
      active = -1;
      input.attr({ "aria-expanded": "false", "aria-activedescendant": "" });
    },
  };
}

function typedLabel({ options, search }: ListContent, isPattern: boolean): string {
  return isPattern
    ? shared("picker.pattern", { pattern: search, count: countMatching(options, search) })
    : shared("picker.asTyped", { text: search });
}
