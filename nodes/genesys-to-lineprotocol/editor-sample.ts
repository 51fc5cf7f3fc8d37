import { type FamilySample, sampleLine } from "../../lib/line-protocol/sample";
import type { ConverterSettings, NameMode, TimestampMode } from "../../lib/line-protocol/settings";
import { FAMILIES, isFamily } from "../../lib/terms/families";
import type { PollKind } from "../../lib/terms/kinds";
import { kindOfQuery } from "../../lib/terms/queries";
import { asList, type Dialog } from "../../lib/node-red/editor/dialog";
import { familySample } from "../../lib/node-red/editor/family-options";
import { upstream } from "../../lib/node-red/editor/wires";
import { asError } from "../../lib/terms/as-error";

/** Shows a line in the form's settings for each kind of poll wired to the node. */
export function showSample(dialog: Dialog, node: EditorNode, tags: () => string[]): { draw(): void } {
  const box = dialog.root.find(".gi-sample");
  const polls = pollsBefore(node);
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
    for (const { kind, asked } of polls) {
      let line: string;
      try {
        line = sampleLine(settings, kind, undefined, asked);
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

/** One sort of rows that comes. */
interface Before {
  readonly kind: PollKind;
  readonly asked?: FamilySample | undefined;
}

/** The kinds of the polls wired to the node, and what analytics polls ask; the tutorial's rows where there are none. */
function pollsBefore(node: EditorNode): readonly Before[] {
  const polls = new Map<string, Before>();
  for (const poll of upstream(node)) {
    const kind = kindOfQuery(poll.type, poll["query"]);
    if (!kind) continue;
    const asked = kind === "analytics-aggregates" ? sampleOf(poll) : undefined;
    polls.set(JSON.stringify([kind, asked]), { kind, asked });
  }
  return polls.size > 0 ? [...polls.values()] : [{ kind: "queue-details" }];
}

function sampleOf(poll: EditorNode): FamilySample {
  const { family, granularity } = poll as { family?: unknown; granularity?: unknown };
  return familySample(
    isFamily(family) ? family : FAMILIES[0]!,
    (property) => asList(poll[property]),
    typeof granularity === "string" ? granularity : "",
  );
}
