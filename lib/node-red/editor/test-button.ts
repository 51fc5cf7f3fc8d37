import type { SettingsTable } from "../settings-table";
import type { Dialog } from "./dialog";
import { shared } from "./texts";

/** What a connection test answers; the same shape for Genesys Cloud and InfluxDB. */
interface Report {
  ok: boolean;
  /** All in one sentence. */
  message?: string;
  checks: Array<{ name: string; ok: boolean; permission?: string; message?: string }>;
}

/** Makes a "Test connection" button: posts the form as it stands, shows line by line what works and what to do. */
export function testButton(dialog: Dialog, url: string, node: EditorNode, table: SettingsTable): void {
  const form = (): Record<string, string> => ({
    id: node.id,
    ...Object.fromEntries(Object.keys(table).map((property) => [property, dialog.value(property)])),
  });
  const button = dialog.root.find(".gi-test");
  const result = dialog.root.find(".gi-test-result").attr({ role: "status", "aria-live": "polite" });
  button.on("click", () => {
    if (button.attr("aria-disabled") === "true") return;
    button.attr("aria-disabled", "true").addClass("disabled");
    result.empty().append($("<span/>").text(shared("test.running")));
    $.ajax({
      url,
      type: "POST",
      contentType: "application/json",
      data: JSON.stringify(form()),
      timeout: 60_000,
    })
      .done((report: unknown) => {
        showReport(result, report as Report);
      })
      .fail((request) => {
        result.empty().append(line(false, failure(request)));
      })
      .always(() => {
        button.removeAttr("aria-disabled").removeClass("disabled");
      });
  });
}

function showReport(result: JQuery, report: Report): void {
  const list = $("<ul/>", { class: "gi-list" });
  for (const { ok, name, permission, message } of report.checks) {
    const what = permission && !ok ? `${name} (${permission})` : name;
    list.append($("<li/>").append(line(ok, message ? `${what}: ${message}` : what).contents()));
  }
  result.empty();
  if (report.message) result.append($("<p/>", { class: "gi-summary" }).text(report.message));
  result.append(list);
}

function line(ok: boolean, message: string): JQuery {
  return $("<div/>").append(
    $("<i/>", {
      class: ok ? "fa fa-check gi-good" : "fa fa-times gi-bad",
      role: "img",
      "aria-label": shared(ok ? "test.good" : "test.bad"),
    }),
    document.createTextNode(" "),
    $("<span/>").text(message),
  );
}

/** Why an admin request failed, in words for the dialog. */
export function failure(request: { status?: number; responseJSON?: unknown }): string {
  const body = request.responseJSON as { message?: unknown } | undefined;
  if (request.status === 401 || request.status === 403) return shared("request.forbidden");
  if (typeof body?.message === "string") return body.message;
  if (request.status === 404) return shared("request.notDeployed");
  return shared("request.unreachable");
}
