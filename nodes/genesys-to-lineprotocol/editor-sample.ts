import { sampleLine } from "../../lib/line-protocol/sample";
import type { ConverterSettings, NameMode, TimestampMode } from "../../lib/line-protocol/settings";
import type { PollKind } from "../../lib/terms/kinds";
import { kindOfQuery } from "../../lib/terms/queries";
import type { Dialog } from "../../lib/node-red/editor/dialog";
import { upstream } from "../../lib/node-red/editor/wires";
import { asError } from "../../lib/terms/as-error";

/** Shows a line in the form's settings for each kind of poll wired to the node. */
export function showSample(dialog: Dialog, node: EditorNode, tags: () => string[]): { draw(): void } {
  const box = dialog.root.find(".gi-sample");
  const kinds = kindsBefore(node);
  const draw = (): void => {
    const settings: ConverterSettings = {
      measurement: dialog.value("measurement"),
      environment: dialog.value("environment"),
      timestamp: dialog.value("timestamp") as TimestampMode,
      align: dialog.value("align"),
      queueName: dialog.value("queueName") as NameMode,
      tags: tags(),
      zeroFill: dialog.field("zeroFill").prop("checked") === true,
    };
    box.empty();
    for (const kind of kinds) {
      let line: string;
      try {
        line = sampleLine(settings, kind);
        box.removeClass("gi-wrong");
      } catch (error) {
        line = asError(error).message;
        box.addClass("gi-wrong");
      }
      box.append($("<div/>").text(line));
    }
  };
  dialog.watch(["measurement", "environment", "timestamp", "align", "queueName", "zeroFill"], draw);
  return { draw };
}

/** The kinds of the polls wired to the node; the tutorial's rows where there are none. */
function kindsBefore(node: EditorNode): Set<PollKind> {
  const kinds = new Set<PollKind>();
  for (const { type, query } of upstream(node) as Array<EditorNode & { query?: string }>) {
    const kind = kindOfQuery(type, query);
    if (kind) kinds.add(kind);
  }
  return kinds.size > 0 ? kinds : new Set<PollKind>(["queue-details"]);
}
