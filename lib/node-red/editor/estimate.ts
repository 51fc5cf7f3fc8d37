import {
  estimateCalls,
  estimateLive,
  type EstimateSettings,
  MAX_CHANNELS,
  RATE_PER_MINUTE,
} from "../../genesys/browser";
import { isDate } from "../../terms/dates";
import { durationMs } from "../../terms/durations";
import { INTERVAL_SETTINGS } from "../poll/interval-settings";
import type { Dialog } from "./dialog";
import { formatNumber, shared } from "./texts";
import { upstream } from "./wires";

/** Assumed without an inject node to read it from: the interval of the examples. */
const ASSUMED_SECONDS = 30;
/** Share of the limit above which other clients of the organisation begin to suffer. */
const MUCH = 0.5;

/** Reads the form of a poll dialog; undefined while the number of queues or agents is unknown. */
export type EstimateSource = () => Omit<EstimateSettings, "everySeconds"> | undefined;

/** The settings of interval polls that the estimate depends on. */
const INTERVAL_FIELDS = ["granularity", "lookback", "resyncDays", "historyFrom"];

/**
 * Reads the settings of interval polls from the form for the estimate.
 *
 * @param own defaults of a poll that has others than the settings table
 */
export function intervalFacts(
  dialog: Dialog,
  own: { readonly lookback?: number; readonly granularity?: string } = {},
): Pick<EstimateSettings, "lookback" | "resyncDays" | "historyDays" | "granularityMs"> {
  const { granularity, lookback, resyncDays } = INTERVAL_SETTINGS;
  const number = (property: string, blank: number) =>
    dialog.value(property) === "" ? blank : Number(dialog.value(property)) || 0;
  const granularityMs = durationMs(dialog.value("granularity") || (own.granularity ?? granularity.blank));
  return {
    lookback: number("lookback", own.lookback ?? lookback.default),
    resyncDays: number("resyncDays", resyncDays.default),
    historyDays: daysSince(dialog.value("historyFrom")),
    ...(granularityMs && { granularityMs }),
  };
}

/** Days from a date or a duration of `historyFrom` to now; 0 where it is neither, or lies ahead. */
function daysSince(historyFrom: string): number {
  const length = durationMs(historyFrom) ?? (isDate(historyFrom) ? Date.now() - Date.parse(historyFrom) : 0);
  return Math.max(0, length / 86_400_000);
}

/**
 * Shows how many requests the settings of an interval poll cost, against the limit. Call `draw` whenever something else
 * of the form changes.
 */
export function showEstimate(dialog: Dialog, node: EditorNode, source: EstimateSource): { draw(): void } {
  const box = dialog.root.find(".gi-estimate");
  const tick = tickOf(node);
  const every = $("<input/>", { type: "text", id: "gi-every", inputmode: "numeric" })
    .css({ width: "60px", height: "26px", margin: "0 4px" })
    .attr("autocomplete", "off")
    .val(String(tick ?? ASSUMED_SECONDS));
  const result = $("<div/>", { role: "status" });
  box.append(
    $("<div/>").append(
      $("<label/>", { for: "gi-every" })
        .css({ display: "inline", width: "auto", margin: 0 })
        .text(shared("estimate.every")),
      every,
      $("<span/>").text(shared(tick === undefined ? "estimate.assumed" : "estimate.fromInject")),
    ),
    result,
  );
  const draw = (): void => {
    const known = source();
    const seconds = Number(every.val());
    result.empty();
    if (!known || !(seconds > 0)) {
      result.text(shared("estimate.unknown"));
      return;
    }
    const { perMinute, perMonth, rateShare, listsPerHour, resync, history } = estimateCalls({
      ...known,
      everySeconds: seconds,
    });
    const calls = formatNumber(perMinute, 1);
    const share = formatNumber(100 * rateShare, 1);
    const lines = [
      shared("estimate.perMinute", { calls, limit: RATE_PER_MINUTE, share }),
      listsPerHour > 0 && shared("estimate.lists", { calls: formatNumber(Math.ceil(listsPerHour)) }),
      resync &&
        shared("estimate.resync", {
          calls: formatNumber(resync.requests),
          minutes: formatNumber(resync.minutes),
        }),
      history &&
        shared("estimate.history", {
          days: formatNumber(known.historyDays ?? 0),
          calls: formatNumber(history.requests),
          duration: durationOf(history.minutes),
        }),
      shared("estimate.perMonth", { calls: formatNumber(perMonth) }),
      rateShare > MUCH && shared("estimate.many"),
    ];
    result.append(...lines.filter((line) => typeof line === "string").map((line) => $("<div/>").text(line)));
    box.toggleClass("gi-warning", rateShare > MUCH);
  };
  every.on("input", draw);
  dialog.watch(INTERVAL_FIELDS, draw);
  return { draw };
}

/** "12 min", or hours where they are many. */
function durationOf(minutes: number): string {
  return minutes < 120
    ? shared("estimate.minutes", { count: formatNumber(minutes) })
    : shared("estimate.hours", { count: formatNumber(minutes / 60, 1) });
}

/**
 * Shows how many requests live state costs, while changes are pushed and while they are not.
 *
 * @param source reads the form; `everySeconds` is the time between two snapshots
 */
export function showLiveEstimate(root: JQuery, source: () => EstimateSettings | undefined): { draw(): void } {
  const box = root.find(".gi-estimate");
  const draw = (): void => {
    const known = source();
    box.empty();
    if (!known || !(known.everySeconds > 0)) {
      box.text(shared("estimate.unknown"));
      return;
    }
    const { perHour, perHourPolling, channels } = estimateLive(known);
    for (const line of [
      shared("estimate.pushed", { calls: formatNumber(perHour), limit: formatNumber(60 * RATE_PER_MINUTE) }),
      shared("estimate.notPushed", { calls: formatNumber(perHourPolling) }),
      shared("estimate.channels", { channels: formatNumber(channels), limit: MAX_CHANNELS }),
    ])
      box.append($("<div/>").text(line));
    const many = perHourPolling > MUCH * 60 * RATE_PER_MINUTE || channels >= MAX_CHANNELS;
    if (many) box.append($("<div/>").text(shared("estimate.manyLive")));
    box.toggleClass("gi-warning", many);
  };
  draw();
  return { draw };
}

/** Seconds between the messages of the fastest repeating inject node before this one. */
function tickOf(node: EditorNode): number | undefined {
  const repeats = upstream(node)
    .filter(({ type }) => type === "inject")
    .map((inject) => Number(inject["repeat"]))
    .filter((seconds) => seconds > 0);
  return repeats.length > 0 ? Math.min(...repeats) : undefined;
}
