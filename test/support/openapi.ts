import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import Ajv from "ajv";

/** The API description that the project was given; it is not part of this repository. */
const FILE = resolve(__dirname, "../../../shared/reference/genesys-openapi-subset.json");

/** Why answers and requests cannot be validated here; `undefined` when they can. */
export const openApiMissing = existsSync(FILE)
  ? undefined
  : "../shared/reference/genesys-openapi-subset.json is not there";

let ajv: Ajv | undefined;

/** Checks a value against a schema of the API description; returns what is wrong, or nothing. */
export function schemaErrors(schema: string, value: unknown): string[] {
  if (!ajv) {
    const description = JSON.parse(readFileSync(FILE, "utf8")) as object;
    ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    ajv.addSchema(description, "genesys");
  }
  const validate = ajv.getSchema(`genesys#/components/schemas/${schema}`);
  if (!validate) throw new Error(`no schema ${schema}`);
  void validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Properties of an answer that its schema does not know, so that the simulator adds none. */
export function unknownProperties(schema: string, value: unknown): string[] {
  const description = JSON.parse(readFileSync(FILE, "utf8")) as {
    components: { schemas: Record<string, Schema> };
  };
  const { schemas } = description.components;
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

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
}

function resolveRef(rule: Schema | undefined, schemas: Record<string, Schema>): Schema | undefined {
  const name = (rule?.$ref ?? rule?.allOf?.[0]?.$ref)?.split("/").at(-1);
  return name === undefined ? rule : schemas[name];
}
