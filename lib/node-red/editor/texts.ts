const MODULE = "@contact-metrics/node-red-genesys-influx";

/** Looks a text up in one node's catalogue; `__name__` in it is filled from `values`. */
export type Texts = (key: string, values?: Record<string, unknown>) => string;

/** The texts of one node type: locales/<language>/<type>.json, below the key `<type>`. */
export function textsOf(type: string): Texts {
  return (key, values) => RED._(`${MODULE}/${type}:${type}.${key}`, values);
}

/** Texts that several dialogs share (pickers, tests, validators); kept in the catalogue of genesys-config. */
export const shared: Texts = (key, values) => textsOf("genesys-config")(`shared.${key}`, values);

/** Writes a number in the language of the texts, not of the browser. */
export function formatNumber(value: number, maximumFractionDigits = 0): string {
  return value.toLocaleString(shared("language"), { maximumFractionDigits });
}

/** Writes a moment in the language of the texts and the time zone of the browser. */
export function formatTime(time: string): string {
  return new Date(time).toLocaleString(shared("language"));
}
