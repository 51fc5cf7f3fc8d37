// How the cost of a row grows with the number of queues.
import { aggregateRows, tutorialRows } from "./support/answers";
import { costOf } from "./support/conversion";
import { report } from "./support/report";

const [FEW, MANY] = [100, 50_000];

report(async () => {
  const [fewTutorial, manyTutorial] = [await costOf(tutorialRows(FEW)), await costOf(tutorialRows(MANY))];
  const [few, many] = [await costOf(aggregateRows(FEW, 1, 1)), await costOf(aggregateRows(MANY, 1, 1))];
  const all = [fewTutorial, manyTutorial, few, many].map(({ convertUs }) => convertUs.toFixed(2));
  return [
    {
      work: "growth of the cost per row, 100 → 50,000 queues",
      rival: "itself",
      figures: [
        { of: "tutorial", value: manyTutorial.convertUs / fewTutorial.convertUs, atMost: 1.6 },
        { of: "aggregate", value: many.convertUs / few.convertUs, atMost: 1.6 },
      ],
      seen: `${all.join(", ")} µs a row`,
    },
  ];
});
