import type { NodeAPI } from "node-red";
import { testConnection } from "../../lib/influx/test-connection";
import { ConnectionForm } from "../../lib/node-red/admin/form";
import { adminRoute, TEST_LIMIT_MS } from "../../lib/node-red/admin/route";
import { inMs, urlFault } from "../../lib/node-red/settings-table";
import { tlsOptions } from "../../lib/node-red/tls";
import { SETTINGS } from "./settings";

/** Adds `POST influx-config/test`: tests the dialog's settings, blank ones from the environment. */
export function registerTestRoute(RED: NodeAPI): void {
  adminRoute(
    RED,
    { method: "post", path: "/influx-config/test", permission: "influx-config.write" },
    ({ body }) => {
      const form = new ConnectionForm(RED, "influx-config", SETTINGS, body);
      return form.answer(async () => {
        const own = withoutSlash(form.ownVariable("url"));
        const url = withoutSlash(form.address("url")) || own;
        if (urlFault(url) !== undefined)
          form.addressProblem("fill in a URL that starts with http:// or https://, or set INFLUX_URL", {
            code: "urlWanted",
            values: { variable: "INFLUX_URL" },
          });
        form.goesTo(url, url === own ? "all" : "none");
        return testConnection({
          url,
          org: form.value("org"),
          bucket: form.value("bucket"),
          token: body["auth"] === "none" ? "" : form.value("token"),
          timeoutMs: Math.min(
            TEST_LIMIT_MS,
            inMs(SETTINGS.timeout, form.number("timeout", SETTINGS.timeout)),
          ),
          tls: tlsOptions(RED, body["tls"]),
        });
      });
    },
  );
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
