import assert from "node:assert/strict";
import { countSelected, matching, type PickerOption } from "../../../../lib/node-red/editor/picker-options";

const metrics: PickerOption[] = [
  {
    value: "nOverSla",
    label: "nOverSla",
    detail: "Conversations answered later than the service level wants",
  },
  { value: "tAnswered", label: "tAnswered", detail: "Time until answered" },
  { value: "tHandle", label: "tHandle" },
  { value: "nOffered", label: "nOffered" },
];
const queues: PickerOption[] = ["Retention EU", "Cashback retention", "Sales", "Sales EU", "Presales"].map(
  (label) => ({
    value: `id-${label}`,
    label,
  }),
);

const found = (options: PickerOption[], text: string) =>
  matching(options, text).shown.map(({ label }) => label);

describe("the search of a picker", () => {
  for (const [text, options, expected] of [
    ["sales", queues, ["Sales", "Sales EU", "Presales"]],
    ["ret", queues, ["Retention EU", "Cashback retention"]],
    ["answered", metrics, ["tAnswered", "nOverSla"]],
    ["handle", metrics, ["tHandle"]],
    ["eu sales", queues, ["Sales EU"]],
    ["*eu", queues, ["Retention EU", "Sales EU"]],
    ["nothing", queues, []],
  ] as const) {
    it(`finds ${expected.join(", ") || "nothing"} for "${text}", best first`, () => {
      assert.deepEqual(found([...options], text), [...expected]);
    });
  }

  it("keeps the given order where nothing is searched for", () => {
    assert.deepEqual(found(metrics, " "), ["nOverSla", "tAnswered", "tHandle", "nOffered"]);
  });

  it("shows so many rows and counts the rest", () => {
    const many = Array.from({ length: 10_000 }, (_, at) => ({ value: `q-${at}`, label: `Queue ${at}` }));
    const { shown, more } = matching(many, "queue");
    assert.deepEqual([shown.length, more], [200, 9_800]);
  });

  it("counts what a selection takes in, where that can be known", () => {
    assert.equal(countSelected(queues, []), 5);
    assert.equal(countSelected(queues, ["*eu", "id-Sales"]), 3);
    assert.equal(countSelected([], ["*eu"]), undefined);
  });
});
