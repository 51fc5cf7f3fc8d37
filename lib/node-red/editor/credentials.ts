import type { CredentialSetting, SettingsTable } from "../settings-table";
import { missing, type Validator } from "./property";

// The editor does not have the credentials of a node until its dialog was open, and forgets them at each deploy. So
// each of our config nodes is asked for them as its dialog does: secrets are never sent, only whether there is one.

/** By config node: the runtime's last answer. Without one nothing is said about it. */
const kept = new Map<string, Record<string, unknown>>();

/** An entry of `credentials` for `registerType`: in the open dialog a blank one says what it lacks. */
export function credentialProperty(setting: CredentialSetting): EditorCredential {
  return {
    type: setting.input,
    validate(value: unknown, _options: unknown): boolean | string {
      return missing(this, setting, value) ?? true;
    },
  };
}

/**
 * A validator that marks a config node, and with it the nodes that use it, while a credential is blank and its
 * variable is not set. For the property `version`, which has no field of its own that the mark would be shown at.
 */
export function credentialsThere(table: SettingsTable): Validator {
  return function (_value: unknown, _options: unknown): boolean | string {
    const known = this.credentials ?? kept.get(this.id);
    if (!known) return true;
    const reasons = Object.entries(table).flatMap(([property, setting]) =>
      setting.kind === "credential"
        ? (missing(this, setting, known[property] || (known[`has_${property}`] ? "kept" : "")) ?? [])
        : [],
    );
    return reasons.length === 0 || reasons.join("; ");
  };
}

/** Asks for the credentials of each config node of a type that is loaded, imported or deployed; call it once. */
export function watchCredentials(type: string): void {
  const ask = (node: EditorNode) => {
    if (node.type !== type || node.credentials) return;
    const { id } = node;
    // Relative: the editor adds its token and root. Refused or unreachable: nothing is known, nothing is marked.
    $.ajax({ url: `credentials/${type}/${encodeURIComponent(id)}`, dataType: "json" }).done(
      (answer: unknown) => {
        kept.set(id, answer as Record<string, unknown>);
        validateAgain(id);
      },
    );
  };
  RED.events.on("nodes:add", ask);
  RED.events.on("deploy", () => {
    RED.nodes.eachConfig((node) => {
      if (node.type !== type) return;
      kept.delete(node.id);
      ask(node);
    });
  });
}

function validateAgain(id: string): void {
  const node = RED.nodes.node(id);
  if (!node) return;
  const before = node.valid;
  RED.editor.validateNode(node);
  if (node.valid === before) return;
  for (const user of (node["users"] as EditorNode[] | undefined) ?? []) RED.editor.validateNode(user);
  RED.events.emit("nodes:change", node);
  RED.view.redraw();
}
