import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

/** What a library folder may not import: the folders stay independent of each other and of Node-RED. */
const independent = (folder, others) => ({
  files: [`lib/${folder}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        paths: [{ name: "node-red", message: "Only lib/node-red knows Node-RED." }],
        patterns: [
          { group: others.map((other) => `**/${other}/**`), message: `lib/${folder} stands alone.` },
        ],
      },
    ],
  },
});
const stages = ["genesys", "line-protocol", "influx", "wal", "health"];
/** The ground floor: every room may use it, and it uses none of them. */
const ground = ["lines", "terms", "time"];

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**"] },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ["**/*.ts"] })),
  {
    files: ["**/*.ts"],
    languageOptions: {
      parserOptions: {
        project: ["./tsconfig.json", "./tsconfig.editor.json", "./test/browser/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "max-lines": ["error", { max: 300 }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      eqeqeq: "error",
    },
  },
  ...ground.map((room) => independent(room, [...stages, "node-red"])),
  ...stages.map((stage) => independent(stage, [...stages.filter((other) => other !== stage), "node-red"])),
  {
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
);
