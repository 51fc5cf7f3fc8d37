// The demo's page: draws what `figures.ts` made of the stored points, again every few seconds.
import Chart from "chart.js/auto";
import type { Figures } from "./figures";

const REFRESH_MS = 5_000;
const MOST_QUEUES = 12;
const COLOURS = { offered: "#9db4c8", answered: "#2f7d4f", abandoned: "#c2410c", level: "#2f6f9f" };
const STATUSES: readonly (readonly [status: string, words: string, colour: string])[] = [
  ["INTERACTING", "with a customer", "#2f7d4f"],
  ["IDLE", "ready", "#7fb08f"],
  ["COMMUNICATING", "on another call", "#2f6f9f"],
  ["NOT_RESPONDING", "not responding", "#c2410c"],
  ["OFF_QUEUE", "off queue", "#9aa5b1"],
];

const element = (id: string) => document.getElementById(id) as HTMLElement;
const say = (id: string, text: string) => (element(id).textContent = text);
const clock = (time: number) =>
  new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
const minutes = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(Math.round(seconds) % 60).padStart(2, "0")} min`;

const still = { animation: false, responsive: true, maintainAspectRatio: false } as const;
const counts = new Chart(element("counts") as HTMLCanvasElement, {
  type: "bar",
  data: { datasets: [] },
  options: { ...still, scales: { y: { beginAtZero: true, ticks: { precision: 0 } } } },
});
const levels = new Chart(element("levels") as HTMLCanvasElement, {
  type: "line",
  data: { datasets: [] },
  options: {
    ...still,
    scales: { y: { min: 0, max: 100, ticks: { callback: (value) => `${value} %` } } },
    plugins: { legend: { display: false } },
  },
});
const agents = new Chart(element("agents") as HTMLCanvasElement, {
  type: "bar",
  data: { datasets: [] },
  options: {
    ...still,
    indexAxis: "y",
    scales: { x: { beginAtZero: true, ticks: { precision: 0 } } },
    plugins: { legend: { display: false } },
  },
});

function draw({ halfHours, queues, agents: statuses, signedOut }: Figures): void {
  const closed = halfHours.filter(({ open }) => !open);
  const labels = closed.map(({ start }) => clock(start));
  const bars = (label: string, key: "offered" | "answered" | "abandoned") => ({
    ...{ label, data: closed.map((halfHour) => halfHour[key]), backgroundColor: COLOURS[key] },
  });
  counts.data = {
    labels,
    datasets: [bars("Offered", "offered"), bars("Answered", "answered"), bars("Abandoned", "abandoned")],
  };
  counts.update();
  levels.data = {
    labels,
    datasets: [
      {
        ...{ label: "Service level", data: closed.map(({ serviceLevel }) => serviceLevel ?? null) },
        ...{ borderColor: COLOURS.level, backgroundColor: COLOURS.level, spanGaps: true },
      },
    ],
  };
  levels.update();
  agents.data = {
    labels: STATUSES.map(([, words]) => words),
    datasets: [
      {
        data: STATUSES.map(([status]) => statuses[status] ?? 0),
        backgroundColor: STATUSES.map(([, , colour]) => colour),
      },
    ],
  };
  agents.update();
  say("signed-out", signedOut > 0 ? `${signedOut} more are signed out.` : "");

  const last = closed.filter(({ serviceLevel }) => serviceLevel !== undefined).at(-1);
  if (last?.serviceLevel !== undefined) {
    say("level", `${last.serviceLevel.toFixed(0)} %`);
    say("level-of", `of the half hour since ${clock(last.start)}`);
  }
  const open = halfHours.find((halfHour) => halfHour.open);
  if (open) {
    say("open-title", `The open half hour, since ${clock(open.start)}`);
    say("open", `${open.offered} offered`);
    say("open-of", `${open.answered} answered, ${open.abandoned} abandoned so far`);
  }
  if (queues.length > 0) {
    say("waiting", String(queues.reduce((sum, { waiting }) => sum + waiting, 0)));
    const longest = Math.max(...queues.map(({ longestWaitSeconds }) => longestWaitSeconds));
    say("longest", longest > 0 ? `the longest for ${minutes(longest)}` : "nobody waits");
  }
  element("queues").replaceChildren(
    ...queues.slice(0, MOST_QUEUES).map(({ name, waiting, interacting, longestWaitSeconds }) => {
      const row = document.createElement("tr");
      const cells = [name, waiting, interacting, longestWaitSeconds > 0 ? minutes(longestWaitSeconds) : ""];
      for (const text of cells) row.insertCell().textContent = String(text);
      return row;
    }),
  );
}

async function refresh(): Promise<void> {
  try {
    draw((await (await fetch("figures.json")).json()) as Figures);
  } catch {
    say("level-of", "the demo does not answer");
  }
  setTimeout(() => void refresh(), REFRESH_MS);
}

(element("points") as HTMLAnchorElement).href = "points";
void refresh();
