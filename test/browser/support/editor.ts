import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, type Page, chromium } from "playwright-core";
import { NodeRedProcess, type NodeRedOptions, eventually } from "../../support/node-red";

/** Debian's Chromium, or what CHROMIUM names. Playwright's own download is not used. */
function chromiumPath(): string {
  const named = process.env["CHROMIUM"];
  if (named) return named;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
    if (found) return found;
  }
  throw new Error("no Chromium: install Debian's package chromium, or set CHROMIUM to its path");
}

let browser: Browser | undefined;

async function launch(): Promise<Browser> {
  browser ??= await chromium.launch({
    executablePath: chromiumPath(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
  return browser;
}

/** A blank page, for what is not an editor. */
export async function openPage(viewport: { width: number; height: number }): Promise<Page> {
  return (await (await launch()).newContext({ locale: "en-US", viewport })).newPage();
}

/** Closes the browser that all tests of a run share. */
export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

/** Node-RED has a dark theme of its own since 5. */
export const themes: readonly Theme[] = process.env["NODE_RED_5_DIR"] ? ["light", "dark"] : ["light"];
export type Theme = "light" | "dark";

export interface EditorOptions extends NodeRedOptions {
  readonly theme?: Theme;
  /** Language of the browser, such as `de`. */
  readonly language?: string;
  readonly login?: { readonly username: string; readonly password: string };
  readonly size?: { readonly width: number; readonly height: number };
}

/** One page with the editor of a Node-RED. */
export class Editor {
  readonly page: Page;
  readonly nodeRed: NodeRedProcess;
  /** Errors on the page and in its console, except what an offline Node-RED always has. */
  readonly errors: string[] = [];

  private constructor(page: Page, nodeRed: NodeRedProcess) {
    this.page = page;
    this.nodeRed = nodeRed;
  }

  /** Starts a Node-RED of its own and opens its editor. */
  static async start(options: EditorOptions = {}): Promise<Editor> {
    return Editor.open(await NodeRedProcess.start(options), options);
  }

  /** Opens the editor of a Node-RED that runs already. */
  static async open(nodeRed: NodeRedProcess, options: EditorOptions = {}): Promise<Editor> {
    const context = await (
      await launch()
    ).newContext({
      locale: options.language ?? "en-US",
      viewport: options.size ?? { width: 1280, height: 900 },
    });
    // esbuild, which tsx runs on, marks named functions with a helper that the page does not have.
    await context.addInitScript("globalThis.__name = (target) => target");
    const page = await context.newPage();
    // Long, for a machine that does other things too: a test waits no longer than it must.
    page.setDefaultTimeout(60_000);
    const editor = new Editor(page, nodeRed);
    editor.#collectErrors();
    await page.goto(nodeRed.url);
    if (options.login) {
      await page.fill("#node-dialog-login-username", options.login.username);
      await page.fill("#node-dialog-login-password", options.login.password);
      await page.click("#node-dialog-login-submit");
    }
    await editor.#ready();
    if (options.theme === "dark") {
      await page.evaluate(() => {
        const { settings } = RED as unknown as { settings: { setLocal(key: string, value: string): void } };
        settings.setLocal("view-dark-theme", "dark");
      });
      await page.reload();
      await editor.#ready();
    }
    return editor;
  }

  /** Adds a node from the palette, as a user finds it there: by its filter, then dragged onto the workspace. */
  async addFromPalette(type: string, at = { x: 300, y: 200 }): Promise<string> {
    const before = await this.ids(type);
    const entry = this.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
    await entry.scrollIntoViewIfNeeded();
    await entry.dragTo(this.page.locator("#red-ui-workspace-chart"), { targetPosition: at });
    const added = await eventually(`a ${type} on the workspace`, async () =>
      (await this.ids(type)).find((id) => !before.includes(id)),
    );
    return added;
  }

  /** Ids of all nodes of a type. */
  async ids(type: string): Promise<string[]> {
    return this.page.evaluate((wanted) => {
      const ids: string[] = [];
      const collect = (node: EditorNode): void => {
        if (node.type === wanted) ids.push(node.id);
      };
      RED.nodes.eachNode(collect);
      (RED.nodes as unknown as { eachConfig(visit: (node: EditorNode) => void): void }).eachConfig(collect);
      return ids;
    }, type);
  }

  /** Opens a node's dialog and waits until its tray has slid in. */
  async edit(id: string): Promise<void> {
    await this.page.evaluate((wanted) => {
      const { editor, nodes } = RED as unknown as {
        editor: { edit(node: EditorNode): void; editConfig(name: string, type: string, id: string): void };
        nodes: { node(id: string): EditorNode };
      };
      const node = nodes.node(wanted);
      if ((node["_def"] as EditorDefinition).category === "config") editor.editConfig("", node.type, node.id);
      else editor.edit(node);
    }, id);
    await this.trayOpen();
  }

  /** Waits until the topmost dialog is there and stands still. */
  async trayOpen(): Promise<void> {
    await this.page.locator(".red-ui-tray").last().locator(".gi-dialog").waitFor();
    await this.page.waitForFunction(() =>
      [...document.querySelectorAll(".red-ui-tray")].every((tray) =>
        tray.getAnimations({ subtree: false }).every((animation) => animation.playState !== "running"),
      ),
    );
  }

  /** Presses Done in a node's dialog. */
  async done(): Promise<void> {
    await this.page.locator("#node-dialog-ok").click();
    await this.page.locator("#node-dialog-ok").waitFor({ state: "detached" });
  }

  /** Presses Add or Update in a config node's dialog. */
  async doneConfig(): Promise<void> {
    await this.page.locator("#node-config-dialog-ok").click();
    await this.page.locator("#node-config-dialog-ok").waitFor({ state: "detached" });
  }

  /** Presses Cancel in a config node's dialog. */
  async cancelConfig(): Promise<void> {
    await this.page.locator("#node-config-dialog-cancel").click();
    await this.page.locator("#node-config-dialog-cancel").waitFor({ state: "detached" });
  }

  /** Presses Cancel in a node's dialog. */
  async cancel(): Promise<void> {
    await this.page.locator("#node-dialog-cancel").click();
    await this.page.locator("#node-dialog-cancel").waitFor({ state: "detached" });
  }

  /** Deploys what stands on the workspace, through the button, and waits until it is done. */
  async deploy(): Promise<void> {
    const answered = this.page.waitForResponse(
      (response) => response.url().endsWith("/flows") && response.request().method() === "POST",
    );
    await this.page.click("#red-ui-header-button-deploy");
    // Unused or unconfigured nodes ask for a confirmation.
    const confirm = this.page.locator(
      "#red-ui-deploy-dialog-confirm-deploy, .red-ui-notification button.primary",
    );
    await Promise.race([
      answered,
      confirm
        .first()
        .waitFor()
        .then(() => confirm.first().click()),
    ]);
    await answered;
    await this.page.waitForFunction(() => !RED.nodes.dirty());
  }

  /** One property of a node as the editor holds it. */
  async property(id: string, name: string): Promise<unknown> {
    return this.page.evaluate(([node, property]) => RED.nodes.node(node)?.[property], [id, name] as const);
  }

  /** Loads the page again, with the flows as they are deployed. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.#ready();
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  /** Closes the page and ends its Node-RED. */
  async dispose(): Promise<void> {
    await this.close();
    await this.nodeRed.dispose();
  }

  async #ready(): Promise<void> {
    await this.page.waitForFunction(
      () =>
        typeof RED === "object" &&
        document.querySelector(".red-ui-palette-node[data-palette-type='collector-health']") !== null &&
        document.querySelector("#red-ui-loading-progress:not([style*='none'])") === null,
    );
  }

  #collectErrors(): void {
    this.page.on("pageerror", (error) => this.errors.push(`${error.name}: ${error.message}`));
    this.page.on("console", (message) => {
      // The editor itself catches what a dialog throws, and only logs it.
      if (/^onedit(prepare|save|cancel|resize|delete)/.test(message.text())) this.errors.push(message.text());
      // Warnings too: the editor only warns of a property that it will not save.
      const bad = message.type() === "error" || message.type() === "warning";
      if (bad && !usual(message.text(), message.location().url)) {
        this.errors.push(`${message.text()} (${message.location().url})`);
      }
    });
  }
}

/** The catalogue of nodes lies in the internet, and a page that needs a login is refused once before it. */
function usual(text: string, url: string): boolean {
  return (
    /ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED/.test(text) ||
    /catalogue|\/settings$/.test(url) ||
    /^Error loading catalog /.test(text)
  );
}
