import assert from "node:assert/strict";
import { startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { NodeRedProcess, runtimeName } from "../support/node-red";
import { closeBrowser, Editor } from "./support/editor";
import { genesysConfig, influxConfig } from "./support/parts";

const QUEUES = 3_000;
// Users whose passwords are their names.
const users = [
  {
    username: "write",
    permissions: "*",
    password: "$2b$08$3BOqS8svRAD3mwp7h9Qacue1IxzDkfl/QX4hCeaDuiDkFGYD9WDhO",
  },
  {
    username: "read",
    permissions: "read",
    password: "$2b$08$MrLBuYK.AYY4V93inGpWKetzdIpE9YXgbPPi6ZWEpMP1mylJ40rWe",
  },
];

describe(`pickers and connection tests, ${runtimeName()}`, function () {
  this.timeout(600_000);
  let genesys: Awaited<ReturnType<typeof startGenesysSimulator>>;
  let influx: Awaited<ReturnType<typeof startInfluxEndpoint>>;
  let nodeRed: NodeRedProcess;
  let editor: Editor;

  before(async () => {
    genesys = await startGenesysSimulator({
      clientId: "client",
      clientSecret: "secret",
      queues: QUEUES,
      agents: 20,
    });
    influx = await startInfluxEndpoint({ token: "token", org: "demo", buckets: ["demo"] });
    nodeRed = await NodeRedProcess.start({
      settings: `adminAuth: { type: "credentials", users: ${JSON.stringify(users)} },`,
      flows: [
        { id: "tab", type: "tab", label: "Flow" },
        genesysConfig("genesys", genesys.url),
        influxConfig("influx", influx.url),
        {
          id: "tick",
          type: "inject",
          z: "tab",
          repeat: "60",
          once: false,
          props: [],
          x: 100,
          y: 100,
          wires: [["poll"]],
        },
        {
          id: "poll",
          type: "genesys-queue-poll",
          z: "tab",
          genesys: "genesys",
          query: "aggregates",
          queues: [],
          x: 300,
          y: 100,
          wires: [[]],
        },
        {
          id: "write",
          type: "influx-batch-write",
          z: "tab",
          influx: "influx",
          x: 500,
          y: 100,
          wires: [[], [], []],
        },
      ],
      credentials: { genesys: { clientId: "client", clientSecret: "secret" }, influx: { token: "token" } },
    });
    editor = await Editor.open(nodeRed, { login: { username: "write", password: "write" } });
  });
  after(async () => {
    await editor?.close();
    await nodeRed?.dispose();
    await closeBrowser();
    await genesys?.close();
    await influx?.close();
  });

  it("shows what the settings cost, at the interval of the inject node before it", async () => {
    const { page } = editor;
    await editor.edit("poll");
    assert.equal(await page.inputValue("#gi-every"), "60");
    // It is drawn again once the list of queues has come.
    await page
      .locator(".gi-estimate", { hasText: "Daily re-sync: 960 requests, about 8 min behind the polls" })
      .waitFor();
    const estimate = await page.innerText(".gi-estimate");
    assert.match(estimate, /requests a minute of 300/);
    assert.match(estimate, /requests a month/);
    await editor.cancel();
  });

  it("lists thousands of queues, finds by words, takes a pattern and free text", async () => {
    const { page } = editor;
    await editor.edit("poll");
    const note = page.locator("#node-input-queues-picker + .gi-hint");
    await page.waitForFunction(() =>
      /3,000/.test(document.querySelector("#node-input-queues-picker + .gi-hint")?.textContent ?? ""),
    );
    assert.match(await note.innerText(), /3,000 to choose from/);
    const field = page.locator("#node-input-queues-picker input[role=combobox]");
    await field.click();
    const options = page.locator("#node-input-queues-picker [role=option]");
    await options.first().waitFor();
    assert.equal(await options.count(), 200, "only so many rows are drawn");
    const first =
      (await options.first().locator("xpath=text()").count(), await options.first().innerText()).split(
        "\n",
      )[0] ?? "";
    await field.fill(first);
    await page.keyboard.press("Enter");
    await field.fill("Sales*");
    await page.keyboard.press("Enter");
    await field.fill("not in the list");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    const chips = await page.locator("#node-input-queues-picker .gi-chip > span").allInnerTexts();
    assert.deepEqual(chips, [first, "Sales*", "not in the list"]);
    await editor.done();
    const saved = (await editor.property("poll", "queues")) as string[];
    assert.match(saved[0] ?? "", /^[0-9a-f-]{36}$/, "a queue that was picked is saved by its id");
    assert.deepEqual(saved.slice(1), ["Sales*", "not in the list"]);
  });

  it("lists metrics by family, with their meaning, and others for the live query", async () => {
    const { page } = editor;
    await editor.edit("poll");
    const field = page.locator("#node-input-metrics-picker input[role=combobox]");
    await field.fill("tHandle");
    assert.match(
      await page.locator("#node-input-metrics-picker [role=option]").first().innerText(),
      /after-call work/,
    );
    await field.fill("");
    await page.selectOption("#node-input-query", "observations");
    await field.fill("oWait");
    assert.match(
      await page.locator("#node-input-metrics-picker [role=option]").first().innerText(),
      /oWaiting/,
    );
    await field.fill("");
    await editor.cancel();
  });

  it("tests the Genesys Cloud connection with the stored secret, and says what is wrong", async () => {
    const { page } = editor;
    await editor.edit("genesys");
    const result = page.locator(".gi-test-result");
    await page.click(".gi-test");
    await result.locator("li").first().waitFor();
    assert.match(await result.innerText(), /everything works/);
    await page.fill("#node-config-input-clientSecret", "wrong");
    await page.click(".gi-test");
    await result.locator(".fa-times").first().waitFor();
    await editor.cancelConfig();
  });

  it("says a fault once, and forgets a result as soon as a field changes", async () => {
    const { page } = editor;
    await editor.edit("genesys");
    const result = page.locator(".gi-test-result");
    await page.fill("#node-config-input-clientSecret", "wrong");
    await page.click(".gi-test");
    await result.locator(".fa-times").first().waitFor();
    const said = await result.innerText();
    assert.equal(said.split("are not accepted").length, 2, said);
    await page.fill("#node-config-input-clientSecret", "other");
    assert.equal(await result.innerText(), "");
    await editor.cancelConfig();
  });

  for (const [language, listed, sentence] of [
    ["de", "3.000 zur Auswahl", "alles funktioniert."],
    ["ja", "3,000件から選択できます", "すべて問題ありません。"],
  ] as const)
    it(`answers in the language of the dialog, and writes numbers as it does: ${language}`, async () => {
      const other = await Editor.open(nodeRed, { language, login: { username: "write", password: "write" } });
      try {
        await other.edit("poll");
        await other.page.locator("#node-input-queues-picker + .gi-hint", { hasText: listed }).waitFor();
        await other.cancel();
        await other.edit("genesys");
        await other.page.click(".gi-test");
        await other.page.locator(".gi-test-result li").first().waitFor();
        const said = await other.page.innerText(".gi-test-result");
        assert.ok(said.includes(sentence), said);
        assert.doesNotMatch(said, /works|Sign-in|Queues by interval/);
        await other.cancelConfig();
      } finally {
        await other.close();
      }
    });

  it("shows in blank fields what applies, names the default metrics, and lists many at once", async () => {
    const { page } = editor;
    await editor.edit("poll");
    assert.equal(await page.getAttribute("#node-input-lookback", "placeholder"), "2");
    const row = page.locator("#node-input-metrics-row, .gi-row").filter({
      has: page.locator("#node-input-metrics-picker"),
    });
    assert.match(await row.innerText(), /Default set: .*tHandle/);
    await row.locator("input[role=combobox]").click();
    const shown = await row.locator("[role=listbox]").evaluate((list) => {
      const bottom = list.getBoundingClientRect().bottom;
      return [...list.querySelectorAll("[role=option]")].filter(
        (option) => option.getBoundingClientRect().bottom <= bottom,
      ).length;
    });
    assert.ok(shown >= 5, `${shown} rows`);
    await editor.cancel();
    await editor.edit("write");
    await page.fill("#node-input-batchSize", "");
    assert.equal(await page.getAttribute("#node-input-batchSize", "placeholder"), "500");
    await editor.cancel();
  });

  it("sends a stored secret to no other host", async () => {
    const { page } = editor;
    const other = await startGenesysSimulator({ clientId: "client", clientSecret: "secret" });
    try {
      await editor.edit("genesys");
      await page.fill("#node-config-input-baseUrl", other.url);
      await page.click(".gi-test");
      await page.locator(".gi-test-result .fa-times").first().waitFor();
      assert.match(await page.innerText(".gi-test-result"), /Type in Client secret: stored values/);
      assert.equal(other.requests.length, 0);
      await editor.cancelConfig();
    } finally {
      await other.close();
    }
    editor.errors.length = 0;
  });

  it("tests the InfluxDB connection", async () => {
    const { page } = editor;
    await editor.edit("influx");
    await page.click(".gi-test");
    const result = page.locator(".gi-test-result");
    await result.locator("li").first().waitFor();
    assert.equal(await result.locator(".fa-times").count(), 0, await result.innerText());
    await page.fill("#node-config-input-token", "wrong");
    await page.click(".gi-test");
    await result.locator(".fa-times").first().waitFor();
    await editor.cancelConfig();
    assert.deepEqual(editor.errors, []);
  });

  it("a user who may only read sees lists, and may not test", async () => {
    const reader = await Editor.open(nodeRed, { login: { username: "read", password: "read" } });
    try {
      const answers = await reader.page.evaluate(async () => {
        const status = (url: string, type: string): Promise<number> =>
          new Promise((resolve) => {
            const settings = {
              url,
              type,
              contentType: "application/json",
              data: type === "POST" ? "{}" : undefined,
            };
            void $.ajax(settings as JQuery.AjaxSettings).always((_data, _text, last: unknown) => {
              const request = (typeof last === "object" ? last : _data) as JQuery.jqXHR;
              resolve(request.status);
            });
          });
        return [
          await status("genesys-config/genesys/queues", "GET"),
          await status("genesys-config/test", "POST"),
          await status("influx-config/test", "POST"),
        ];
      });
      assert.deepEqual(answers, [200, 401, 401]);
    } finally {
      await reader.close();
    }
  });

  it("nobody gets anything without logging in", async () => {
    for (const path of ["/genesys-config/genesys/queues", "/wal-buffer/x/files"]) {
      assert.equal((await nodeRed.request(path)).status, 401, path);
    }
  });
});
