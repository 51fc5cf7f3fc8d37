import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

/** Which rooms of lib/ each room may use. What is not listed here, nobody may use: only nodes/ join the rest. */
const ROOMS = {
  // The ground floor: facts, text and time.
  terms: [],
  time: [],
  lines: ["terms", "time"],
  http: ["terms", "time"],
  // The stages of the way from an answer to a confirmed point; they know nothing of each other.
  genesys: ["http", "lines", "terms", "time"],
  "line-protocol": ["lines", "terms", "time"],
  influx: ["http", "lines", "terms", "time"],
  wal: ["lines", "terms", "time"],
  health: ["terms", "time"],
};
/** The floors inside lib/genesys, from the ground up: none imports from a higher one. */
const GENESYS_FLOORS = [
  ["metrics", "families", "interval"],
  ["http", "handed-on", "live"],
  ["names"],
  ["queries"],
  ["poll", "push"],
  ["tools"],
];

const restricted = (files, patterns) => ({
  files,
  rules: {
    "no-restricted-imports": [
      "error",
      { paths: [{ name: "node-red", message: "Only lib/node-red knows Node-RED." }], patterns },
    ],
  },
});
const nothingOf = (folders, message) => ({ group: folders.map((folder) => `**/${folder}/**`), message });
/** What a room must keep out of. */
const outside = (room) => [
  nothingOf(
    [
      ...Object.keys(ROOMS).filter((other) => other !== room && !ROOMS[room].includes(other)),
      "node-red",
      "nodes",
    ],
    `lib/${room} uses only: ${ROOMS[room].join(", ") || "nothing"}.`,
  ),
];
const rooms = Object.keys(ROOMS).map((room) => restricted([`lib/${room}/**/*.ts`], outside(room)));
const floors = GENESYS_FLOORS.map((floor, height) =>
  restricted(
    floor.map((folder) => `lib/genesys/${folder}/**/*.ts`),
    [
      ...outside("genesys"),
      { group: ["../index", "../browser"], message: "The doors of lib/genesys are for others." },
      ...(height + 1 < GENESYS_FLOORS.length
        ? [nothingOf(GENESYS_FLOORS.slice(height + 1).flat(), "No import upwards inside lib/genesys.")]
        : []),
    ],
  ),
);
/** Dialogs run in a browser: they enter lib/genesys by the door that is made for them. */
const dialogs = {
  files: [
    "nodes/*/editor*.ts",
    "nodes/*/settings.ts",
    "lib/node-red/editor/**/*.ts",
    "lib/node-red/**/*settings*.ts",
  ],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          { regex: "/genesys/(?!browser$)", message: "Use lib/genesys/browser in dialogs." },
          { regex: "/(wal|influx|health)/|/genesys$", allowTypeImports: true, message: "Not for a browser." },
        ],
      },
    ],
  },
};
/** All others enter lib/genesys by its index. */
const door = {
  files: ["nodes/**/*.ts", "lib/node-red/**/*.ts"],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            regex: "/lib/genesys/(?!index$|browser$)|^(\\.\\./)+genesys/(?!index$|browser$)",
            message: "Use lib/genesys.",
          },
        ],
      },
    ],
  },
};
/** One clock, injected: tests run hours of waiting in milliseconds, and nothing that waits uses a clock that is set. */
const oneClock = {
  files: ["lib/**/*.ts", "nodes/**/*.ts"],
  ignores: ["lib/time/**", "lib/node-red/editor/**", "nodes/*/editor*.ts"],
  rules: {
    "no-restricted-globals": ["error", "setTimeout", "setInterval", "performance"].map((name) =>
      name === "error" ? name : { name, message: "Use the Clock of lib/time." },
    ),
    "no-restricted-properties": [
      "error",
      { object: "Date", property: "now", message: "Use the Clock of lib/time." },
    ],
    "no-restricted-syntax": [
      "error",
      {
        selector: "NewExpression[callee.name='Date'][arguments.length=0]",
        message: "Use the Clock of lib/time.",
      },
    ],
  },
};

export default tseslint.config(
  { ignores: ["dist/**", "resources/**", "node_modules/**"] },
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
  ...rooms,
  ...floors,
  door,
  dialogs,
  oneClock,
  {
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
  {
    files: ["ops/**/*.js"],
    languageOptions: { sourceType: "commonjs", globals: { process: "readonly", module: "writable" } },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
);
