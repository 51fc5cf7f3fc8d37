import { asError } from "../../terms/as-error";
import { createPickerList } from "./picker-list";
import { countSelected, findOption, type PickerOption } from "./picker-options";
import { formatNumber, shared } from "./texts";

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
  empty: string | (() => string);
  /** The picker's label element; it will point to the text field. */
  label: JQuery;
  /** Whether the options can be asked for again: a list from the tenant, whose names a pattern can match. */
  refreshable?: boolean;
  /** Sentence below the empty picker: what an empty selection means. */
  emptyHint?: () => string;
  /** Said beside the number of options once they are there, such as what could not be listed. */
  remark?: () => string | undefined;
  /** Says why a typed text cannot be picked; undefined when it can. A picker that refuses takes no patterns. */
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
  const { entry, input, refresh, options: listElement, note, meaning, refusal } = buildElements(settings);
  const list = createPickerList(listElement, input, pick);
  const text = (): string => String(input.val()).trim();
  let values = [...settings.selected];
  let options: PickerOption[] = [];
  let source = settings.source;
  let loading = 0;
  const patterns = settings.refreshable === true && settings.refuse === undefined;
  const anyText = patterns ? shared("picker.anyText") : undefined;

  function changed(): void {
    drawChips();
    settings.changed?.([...values]);
  }

  function drawChips(): void {
    // Leave the text field in place: moving it would lose the focus.
    entry.siblings(".gi-chip").remove();
    entry.before(...values.map(chip));
    input.attr("placeholder", values.length === 0 ? meaningOfNone() : "");
    meaning.text(values.length === 0 ? (settings.emptyHint?.() ?? "") : "");
  }

  function meaningOfNone(): string {
    return typeof settings.empty === "string" ? settings.empty : settings.empty();
  }

  function chip(value: string): JQuery {
    const option = findOption(options, value);
    const isUnknown = !option && options.length > 0 && !value.includes("*");
    return buildChip(option?.label ?? value, option ? value : shared("picker.typed"), () => {
      toggle(value);
      input.trigger("focus");
    }).toggleClass("gi-unknown", isUnknown);
  }

  function drawList(keep?: string): void {
    list.draw({ options, search: text(), selected: values, patterns }, keep);
  }

  function toggle(value: string): void {
    values = values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
    changed();
    if (list.isOpen()) drawList(value);
  }

  function pick(value: string): void {
    const reason = findOption(options, value) ? undefined : settings.refuse?.(value);
    refusal.text(reason ?? "");
    if (reason) return;
    input.val("");
    toggle(value);
    if (!list.isOpen()) drawList(value);
  }

  function onKey(event: JQuery.TriggeredEvent): void {
    const take = (): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        if (list.isOpen()) list.move(event.key === "ArrowDown" ? 1 : -1);
        else drawList();
        return;
      case "Enter": {
        const active = list.active();
        // Ctrl or Cmd with Enter is the dialog's Done.
        if (!list.isOpen() || active === undefined || event.ctrlKey || event.metaKey) return;
        take();
        pick(active);
        return;
      }
      case "Escape":
        if (!list.isOpen()) return;
        take();
        list.close();
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
        if (settings.refreshable) note.text(joined(found, anyText, settings.remark?.()));
        changed();
        if (list.isOpen()) drawList(list.active());
      },
      (error: unknown) => {
        if (turn !== loading) return;
        options = [];
        note.text(joined(asError(error).message, anyText));
        changed();
      },
    );
  }

  input.on("input", () => {
    refusal.text("");
    drawList();
  });
  input.on("click", () => drawList());
  input.on("keydown", onKey);
  input.on("blur", () => {
    list.close();
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

/** What a picker consists of on the page. */
interface PickerElements {
  /** The last entry of the chips: the text field and what stands beside it. */
  readonly entry: JQuery;
  readonly input: JQuery;
  readonly refresh: JQuery;
  readonly options: JQuery;
  /** How many options there are, or why there are none. */
  readonly note: JQuery;
  /** What an empty selection means. */
  readonly meaning: JQuery;
  /** Why a typed text was not picked. */
  readonly refusal: JQuery;
}

function buildElements({ element, label, refreshable }: PickerSettings): PickerElements {
  const id = `gi-picker-${++pickers}`;
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
  if (refreshable) entry.append(refresh);
  const options = $("<ul/>", {
    class: "gi-options",
    id: `${id}-options`,
    role: "listbox",
    "aria-labelledby": label.attr("id") ?? "",
    "aria-multiselectable": "true",
    tabindex: -1,
  }).hide();
  const note = $("<div/>", { class: "gi-hint", id: `${id}-note`, "aria-live": "polite" });
  const meaning = $("<div/>", { class: "gi-hint", id: `${id}-meaning` });
  const refusal = $("<div/>", { class: "gi-reason", id: `${id}-reason`, "aria-live": "polite" });
  element
    .addClass("gi-picker")
    .empty()
    .append($("<ul/>", { class: "gi-chips" }).append(entry), options);
  element.after(note, meaning, refusal);
  label.attr("for", id);
  return { entry, input, refresh, options, note, meaning, refusal };
}

/** A picked value, with a button that takes it away. */
function buildChip(name: string, title: string, remove: () => void): JQuery {
  const button = $("<button/>", {
    type: "button",
    class: "gi-remove",
    "aria-label": shared("picker.remove", { name }),
  }).text("\u00d7");
  button.on("click", remove);
  return $("<li/>", { class: "gi-chip", title }).append($("<span/>").text(name), button);
}

/** Remarks on one line. */
function joined(...remarks: readonly (string | undefined)[]): string {
  return remarks.filter((remark) => remark !== undefined).join(" \u00b7 ");
}
