import { failure } from "../../lib/node-red/editor/test-button";
import { formatNumber, formatTime, shared, textsOf } from "../../lib/node-red/editor/texts";
import { ADOPT_LIMIT_MS } from "./settings";

const text = textsOf("wal-buffer");

/** The answer of `GET wal-buffer/<id>/files`. */
interface Files {
  deployed: boolean;
  open: boolean;
  directory: string;
  pendingLines: number;
  bytes: number;
  oldestAt?: number;
  now: number;
  dropped: number;
  corrupt: number;
  rejected: number;
  /** Why lines are not durable. */
  problem?: string;
}

/** The log of a buffer that is gone. */
interface Orphan {
  directory: string;
  lines: number;
  bytes: number;
}

/** The answer of `GET wal-buffer/<id>/orphans`. */
interface Orphans {
  deployed: boolean;
  items: Orphan[];
}

/** The answer of `GET wal-buffer/<id>/rejected`. */
interface Rejected {
  deployed: boolean;
  open: boolean;
  total: number;
  items: Array<{ line: string; reason: string; at: string }>;
}

/** Fills the tab with a deployed buffer's files, dead letters, and logs whose buffers are gone. */
export function walFiles(root: JQuery, id: string, maxSizeMB: () => number): void {
  const base = `wal-buffer/${encodeURIComponent(id)}`;
  const files = root.find(".gi-files");
  const dead = root.find(".gi-dead-letters");
  const look = (): void => {
    showOrphans(root.find(".gi-orphans"), base, look);
    ask(`${base}/files`, files, (answer) =>
      show(files, answer as Files, (it) => [fileTable(it, maxSizeMB())]),
    );
  };
  root.find(".gi-refresh").on("click", look);
  root.find(".gi-dead").on("click", () => {
    ask(`${base}/rejected`, dead, (answer) => show(dead, answer as Rejected, deadLetters));
  });
  look();
}

/** Lists the logs whose buffers are gone, each with a button that takes it over. @param taken called after that */
function showOrphans(place: JQuery, base: string, taken: () => void): void {
  $.ajax({ url: `${base}/orphans`, dataType: "json", timeout: 20_000 })
    .done((answer: unknown) => {
      const { deployed, items } = answer as Orphans;
      place.empty();
      if (!deployed || items.length === 0) return;
      const rows = items.map((item) => $("<li/>").append(orphanRow(item, `${base}/adopt`, taken)));
      place.append($("<p/>").text(text("files.orphans")), $("<ul/>", { class: "gi-list" }).append(...rows));
    })
    // Users without the permission see no logs.
    .fail(() => place.empty());
}

function orphanRow({ directory, lines, bytes }: Orphan, url: string, taken: () => void): JQuery {
  const result = $("<div/>", { class: "gi-hint", role: "status" });
  const button = $("<button/>", { type: "button", class: "red-ui-button" }).text(text("files.adopt"));
  button.on("click", () => {
    button.prop("disabled", true);
    result.text(text("files.loading"));
    $.ajax({
      url,
      type: "POST",
      contentType: "application/json",
      data: JSON.stringify({ directory }),
      timeout: ADOPT_LIMIT_MS,
    })
      .done(() => taken())
      .fail((request) => {
        button.prop("disabled", false);
        result.text(failure(request, "wal-buffer"));
      });
  });
  const words = text("files.orphan", { lines: formatNumber(lines), size: size(bytes) });
  return $("<div/>").append(
    $("<div/>", { class: "gi-code" }).text(directory),
    $("<div/>").text(words),
    button,
    result,
  );
}

function ask(url: string, place: JQuery, show: (answer: unknown) => void): void {
  place.text(text("files.loading"));
  $.ajax({ url, dataType: "json", timeout: 20_000 })
    .done(show)
    .fail((request) => place.text(failure(request, "wal-buffer")));
}

function show<T extends { deployed: boolean; open: boolean }>(
  place: JQuery,
  answer: T,
  draw: (answer: T) => JQuery[],
): void {
  if (!answer.deployed) place.text(shared("request.notDeployed"));
  else if (!answer.open) place.text(text("files.notOpen"));
  else place.empty().append(...draw(answer));
}

function fileTable(files: Files, maxSizeMB: number): JQuery {
  const rows: Array<[string, string | JQuery]> = [
    [text("files.directory"), $("<span/>", { class: "gi-code" }).text(files.directory)],
    [text("files.pending"), text("files.lines", { lines: formatNumber(files.pendingLines) })],
    [text("files.oldest"), files.oldestAt ? age(files.now - files.oldestAt) : text("files.none")],
    [text("files.size"), size(files.bytes)],
    [text("files.fill"), gauge(files.bytes, maxSizeMB)],
    [text("files.rejected"), formatNumber(files.rejected)],
    [text("files.dropped"), formatNumber(files.dropped)],
    [text("files.corrupt"), formatNumber(files.corrupt)],
  ];
  if (files.problem)
    rows.unshift([text("files.problem"), $("<span/>", { class: "gi-bad" }).text(files.problem)]);
  const body = $("<tbody/>");
  for (const [name, content] of rows) {
    body.append(
      $("<tr/>").append(
        $("<th/>", { scope: "row", width: "170" }).text(name),
        typeof content === "string" ? $("<td/>").text(content) : $("<td/>").append(content),
      ),
    );
  }
  return $("<table/>", { class: "gi-table" }).append(body);
}

function gauge(bytes: number, maxSizeMB: number): JQuery {
  const share = maxSizeMB > 0 ? Math.min(100, (100 * bytes) / (maxSizeMB * 1_048_576)) : 0;
  const words = text("files.fillOf", {
    share: formatNumber(share, share < 10 ? 1 : 0),
    max: formatNumber(maxSizeMB),
  });
  return $("<div/>").append(
    $("<div/>").text(words),
    $("<div/>", { class: "gi-gauge", "aria-hidden": "true" })
      .toggleClass("gi-full", share > 80)
      .append($("<div/>").css("width", `${share}%`)),
  );
}

function deadLetters({ total, items }: Rejected): JQuery[] {
  if (items.length === 0) return [$("<p/>").text(text("files.noRejected"))];
  const head = $("<tr/>").append(
    $("<th/>", { scope: "col" }).text(text("files.line")),
    $("<th/>", { scope: "col", width: "40%" }).text(text("files.reason")),
  );
  const rows = items.map(({ line, reason, at }) =>
    $("<tr/>").append(
      $("<td/>", { class: "gi-code" }).text(line),
      $("<td/>").append($("<div/>").text(reason), $("<small/>").text(formatTime(at))),
    ),
  );
  return [
    $("<p/>").text(text("files.latest", { count: items.length, all: formatNumber(total) })),
    $("<table/>", { class: "gi-table" }).append($("<thead/>").append(head), $("<tbody/>").append(...rows)),
  ];
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1_048_576) return `${formatNumber(bytes / 1024, 1)} kB`;
  return `${formatNumber(bytes / 1_048_576, 1)} MB`;
}

function age(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const words =
    minutes < 1
      ? `${Math.max(0, Math.round(ms / 1000))} s`
      : minutes < 120
        ? `${minutes} min`
        : `${Math.round(minutes / 60)} h`;
  return text("files.age", { age: words });
}
