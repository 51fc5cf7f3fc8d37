const MODULE = "@contact-metrics/node-red-genesys-influx";

/** Looks a text up in one node's catalogue; `__name__` in it is filled from `values`. */
export type Texts = (key: string, values?: Record<string, unknown>) => string;

/** The texts of one node type: locales/<language>/<type>.json, below the key `<type>`. */
export function textsOf(type: string): Texts {
  return (key, values) => RED._(`${MODULE}/${type}:${type}.${key}`, values);
}

/** Texts that several dialogs share (pickers, tests, validators); they live with genesys-config. */
export const shared: Texts = (key, values) => textsOf("genesys-config")(`shared.${key}`, values);
