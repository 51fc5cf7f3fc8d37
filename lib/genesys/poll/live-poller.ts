import type { CallOptions } from "../http/client";
import { refusal } from "../interval/loads";
import { type LivePollerSettings, type PollAnswer, type Poller, tellOf, tellOfClock } from "./poller";

/** Polls what is going on now, which has no past to fetch. */
export class LivePoller implements Poller {
  readonly progress = { corrected: 0 };
  readonly #settings: LivePollerSettings;

  constructor(settings: LivePollerSettings) {
    this.#settings = settings;
  }

  async poll(options: CallOptions, emit: (answer: PollAnswer) => void): Promise<void> {
    const { client, source, notices } = this.#settings;
    const askedAt = client.clock.now();
    const answered = await source.ask(options);
    tellOf(answered, notices);
    tellOfClock(client, notices);
    emit({
      ...answered,
      kind: source.kind,
      reason: "poll",
      askedAt: client.skew.at(askedAt),
      polledAt: answered.answeredAt ?? client.skew.now(),
      complete: answered.failures.length === 0 && answered.malformed === 0,
    });
  }

  work(): Promise<"done"> {
    return Promise.resolve("done");
  }

  load(): Promise<void> {
    return Promise.reject(refusal("msg.load is for polls by interval: what is going on now has no history"));
  }

  share(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.#settings.source.close?.();
  }
}
