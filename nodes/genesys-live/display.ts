import type { Client, FailureKind, GenesysError, LiveReport, Notices } from "../../lib/genesys";
import type { NodeParts } from "../../lib/node-red/node";

type StatusKey = "connecting" | "live" | "quiet" | "partly" | "polling" | "limited" | FailureKind;

/** Shows a live node in status and health. */
export class LiveDisplay {
  readonly #parts: NodeParts;
  readonly #client: Client;
  readonly #notices: Notices;
  #snapshots = 0;
  #failure: GenesysError | undefined;

  constructor(parts: NodeParts, client: Client, notices: Notices) {
    this.#parts = parts;
    this.#client = client;
    this.#notices = notices;
    this.#show("starting", "connecting");
  }

  show(report: LiveReport): void {
    this.#count(report);
    this.#status(report);
  }

  #count(report: LiveReport): void {
    const { reporter, clock } = this.#parts;
    const { snapshots, failure, heardAgeMs } = report;
    reporter.add("polls", snapshots - this.#snapshots);
    this.#snapshots = snapshots;
    if (failure && failure !== this.#failure) reporter.error(failure.kind);
    this.#failure = failure;
    const { budget } = this.#client;
    reporter.set({ budgetUsed: budget.used, rateLimitedUntil: budget.pausedUntil });
    if (heardAgeMs !== undefined) reporter.set({ lastPollTime: Math.round(clock.now() - heardAgeMs) });
    const problems = [report.problem, failure?.message, ...this.#notices.current].filter(
      (problem) => problem !== undefined,
    );
    const surprises = Object.entries(report.surprises).map(([kind, count]) => `${kind} ${count}`);
    reporter.details({
      push: report.mode,
      channels: report.openChannels,
      pushed: report.covered,
      wanted: report.wanted,
      events: report.events,
      eventsPerSecond: Math.round(report.eventsPerSecond * 10) / 10,
      drifted: report.drifted,
      ...(report.lastEventAgeMs !== undefined && {
        lastEventAgeS: Math.round(report.lastEventAgeMs / 1_000),
      }),
      ...(surprises.length > 0 && { surprises: surprises.join(", ") }),
      ...(problems.length > 0 && { problem: [...new Set(problems)].join("; ") }),
    });
  }

  #status(report: LiveReport): void {
    const { pausedUntil } = this.#client.budget;
    const { failure, mode } = report;
    if (mode !== "live" && pausedUntil !== undefined) {
      return this.#show("waiting", "limited", { time: new Date(pausedUntil).toTimeString().slice(0, 8) });
    }
    // While changes are pushed, a failed snapshot does not make the state doubtful.
    if (failure && mode !== "live") return this.#fail(failure);
    switch (mode) {
      case "starting":
        return this.#show("starting", "connecting");
      case "polling":
        return this.#show("degraded", "polling");
      case "partly":
        return this.#show("degraded", "partly", { covered: report.covered, wanted: report.wanted });
      case "live": {
        const { openChannels: channels, lastEventAgeMs } = report;
        const state = failure ? "degraded" : "running";
        if (lastEventAgeMs === undefined) return this.#show(state, "quiet", { channels });
        const rate = Math.round(report.eventsPerSecond);
        return this.#show(state, "live", { channels, rate, age: ageText(lastEventAgeMs) });
      }
    }
  }

  #fail({ kind, transient }: GenesysError): void {
    if (transient || kind === "answer") this.#show("degraded", kind, {}, { fill: "red", shape: "ring" });
    else this.#show("failed", kind);
  }

  #show(
    state: Parameters<NodeParts["status"]["show"]>[0],
    key: StatusKey,
    values: Record<string, string | number> = {},
    look?: Parameters<NodeParts["status"]["show"]>[2],
  ): void {
    this.#parts.status.show(state, this.#parts.text(`status.${key}`, values), look);
  }
}

/** Writes an age in few characters. */
function ageText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 100) return `${seconds}s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes}m` : `${Math.round(minutes / 60)}h`;
}
