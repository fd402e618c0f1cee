import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { defineConfig } from "vite";

// React, Chakra UI and the router are the host's: Airflow gives them to plugins as globals.
const globals: Record<string, string> = {
  react: "React",
  "react/jsx-runtime": "ReactJSXRuntime",
  "react-router-dom": "ReactRouterDOM",
  "@chakra-ui/react": "ChakraUI",
};

// Of all that the bundle is made from, so that a test without Node.js sees whether it is of these sources.
function digest(): string {
  const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((path) => /\.tsx?$/.test(path));
  const made = createHash("sha256");
  for (const path of ["package-lock.json", "vite.config.ts", ...sources.map((path) => join("src", path)).sort()]) {
    made.update(`${path}\n`).update(readFileSync(path));
  }
  return made.digest("hex");
}

export default defineConfig({
  build: {
    outDir: "../static",
    emptyOutDir: false,
    lib: { entry: "src/main.tsx", name: "ModelRegistry", formats: ["iife"], fileName: () => "models.js" },
    rollupOptions: {
      external: Object.keys(globals),
      output: { globals },
    },
  },
  plugins: [
    {
      name: "say-what-it-is-made-of",
      enforce: "post", // what makes the code small takes comments out
      generateBundle(_, bundle) {
        for (const chunk of Object.values(bundle)) {
          if (chunk.type === "chunk") chunk.code = `/* made by 'make ui' of sources with the sha256 ${digest()} */\n${chunk.code}`;
        }
      },
    },
  ],
  define: { "process.env.NODE_ENV": '"production"' },
});
