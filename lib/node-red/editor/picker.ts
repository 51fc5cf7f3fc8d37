import { countMatching, countSelected, matching, type PickerOption } from "./picker-options";
import { formatNumber, shared } from "./texts";
import { asError } from "../../terms/as-error";

/** Loads a picker's options; `refresh` asks past every cache. A rejection's message is shown to the user. */
export type PickerSource = (refresh: boolean) => Promise<PickerOption[]>;

/** What a picker is made of. */
export interface PickerSettings {
  /** Element that becomes the picker. */
  element: JQuery;
  /** Values picked so far. */
  selected: string[];
  source: PickerSource;
  /** Text of the empty picker: what an empty selection means. */
  empty: string;
  /** The picker's label element; it will point to the text field. */
  label: JQuery;
  /** Whether the options can be asked for again (a list from the tenant). */
  refreshable?: boolean;
  /** Sentence below the empty picker: what an empty selection means. */
  emptyHint?: () => string;
  /** Said beside the number of options once they are there, such as what could not be listed. */
  remark?: () => string | undefined;
  /** Says why a typed text cannot be picked; undefined when it can. */
  refuse?: (text: string) => string | undefined;
  changed?: (values: string[]) => void;
}

/** A picker in a dialog. */
export interface Picker {
  values(): string[];
  /** How many options the selection matches, all where it is empty; undefined while the list is not loaded. */
  count(): number | undefined;
  /** Loads the options again, from a new source if the connection has changed. */
  reload(source?: PickerSource): void;
}

let pickers = 0;

/**
 * Makes a multi-select with search: chips, a text field, a list below it (WAI-ARIA "combobox" pattern). Only Enter and
 * clicks pick. Text that is in no list can be picked too, so that a picker works before the first deploy and without
 * the tenant; a text with `*` is a pattern that the node resolves at each poll.
 */
