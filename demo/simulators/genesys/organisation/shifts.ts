import type { Random } from "./random";
import type { RoutingStatus, SystemPresence } from "./organisation";

/** Minutes and hours in milliseconds. */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** What an agent means to do from a time on; a step waits until the conversation in hand is finished. */
export interface PlanStep {
  /** Milliseconds since the start of the day. */
  readonly at: number;
  readonly presence: SystemPresence;
  /** The second presence of this kind that the organisation has defined, if it has one. */
  readonly variant: number;
  readonly routing: RoutingStatus;
}

/** Hour at which a shift of eight hours starts, and how many of a hundred agents have it. */
const SHIFTS: readonly (readonly [startHour: number, share: number])[] = [
  [0, 8],
  [6, 12],
  [7, 14],
  [8, 20],
  [9, 16],
  [11, 10],
  [14, 9],
  [16, 11],
];
const SHIFT_HOURS = 8;

/** The hour at which the shift of agent number `position` of `agents` starts. */
export function shiftStart(position: number, agents: number): number {
  let rank = ((position + 0.5) / agents) * 100;
  for (const [start, share] of SHIFTS) {
    if (rank < share) return start;
    rank -= share;
  }
  return 16;
}

/** How many of `agents` are at work at an hour of the day, breaks left out of account. */
export function atWork(hourOfDay: number, agents: number): number {
  let count = 0;
  for (let position = 0; position < agents; position++) {
    const start = shiftStart(position, agents);
    if (hourOfDay >= start && hourOfDay < start + SHIFT_HOURS) count++;
  }
  return count;
}

/** The day of one agent: blocks on the queue, breaks, a meal, now and then a meeting, a training or an own call. */
export function planOf(random: Random, startHour: number): PlanStep[] {
  const steps: PlanStep[] = [];
  const start = startHour * HOUR;
  const end = start + SHIFT_HOURS * HOUR;
  const add = (at: number, presence: SystemPresence, routing: RoutingStatus = "OFF_QUEUE", variant = 0) => {
    if (at < end - MINUTE) steps.push({ at: Math.round(at), presence, routing, variant });
  };
  const onQueue = (from: number, to: number) => {
    add(from, "ON_QUEUE", "IDLE");
    if (to - from > HOUR && random.chance(0.3)) {
      const call = random.between(from + 10 * MINUTE, to - 20 * MINUTE);
      add(call, "ON_QUEUE", "COMMUNICATING");
      add(call + random.between(1, 6) * MINUTE, "ON_QUEUE", "IDLE");
    }
  };
  let at = start + random.between(0, 4) * MINUTE;
  add(at, "AVAILABLE");
  const first = at + random.between(2, 8) * MINUTE;
  at = first + random.between(1.6, 2.2) * HOUR;
  onQueue(first, at);
  add(at, "BREAK", "OFF_QUEUE", random.chance(0.5) ? 1 : 0);
  const second = at + random.between(10, 18) * MINUTE;
  at = start + random.between(3.8, 4.4) * HOUR;
  onQueue(second, at);
  add(at, "MEAL");
  const third = at + random.between(28, 40) * MINUTE;
  at = third + random.between(1, 1.5) * HOUR;
  onQueue(third, at);
  const other = random.next();
  if (other < 0.7) {
    add(at, other < 0.25 ? "MEETING" : other < 0.4 ? "TRAINING" : other < 0.55 ? "BUSY" : "AWAY");
    at += random.between(5, 30) * MINUTE;
    onQueue(at, end);
  }
  steps.push({ at: end - 1, presence: "OFFLINE", routing: "OFF_QUEUE", variant: 0 });
  return steps;
}
