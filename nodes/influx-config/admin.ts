import type { Request, Response } from "express";
import type { NodeAPI } from "node-red";
import type { ConnectionSettings } from "../../lib/influx/connection";
import { testConnection } from "../../lib/influx/test-connection";
import { isObject } from "../../lib/terms/json";
import { tlsOptions } from "../../lib/node-red/tls";
import type { InfluxConfigNode } from "../../lib/node-red/influx-config";

/** What the editor shows and sends in place of a stored credential. */
const STORED = "__PWRD__";
const DEFAULT_TIMEOUT_S = 10;
const LONGEST_TIMEOUT_S = 25;

/**
 * `POST influx-config/test`: tries the settings of the dialog as they stand, blank ones from the environment. A token that
 * was not typed into the dialog is used only for the URL that it was stored with: otherwise a user who may not see it
 * could have it sent to a server of their own.
 */
export function registerTestRoute(RED: NodeAPI): void {
  RED.httpAdmin.post(
    "/influx-config/test",
    RED.auth.needsPermission("influx-config.write"),
    (request: Request, response: Response) => {
      const form: Record<string, unknown> = isObject(request.body) ? request.body : {};
      answer(RED, form).then(
        (report) => response.json(report),
        (error: unknown) =>
          response.status(400).json({ message: error instanceof Error ? error.message : "failed" }),
      );
    },
  );
}

async function answer(RED: NodeAPI, form: Record<string, unknown>) {
  const node = RED.nodes.getNode(text(form["id"])) as InfluxConfigNode | null;
  const environment = (name: string): string =>
    text(node ? RED.util.getSetting(node, name) : process.env[name]);
  const referenceOf = (typed: string) => /^\$\{(\w+)\}$/.exec(typed)?.[1];
  const typedUrl = text(form["url"]);
  const url = trim(environment(referenceOf(typedUrl) ?? "") || typedUrl || environment("INFLUX_URL"));
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Error("fill in a URL that starts with http:// or https://, or set INFLUX_URL");
  // Neither credentials nor other variables go to an address that somebody has just typed in.
  const trusted = url === trim(node?.url ?? "") || url === trim(environment("INFLUX_URL"));
  const value = (name: string, variable: string): string => {
    const typed = text(form[name]);
    const reference = referenceOf(typed);
    if (typed !== "" && typed !== STORED && reference === undefined) return typed;
    if (!trusted)
      throw new Error(
        `type in the ${name}: stored values and variables are only sent to the URL they were stored with`,
      );
    const stored = typed === STORED ? text(node?.credentials.token) : "";
    return stored || (reference && environment(reference)) || environment(variable);
  };
  const settings: ConnectionSettings = {
    url,
    org: value("org", "INFLUX_ORG"),
    bucket: value("bucket", "INFLUX_BUCKET"),
    token: value("token", "INFLUX_TOKEN"),
    timeoutMs: 1_000 * Math.min(LONGEST_TIMEOUT_S, Number(form["timeout"]) || DEFAULT_TIMEOUT_S),
    tls: tlsOptions(RED, text(form["tls"])),
  };
  const { checks, ok } = await testConnection(settings);
  return { ok, checks };
}

function trim(url: string): string {
  return url.replace(/\/+$/, "");
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}
