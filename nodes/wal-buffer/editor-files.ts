import { failure } from "../../lib/node-red/editor/test-button";
import { formatNumber, formatTime, shared, textsOf } from "../../lib/node-red/editor/texts";

const text = textsOf("wal-buffer");

/** What `GET wal-buffer/<id>/files` answers. */
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
  /** Why lines are not being kept. */
  problem?: string;
}

/** The log of a buffer that is no longer there. */
interface Orphan {
  directory: string;
  lines: number;
  bytes: number;
}

/** What `GET wal-buffer/<id>/orphans` answers. */
interface Orphans {
  deployed: boolean;
  items: Orphan[];
}

/** What `GET wal-buffer/<id>/rejected` answers. */
interface Rejected {
  deployed: boolean;
  open: boolean;
  total: number;
  items: Array<{ line: string; reason: string; at: string }>;
}

/** What `GET wal-buffer/<id>/orphans` answers. */
interface Orphans {
  items: Array<{ directory: string; lines: number; bytes: number }>;
}

/** Fills the tab that shows where a deployed buffer's files are, how full it is, and its dead letters. */
export function walFiles(root: JQuery, id: string, maxSizeMB: () => number): void {
  const base = `wal-buffer/${encodeURIComponent(id)}`;
  const files = root.find(".gi-files");
  const dead = root.find(".gi-dead-letters");
  const lost = root.find(".gi-orphans");
  const lookForOrphans = (): void => {
    $.ajax({ url: `${base}/orphans`, dataType: "json", timeout: 20_000 })
      .done((answer) => {
        const { items } = answer as Orphans;
        lost.empty().append(...items.map((item) => orphan(`${base}/adopt`, item, lookForOrphans)));
      })
      // Who may not see them has none.
      .fail(() => lost.empty());
  };
  const look = (): void => {
    lookForOrphans();
    ask(`${base}/files`, files, (answer) =>
      show(files, answer as Files, (it) => [fileTable(it, maxSizeMB())]),
    );
  };
  const orphans = root.find(".gi-orphans");
  root.find(".gi-refresh").on("click", () => {
    look();
    showOrphans(orphans, base, look);
  });
  root.find(".gi-dead").on("click", () => {
    ask(`${base}/rejected`, dead, (answer) => show(dead, answer as Rejected, deadLetters));
  });
  look();
  showOrphans(orphans, base, look);
}

/** Logs of buffers that are no longer there, each with a button that takes it over. */
function showOrphans(place: JQuery, base: string, done: () => void): void {
  $.ajax({ url: `${base}/orphans`, dataType: "json", timeout: 20_000 })
    .done((answer: unknown) => {
      const { deployed, items } = answer as Orphans;
      place.empty();
      if (!deployed || items.length === 0) return;
      const rows = items.map((orphan) => $("<li/>").append(orphanRow(orphan, base, place, done).contents()));
      place.append($("<p/>").text(text("files.orphans")), $("<ul/>", { class: "gi-list" }).append(...rows));
    })
    .fail(() => place.empty());
}

function orphanRow(
  { directory, lines, bytes }: Orphan,
  base: string,
  place: JQuery,
  done: () => void,
): JQuery {
  const button = $("<button/>", { type: "button", class: "red-ui-button" }).text(text("files.adopt"));
  const words = text("files.orphan", { lines: formatNumber(lines), size: size(bytes) });
  const answer = $("<div/>", { class: "gi-hint", "aria-live": "polite" });
  button.on("click", () => {
    button.prop("disabled", true);
    $.ajax({
      url: `${base}/adopt`,
      type: "POST",
      contentType: "application/json",
      data: JSON.stringify({ directory }),
      timeout: 60_000,
    })
      .done(() => {
        done();
        showOrphans(place, base, done);
      })
      .fail((request) => {
        button.prop("disabled", false);
        answer.text(failure(request, "wal-buffer"));
      });
  });
  return $("<div/>").append(
    $("<div/>").append(
      $("<div/>", { class: "gi-code" }).text(directory),
      $("<div/>").text(words),
      button,
      answer,
    ),
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
        $("<th/>", { scope: "row", width: "120" }).text(name),
        typeof content === "string" ? $("<td/>").text(content) : $("<td/>").append(content),
      ),
    );
  }
  return $("<table/>", { class: "gi-table" }).append(body);
}

/** A log whose node is gone, with a button that takes it over. */
function orphan(url: string, { directory, lines, bytes }: Orphans["items"][0], again: () => void): JQuery {
  const result = $("<span/>", { role: "status" });
  const button = $("<button/>", { type: "button", class: "red-ui-button" }).text(text("files.adopt"));
  button.on("click", () => {
    button.prop("disabled", true);
    result.text(text("files.loading"));
    $.ajax({
      url,
      type: "POST",
      contentType: "application/json",
      data: JSON.stringify({ directory }),
      timeout: 600_000,
    })
      .done(() => again())
      .fail((request) => {
        button.prop("disabled", false);
        result.text(failure(request));
      });
  });
  const words = text("files.orphan", { lines: formatNumber(lines), size: size(bytes) });
  return $("<div/>", { class: "gi-box" }).append(
    $("<div/>").text(words),
    $("<div/>", { class: "gi-code" }).text(directory),
    button,
    result,
  );
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
