import { DEFAULT_REGION, REGIONS } from "../../lib/genesys/browser";
import {
  credentialProperty,
  credentialsThere,
  watchCredentials,
} from "../../lib/node-red/editor/credentials";
import { openDialog, showRow } from "../../lib/node-red/editor/dialog";
import { property } from "../../lib/node-red/editor/property";
import { createTabs } from "../../lib/node-red/editor/tabs";
import { testButton } from "../../lib/node-red/editor/test-button";
import { textsOf } from "../../lib/node-red/editor/texts";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

const text = textsOf("genesys-config");

RED.nodes.registerType("genesys-config", {
  category: "config",
  defaults: {
    name: { value: "" },
    region: property(SETTINGS.region),
    baseUrl: property(SETTINGS.baseUrl),
    loginUrl: property(SETTINGS.loginUrl),
    environment: property(SETTINGS.environment),
    timeout: property(SETTINGS.timeout),
    tls: property(SETTINGS.tls),
    version: { value: 1, validate: credentialsThere(SETTINGS) },
  },
  credentials: {
    clientId: credentialProperty(SETTINGS.clientId),
    clientSecret: credentialProperty(SETTINGS.clientSecret),
  },
  label(): string {
    return this.name || ((this["baseUrl"] || this["region"]) as string);
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
  oneditprepare(): void {
    const dialog = openDialog(this, SETTINGS, MIGRATIONS);
    createTabs("genesys-config-tabs", [
      { id: "genesys-config-tab-connection", label: text("tab.connection") },
      { id: "genesys-config-tab-options", label: text("tab.options") },
    ]);
    fillRegions(dialog.field("region"), this["region"]);
    dialog.watch(["region", "baseUrl"], () => {
      const chosen = dialog.value("region");
      // A chosen region has its own URLs; the default region may be unintended.
      const own = chosen === "custom" || chosen === DEFAULT_REGION || dialog.value("baseUrl") !== "";
      showRow(dialog, "baseUrl", own);
      showRow(dialog, "loginUrl", own || dialog.value("loginUrl") !== "");
    });
    testButton(dialog, "genesys-config/test", this, SETTINGS);
  },
});
watchCredentials("genesys-config");

function fillRegions(select: JQuery, chosen: unknown): void {
  for (const { host, name } of REGIONS) {
    select.append($("<option/>", { value: host }).text(`${text(`region.${name}`)} \u00b7 ${host}`));
  }
  select.append($("<option/>", { value: "custom" }).text(text("region.custom")));
  const known = select.children().filter((_index, option) => option.getAttribute("value") === chosen);
  // A region that this release does not know (a newer one, an environment variable) must survive the dialog.
  if (known.length === 0 && typeof chosen === "string" && chosen !== "") {
    select.append($("<option/>", { value: chosen }).text(chosen));
  }
  select.val(typeof chosen === "string" && chosen !== "" ? chosen : DEFAULT_REGION);
}
