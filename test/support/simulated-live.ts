import assert from "node:assert/strict";
import { presenceMappings } from "../../demo/simulators/genesys/mappings";
import type { GenesysSimulator } from "../../demo/simulators/genesys/server";
import {
  agentPoller,
  genesysInfo,
  Notices,
  type PollAnswer,
  type Poller,
  queuePoller,
} from "../../lib/genesys/index";
import { DEFAULT_OBSERVATION_METRICS } from "../../lib/genesys/metrics/catalogue";
import type { PollerParts } from "../../lib/genesys/poll/buckets";
import type { GenesysInfo } from "../../lib/terms/messages";
import { GONE_AGENT } from "../../lib/terms/observations";
import type { PointMaker, StoredPoint } from "./simulated-points";

/** A poll of live state: what it asks, and what a dashboard shows as its last values. */
export class LiveNode {
  readonly said: string[] = [];
  /** The newest point of each series. */
  readonly last = new Map<string, StoredPoint>();
  poller: Poller | undefined;
  #presences: GenesysInfo["presences"];

  /** @param directory what it keeps over restarts */
  constructor(
    readonly kind: "queue-observations" | "agent-activity",
    readonly directory: string,
  ) {}

  /** Begins a life of our process. */
  start(parts: Pick<PollerParts, "config">): void {
    const say = (message: string) => void this.said.push(message);
    const all = { ...parts, notices: new Notices(say, say), directory: this.directory };
    const times = { granularity: "", lookback: 0, maxBackfill: 0, queues: [] };
    this.poller =
      this.kind === "queue-observations"
        ? queuePoller({ ...times, query: "observations", mediaTypes: [], metrics: [], groupBy: [] }, all)
        : agentPoller({ ...times, query: "activity", agents: [] }, all);
  }

  async poll(maker: PointMaker, deadline: number, now: number): Promise<void> {
    const answers: PollAnswer[] = [];
    await this.poller?.poll({ deadline }, (answer) => answers.push(answer)).catch(() => undefined);
    for (const answer of answers) {
      const info = genesysInfo(answer, { environment: "demo", region: "custom" });
      this.#presences = { ...this.#presences, ...info.presences };
      for (const point of await maker.pointsOf(answer.rows, info, now)) this.last.set(point.series, point);
    }
  }

  /**
   * Checks right after a poll that every series shows the true state, that agents who are gone have their last point,
   * and that a notice named each queue that is not answered any more.
   *
   * @returns how many series were compared, and how many have ended
   */
  async check({ organisation, truth }: GenesysSimulator, maker: PointMaker, now: number) {
    const rows =
      this.kind === "queue-observations"
        ? truth("queues/observations", observationsOf(organisation.queues().map(({ id }) => id)), now)
        : truth("users/activity", ACTIVITY, now);
    const polledAt = new Date(now).toISOString();
    const true_ = await maker.pointsOf(
      rows,
      {
        kind: this.kind,
        mappings: presenceMappings(organisation),
        presences: this.#presences,
        polledAt,
        environment: "demo",
        region: "custom",
        complete: true,
        reason: "poll",
      },
      now,
    );
    const ended = new Map(this.last);
    for (const { series, fields } of true_) {
      const shown = ended.get(series);
      ended.delete(series);
      assert.equal(shown?.time, now, `${series} is not of now`);
      for (const [name, value] of fields) {
        if (!name.endsWith("Name")) assert.equal(shown.fields.get(name), value, `${series} ${name}`);
      }
      for (const [name, value] of shown.fields) {
        if (!fields.has(name) && typeof value === "number") assert.equal(value, 0, `${series} ${name}`);
      }
    }
    for (const { series, tags, fields } of ended.values()) {
      const agent = tags.get("userId");
      if (agent === undefined) {
        const { name = "" } = organisation.queueById(tags.get("queueId") ?? "") ?? {};
        const words = this.said.filter((text) => text.startsWith("no longer answered")).join("\n");
        assert.ok(words.includes(name), `${series} has ended, and nobody was told: ${words}`);
      } else {
        const { routingStatus, systemPresence } = GONE_AGENT;
        assert.deepEqual(
          [fields.get("routingStatus"), fields.get("systemPresence"), fields.get("activeQueues")],
          [routingStatus, systemPresence, 0],
          `${series} has ended without its last point`,
        );
      }
    }
    return { series: true_.length, ended: ended.size };
  }
}

const ACTIVITY = { metrics: [{ metric: "oActiveQueues", details: true }], groupBy: ["userId"] };

function observationsOf(ids: readonly string[]): object {
  const predicates = ids.map((value) => ({ dimension: "queueId", value }));
  return {
    filter: { type: "or", predicates },
    metrics: DEFAULT_OBSERVATION_METRICS,
  };
}
