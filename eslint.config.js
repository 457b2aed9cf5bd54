// What ESLint checks in the scripts of the pages; Prettier sees to their form.

import js from "@eslint/js";
import globals from "globals";

const LIMITS = {
  "max-lines": ["error", 300],
  "max-lines-per-function": ["error", 60],
  "max-params": ["error", 6],
  "no-var": "error",
  "prefer-const": "error",
  eqeqeq: "error",
  "no-shadow": "error",
  "no-param-reassign": "error",
};

export default [
  { ignores: [".venv/", ".cache/", "build/"] },
  js.configs.recommended,
  {
    files: ["pages/**/*.js", "xray_core/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: LIMITS,
  },
  { files: ["tests/**/*.js"], languageOptions: { globals: globals.node }, rules: LIMITS },
];
