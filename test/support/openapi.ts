import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import Ajv from "ajv";

/** The API description that the project was given; it is not part of this repository. */
const FILE = resolve(__dirname, "../../../shared/reference/genesys-openapi-subset.json");

/**
 * Whether the API description lies beside this checkout. It adds the enumerations, which the SDK's types lack; what is
 * checked without it is in `sdk-schemas.ts`.
 */
export const hasOpenApi = existsSync(FILE);

let ajv: Ajv | undefined;

/** Checks a value against a schema of the API description; returns what is wrong, or nothing. */
export function schemaErrors(schema: string, value: unknown): string[] {
  if (!ajv) {
    ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    ajv.addSchema(readOpenApi(), "genesys");
  }
  const validate = ajv.getSchema(`genesys#/components/schemas/${schema}`);
  if (!validate) throw new Error(`no schema ${schema}`);
  void validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Properties of a request or an answer that its schema does not know. */
export function unknownProperties(schema: string, value: unknown): string[] {
  const { schemas } = readOpenApi().components;
  const found: string[] = [];
  const walk = (rule: Schema | undefined, part: unknown, path: string): void => {
    const known = resolveRef(rule, schemas);
    if (!known || typeof part !== "object" || part === null) return;
    if (Array.isArray(part)) {
      for (const item of part) walk(known.items, item, `${path}[]`);
      return;
    }
    for (const [key, item] of Object.entries(part)) {
      const property = known.properties?.[key] ?? known.additionalProperties;
      if (!property && known.properties) found.push(`${path}.${key}`);
      else if (typeof property === "object") walk(property, item, `${path}.${key}`);
    }
  };
  walk({ $ref: `#/components/schemas/${schema}` }, value, "");
  return [...new Set(found)];
}

/** What a list of this schema may hold, in alphabetical order. */
export function allowedItems(schema: string, property: string): string[] {
  const items = readOpenApi().components.schemas[schema]?.properties?.[property]?.items;
  if (!items?.enum) throw new Error(`no values of ${property} in ${schema}`);
  return [...items.enum].sort();
}

interface OpenApi {
  readonly components: { readonly schemas: Record<string, Schema> };
}

function readOpenApi(): OpenApi {
  return JSON.parse(readFileSync(FILE, "utf8")) as OpenApi;
}

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
}

function resolveRef(rule: Schema | undefined, schemas: Record<string, Schema>): Schema | undefined {
  const name = (rule?.$ref ?? rule?.allOf?.[0]?.$ref)?.split("/").at(-1);
  return name === undefined ? rule : schemas[name];
}
