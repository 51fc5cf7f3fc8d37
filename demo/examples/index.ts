import { apart } from "./apart";
import { agents, anyData, queues, tutorial, wholeContactCentre, writeAhead } from "./collectors";
import type { FlowNode } from "./flow";
import { throughJetStream } from "./jetstream";
import { liveState, liveWallboard } from "./live";
import { twoPollers } from "./two-pollers";
import { wallboard } from "./wallboard";

/** The files in `examples/`, in the order of the import menu: the recommended one first, the source tutorial's last. */
export const EXAMPLES: Readonly<Record<string, () => FlowNode[]>> = {
  "01 - Write-ahead collector": writeAhead,
  "02 - Queues live and by interval": queues,
  "03 - Agents live and by interval": agents,
  "04 - Whole contact centre": wholeContactCentre,
  "05 - Dashboard": wallboard,
  "06 - Any data, durably": anyData,
  "07 - Collector and writer apart": apart,
  "08 - Live by push": liveState,
  "09 - Live wallboard": liveWallboard,
  "10 - Source tutorial collector": tutorial,
  "11 - Through JetStream": throughJetStream,
  "12 - Two pollers": twoPollers,
};

/** A flow file as it is written. */
export function exampleText(nodes: readonly FlowNode[]): string {
  return `${JSON.stringify(nodes, undefined, 2)}\n`;
}
