import type { SettingsTable } from "../settings-table";
import type { Dialog } from "./dialog";
import { shared, textsOf } from "./texts";

/** The answer of a connection test, for Genesys Cloud and InfluxDB alike. */
interface Report {
  ok: boolean;
  /** Of the Genesys Cloud organisation. */
  organisation?: string;
  checks: Check[];
}

/** One step of it, as keys of the node's catalogue (`check.<name>`, `fault.<fault>`). */
interface Check {
  name: string;
  ok: boolean;
  fault?: string;
  permission?: string;
  /** A family of analytics; the families together are shown in two lines. */
  family?: string;
  version?: string;
  /** The other side's own words, in English. */
  message?: string;
}

/**
 * Makes a "Test connection" button: posts the form, shows line by line what works and what to do, in the editor's
 * language. A change of the form clears the result.
 */
export function testButton(dialog: Dialog, url: string, node: EditorNode, table: SettingsTable): void {
  const form = (): Record<string, string> => ({
    id: node.id,
    ...Object.fromEntries(Object.keys(table).map((property) => [property, dialog.value(property)])),
  });
  const button = dialog.root.find(".gi-test");
  const result = dialog.root.find(".gi-test-result").attr({ role: "status", "aria-live": "polite" });
  let turn = 0;
  dialog.root.on("input change", () => {
    turn++;
    result.empty();
  });
  button.on("click", () => {
    if (button.attr("aria-disabled") === "true") return;
    const mine = ++turn;
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
        if (mine === turn) showReport(result, node.type, report as Report);
      })
      .fail((request) => {
        if (mine === turn) result.empty().append(line(false, failure(request, node.type)));
      })
      .always(() => {
        button.removeAttr("aria-disabled").removeClass("disabled");
      });
  });
}

function showReport(result: JQuery, type: string, { ok, organisation, checks }: Report): void {
  const summary = !ok
    ? shared("test.notAll")
    : organisation
      ? shared("test.allGoodIn", { name: organisation })
      : shared("test.allGood");
  const list = $("<ul/>", { class: "gi-list" });
  const [families, others] = [checks.filter(({ family }) => family), checks.filter(({ family }) => !family)];
  const lines = [...others.map((check) => checkLine(type, check)), ...familyLines(type, families)];
  list.append(...lines.map((one) => $("<li/>").append(one.contents())));
  result.empty().append($("<p/>", { class: "gi-summary" }).text(summary), list);
}

function checkLine(type: string, { name, ok, fault, permission, version, message }: Check): JQuery {
  const text = textsOf(type);
  const what = version ? text(`check.${name}Version`, { version }) : text(`check.${name}`);
  if (ok) return line(true, what);
  return line(false, `${what}: ${text(`fault.${fault}`, { permission })}`, message);
}

/** Which families there are for this client, and which not: lacking one is no fault. */
function familyLines(type: string, checks: readonly Check[]): JQuery[] {
  const text = textsOf(type);
  const names = (which: readonly Check[]) => which.map(({ family }) => family).join(", ");
  const [good, bad] = [checks.filter(({ ok }) => ok), checks.filter(({ ok }) => !ok)];
  const why = bad.map(({ family, fault, permission, message }) =>
    fault === "forbidden" ? `${family}: ${permission}` : `${family}: ${message}`,
  );
  return [
    ...(good.length > 0 ? [line(true, text("families.readable", { names: names(good) }))] : []),
    ...(bad.length > 0
      ? [line(undefined, text("families.notReadable", { names: names(bad) }), why.join("; "))]
      : []),
  ];
}

/** @param ok `undefined` where it is neither good nor bad */
function line(ok: boolean | undefined, message: string, details?: string): JQuery {
  const words = $("<span/>").text(message);
  if (details) words.append($("<small/>", { class: "gi-details", lang: "en" }).text(details));
  return $("<div/>").append(
    $("<i/>", {
      class: ok === undefined ? "fa fa-minus" : ok ? "fa fa-check gi-good" : "fa fa-times gi-bad",
      role: "img",
      "aria-label": shared(ok === undefined ? "test.without" : ok ? "test.good" : "test.bad"),
    }),
    document.createTextNode(" "),
    words,
  );
}

/** The answer of an admin route other than 200. */
interface Problem {
  message?: unknown;
  code?: string;
  property?: string;
  values?: Record<string, unknown>;
}

/** Says in the dialog's words why an admin request failed. @param type the node type, for its own texts */
export function failure(request: { status?: number; responseJSON?: unknown }, type = ""): string {
  const body = request.responseJSON as Problem | undefined;
  if (request.status === 401 || request.status === 403) return shared("request.forbidden");
  if (body?.code) {
    const field = body.property ? textsOf(type)(`label.${body.property}`) : "";
    return shared(`problem.${body.code}`, { field, ...body.values });
  }
  if (typeof body?.message === "string") return body.message;
  if (request.status === 404) return shared("request.notDeployed");
  return shared("request.unreachable");
}
