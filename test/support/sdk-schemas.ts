import { join } from "node:path";
import Ajv, { type AnySchemaObject } from "ajv";
import { createGenerator } from "ts-json-schema-generator";
import type { SdkModels } from "./sdk-models";

let ajv: Ajv | undefined;

/**
 * Checks a value against the official SDK's type of a request or an answer: what is missing, of another type, or not
 * known to it. The types name no enumerations (metrics, dimensions), so neither do the schemas.
 * @returns what is wrong, or nothing
 */
export function sdkErrors(model: keyof SdkModels, value: unknown): string[] {
  ajv ??= compiled();
  const validate = ajv.getSchema(`sdk#/definitions/SdkModels/properties/${model}`);
  if (!validate) throw new Error(`no model ${model}`);
  void validate(value);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** For a suite's `before`: the first use reads the whole of the SDK's types, which takes long on a busy machine. */
export function readSdkModels(this: Mocha.Context): void {
  this.timeout(120_000);
  ajv ??= compiled();
}

/** Reads 74,000 lines of types: about 3 s, once a process. */
function compiled(): Ajv {
  const schema = createGenerator({
    path: join(__dirname, "sdk-models.ts"),
    tsconfig: join(__dirname, "../../tsconfig.json"),
    type: "SdkModels",
    skipTypeCheck: true,
  }).createSchema("SdkModels");
  return new Ajv({ strict: false, allErrors: true, validateFormats: false }).addSchema(
    schema as AnySchemaObject,
    "sdk",
  );
}