export function createPicker(settings: PickerSettings): Picker {
  const id = `gi-picker-${++pickers}`;
  let values = [...settings.selected];
  let options: PickerOption[] = [];
  let source = settings.source;
  let rows: Array<{ value: string; element: HTMLElement }> = [];
  let active = -1;
  let loading = 0;

  const chips = $("<ul/>", { class: "gi-chips" });
  // By attr: as a property of $("<input/>"), "autocomplete" would call jQuery UI's method of that name.
  const input = $("<input/>").attr({
    type: "text",
    id,
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": `${id}-options`,
    "aria-describedby": `${id}-note ${id}-meaning ${id}-reason`,
  });
  const refresh = $("<button/>", {
    type: "button",
    title: shared("picker.refresh"),
    "aria-label": shared("picker.refresh"),
  }).append($("<i/>", { class: "fa fa-refresh" }));
  const entry = $("<li/>", { class: "gi-entry" }).append(input);
  if (settings.refreshable) entry.append(refresh);
  const list = $("<ul/>", {
    class: "gi-options",
    id: `${id}-options`,
    role: "listbox",
    "aria-labelledby": settings.label.attr("id") ?? "",
    "aria-multiselectable": "true",
    tabindex: -1,
  }).hide();
  const note = $("<div/>", { class: "gi-hint", id: `${id}-note`, "aria-live": "polite" });
  chips.append(entry);
  settings.element.addClass("gi-picker").empty().append(chips, list);
  const meaning = $("<div/>", { class: "gi-hint", id: `${id}-meaning` });
  const refusal = $("<div/>", { class: "gi-reason", id: `${id}-reason`, "aria-live": "polite" });
  settings.element.after(note, meaning, refusal);

  settings.label.attr("for", id);

  const text = (): string => String(input.val()).trim();
  const optionOf = (value: string): PickerOption | undefined =>
    options.find((option) => option.value === value || option.label === value);

  function changed(): void {
    drawChips();
    settings.changed?.([...values]);
  }

  function toggle(value: string): void {
    values = values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
    changed();
    if (list.is(":visible")) drawOptions(value);
  }

  function drawChips(): void {
    // Leave the text field in place: moving it would lose the focus.
    chips.children(".gi-chip").remove();
    entry.before(...values.map(chip));
    input.attr("placeholder", values.length === 0 ? settings.empty : "");
    meaning.text(values.length === 0 ? (settings.emptyHint?.() ?? "") : "");
  }

  function chip(value: string): JQuery {
    const option = optionOf(value);
    const label = option?.label ?? value;
    const remove = $("<button/>", {
      type: "button",
      class: "gi-remove",
      "aria-label": shared("picker.remove", { name: label }),
    }).text("\u00d7");
    remove.on("click", () => {
      toggle(value);
      input.trigger("focus");
    });
    return $("<li/>", { class: "gi-chip", title: option ? value : shared("picker.typed") })
      .toggleClass("gi-unknown", !option && options.length > 0 && !value.includes("*"))
      .append($("<span/>").text(label), remove);
  }

  function drawOptions(keep?: string): void {
    const search = text();
    const { shown, more } = matching(options, search);
    list.empty();
    rows = [];
    let group: string | undefined;
    for (const option of shown) {
      // Search results are ranked, not grouped.
      if (search === "" && option.group !== undefined && option.group !== group) {
        group = option.group;
        list.append($("<li/>", { class: "gi-group", role: "presentation" }).text(group));
      }
      addRow(option.value, option.label, option.detail);
    }
    if (more > 0) {
      list.append(
        $("<li/>", { class: "gi-more", role: "presentation" }).text(
          shared("picker.more", { more: formatNumber(more) }),
        ),
      );
    }
    const typed = search !== "" && !optionOf(search);
    if (typed) addRow(search, typedLabel(search));
    const kept = keep === undefined ? -1 : rows.findIndex((row) => row.value === keep);
    const best = typed && search.includes("*") ? rows.length - 1 : 0;
    activate(kept >= 0 ? kept : best);
    const open = rows.length > 0;
    list.toggle(open);
    input.attr("aria-expanded", String(open));
  }

  function typedLabel(search: string): string {
    return search.includes("*")
      ? shared("picker.pattern", { pattern: search, count: countMatching(options, search) })
      : shared("picker.asTyped", { text: search });
  }

  function addRow(value: string, label: string, detail?: string): void {
    const index = rows.length;
    const row = $("<li/>", {
      id: `${id}-option-${index}`,
      role: "option",
      "aria-selected": String(values.includes(value)),
    }).text(label);
    if (detail) row.append($("<small/>").text(detail));
    row.on("mousedown", (event) => {
      event.preventDefault();
      pick(value);
    });
    const element = row.get(0);
    if (element) rows.push({ value, element });
    list.append(row);
  }

  function activate(index: number): void {
    rows[active]?.element.classList.remove("gi-active");
    active = index;
    const row = rows[active];
    row?.element.classList.add("gi-active");
    row?.element.scrollIntoView({ block: "nearest" });
    input.attr("aria-activedescendant", row ? row.element.id : "");
  }

  function pick(value: string): void {
    const reason = optionOf(value) ? undefined : settings.refuse?.(value);
    refusal.text(reason ?? "");
    if (reason) return;
    input.val("");
    toggle(value);
    if (!list.is(":visible")) drawOptions(value);
  }

  function close(): void {
    list.hide();
    rows = [];
    active = -1;
    input.attr({ "aria-expanded": "false", "aria-activedescendant": "" });
  }

  function onKey(event: JQuery.TriggeredEvent): void {
    const open = list.is(":visible");
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        event.preventDefault();
        if (!open) drawOptions();
        else if (rows.length > 0) {
          activate((active + (event.key === "ArrowDown" ? 1 : -1) + rows.length) % rows.length);
        }
        return;
      }
      case "Enter": {
        const row = rows[active];
        // Ctrl or Cmd with Enter is the dialog's Done.
        if (!open || !row || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        event.stopPropagation();
        pick(row.value);
        return;
      }
      case "Escape":
        if (!open) return;
        event.preventDefault();
        event.stopPropagation();
        close();
        return;
      case "Backspace": {
        const last = values.at(-1);
        if (text() === "" && last !== undefined) toggle(last);
        return;
      }
      default:
    }
  }

  function load(again: boolean): void {
    const turn = ++loading;
    if (settings.refreshable) note.text(shared("picker.loading"));
    source(again).then(
      (loaded) => {
        if (turn !== loading) return;
        options = loaded;
        const found = shared("picker.loaded", { count: formatNumber(loaded.length) });
        const remark = settings.remark?.();
        if (settings.refreshable) note.text(remark ? `${found} \u00b7 ${remark}` : found);
        changed();
        if (list.is(":visible")) drawOptions(rows[active]?.value);
      },
      (error: unknown) => {
        if (turn !== loading) return;
        options = [];
        note.text(asError(error).message);
        changed();
      },
    );
  }

  input.on("input", () => {
    refusal.text("");
    drawOptions();
  });
  input.on("click", () => drawOptions());
  input.on("keydown", onKey);
  input.on("blur", () => {
    close();
    if (text() !== "") refusal.text(shared("picker.notPicked", { text: text() }));
  });
  refresh.on("click", () => load(true));
  drawChips();
  load(false);
  return {
    values: () => [...values],
    count: () => countSelected(options, values),
    reload: (next) => {
      if (next) source = next;
      load(false);
    },
  };
}
