/** The words of a list of tags. */
interface TagTexts {
  key: string;
  value: string;
  add: string;
  wrong(key: string): string;
}

/** The list as the form holds it. */
export interface TagList {
  /** `key=value`, rows that are wholly blank left out. */
  values(): string[];
}

/** Turns an `<ol>` into an editable list of constant tags, saved as texts `key=value`. */
export function tagList(element: JQuery, tags: string[], texts: TagTexts, changed?: () => void): TagList {
  const editable = element as JQuery & { editableList(...parameters: unknown[]): JQuery };
  editable.css("min-height", "40px").editableList({
    addButton: texts.add,
    removable: true,
    sortable: false,
    height: "auto",
    removeItem: () => changed?.(),
    addItem(container: JQuery, _index: number, tag: { text?: string }) {
      const [key, value] = split(tag.text ?? "");
      const field = (label: string, text: string, width: string): JQuery =>
        $("<input/>", { type: "text", "aria-label": label, placeholder: label, autocomplete: "off" })
          .css({ width, minWidth: 0, boxSizing: "border-box" })
          .val(text);
      const keyField = field(texts.key, key, "40%").addClass("gi-tag-key");
      const valueField = field(texts.value, value, "calc(60% - 24px)").addClass("gi-tag-value");
      const reason = $("<div/>", { class: "gi-reason", "aria-live": "polite" });
      container.append(keyField, document.createTextNode(" = "), valueField, reason);
      const check = (): void => {
        const [name, content] = [read(keyField), read(valueField)];
        const blank = name === "" && content === "";
        const right = name !== "" && content !== "" && !/[\r\n]/.test(name + content);
        reason.text(blank || right ? "" : texts.wrong(name || content));
        changed?.();
      };
      keyField.add(valueField).on("input", check);
    },
  });
  for (const text of tags) editable.editableList("addItem", { text });
  return {
    values: () =>
      element
        .find(".gi-tag-key")
        .toArray()
        .map((key) => [read($(key)), read($(key).siblings(".gi-tag-value"))] as const)
        .filter(([key, value]) => key !== "" || value !== "")
        .map(([key, value]) => `${key}=${value}`),
  };
}

function split(tag: string): [string, string] {
  const at = tag.indexOf("=");
  return at < 0 ? [tag, ""] : [tag.slice(0, at), tag.slice(at + 1)];
}

function read(field: JQuery): string {
  return String(field.val() ?? "").trim();
}
