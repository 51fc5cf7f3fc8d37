import { chosenConfig } from "../chosen-config";
import type { PickerSource } from "./picker";
import type { PickerOption } from "./picker-options";
import { failure } from "./test-button";
import { shared, textsOf } from "./texts";

/** The answer of an admin route for a picker. */
interface TenantList {
  /** Why there is no list; in English. */
  problem?: string;
  /** What kind of failure that is; the catalogue of genesys-config has a sentence for it. */
  fault?: string;
  permission?: string;
  /** Settings that the connection lacks. */
  missing?: string[];
  deployed: boolean;
  items: Array<{ id: string; name: string; division?: string; detail?: string; mediaTypes?: string[] }>;
}

const cache = new Map<string, Promise<PickerOption[]>>();

/**
 * Loads a picker's options from the tenant of the deployed genesys-config node; they are cached until the page is
 * reloaded or the user refreshes them.
 */
export function fromTenant(configId: () => string, list: string): PickerSource {
  return (refresh) => {
    const id = chosenConfig(configId());
    if (!id) return Promise.reject(noList(shared("request.noConfig")));
    // A relative URL: the editor adds its token and root.
    const url = `genesys-config/${encodeURIComponent(id)}/${list}${refresh ? "?refresh=1" : ""}`;
    const key = `${id}/${list}`;
    if (refresh) cache.delete(key);
    const known = cache.get(key);
    if (known) return known;
    const loading = load(url);
    cache.set(key, loading);
    loading.catch(() => cache.delete(key));
    return loading;
  };
}

function load(url: string): Promise<PickerOption[]> {
  return new Promise((resolve, reject) => {
    $.ajax({ url, dataType: "json", timeout: 60_000 })
      .done((answer: unknown) => {
        const list = answer as TenantList;
        if (list.problem !== undefined) reject(noList(reasonOf(list, list.problem)));
        else if (list.deployed) resolve(list.items.map(optionOf));
        else reject(new Error(shared("picker.notDeployed")));
      })
      .fail((request) => reject(noList(failure(request))));
  });
}

/** Why there is no list, in the language of the editor. */
function reasonOf({ fault, permission, missing = [] }: TenantList, problem: string): string {
  const text = textsOf("genesys-config");
  if (fault) return text(`fault.${fault}`, { permission });
  if (missing.length === 0) return `${problem}.`;
  const fields = missing.map((property) => text(`label.${property}`)).join(", ");
  return shared("picker.missing", { fields });
}

function noList(reason: string): Error {
  return new Error(shared("picker.failed", { reason }));
}

function optionOf(item: TenantList["items"][number]): PickerOption {
  const detail = [item.division, item.mediaTypes?.join(", "), item.detail].filter(Boolean).join(" \u00b7 ");
  return { value: item.id, label: item.name, ...(detail === "" ? {} : { detail }) };
}
