/** One tab: the id of the element with its rows, and its label. */
export interface TabPage {
  id: string;
  label: string;
}

/**
 * Turns `<ul id="…">` into the dialog's tabs. RED.tabs has neither roles for screen readers nor arrow keys; both are
 * added here (WAI-ARIA "tabs" pattern).
 */
export function createTabs(listId: string, pages: TabPage[]): void {
  const list = $(`#${listId}`);
  const tabs = RED.tabs.create({
    id: listId,
    onchange: (tab) => {
      for (const page of pages) $(`#${page.id}`).toggle(page.id === tab.id);
      list.find("a.red-ui-tab-label").each((_index, element) => {
        const active = element.getAttribute("href") === `#${tab.id}`;
        element.setAttribute("aria-selected", String(active));
        element.tabIndex = active ? 0 : -1;
      });
    },
  });
  for (const page of pages) tabs.addTab(page);
  list.attr("role", "tablist").children("li").attr("role", "presentation");
  list.find("a.red-ui-tab-label").each((_index, element) => {
    const target = element.getAttribute("href")?.slice(1) ?? "";
    element.id = `${target}-tab`;
    element.setAttribute("role", "tab");
    element.setAttribute("aria-controls", target);
    $(`#${target}`).attr({ role: "tabpanel", "aria-labelledby": element.id });
  });
  list.on("keydown", (event) => {
    const current = pages.findIndex((page) => $(`#${page.id}`).is(":visible"));
    const next = nextTab(event.key ?? "", current, pages.length);
    const page = next === undefined ? undefined : pages[next];
    if (!page) return;
    event.preventDefault();
    tabs.activateTab(page.id);
    document.getElementById(`${page.id}-tab`)?.focus();
  });
  const first = pages[0];
  if (first) tabs.activateTab(first.id);
}

function nextTab(key: string, current: number, count: number): number | undefined {
  if (key === "ArrowRight") return (current + 1) % count;
  if (key === "ArrowLeft") return (current - 1 + count) % count;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return undefined;
}
