// Bundles the widgets: node build.mjs <node_modules> <folder to write>
import { createRequire } from 'node:module';
import { mkdir, readFile, writeFile, copyFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [modules, out] = process.argv.slice(2).map((folder) => path.resolve(folder));
const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(path.join(modules, 'package.json'));
const { build } = require('esbuild');
const svelte = require('svelte/compiler');

const svelteFiles = {
  name: 'svelte',
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte$/ }, async ({ path: file }) => {
      const { js } = svelte.compile(await readFile(file, 'utf8'), { filename: file, generate: 'client', css: 'injected' });
      return { contents: js.code, resolveDir: here };
    });
  },
};

await mkdir(out, { recursive: true });
await build({
  entryPoints: ['main.js', 'react.jsx', 'vue.js', 'angular.ts', 'svelte.js', 'masks.js', 'plain.js', 'preact.jsx'].map((name) => path.join(here, name)),
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  logLevel: 'error',
  nodePaths: [modules],
  conditions: ['browser', 'module', 'import'],
  mainFields: ['browser', 'module', 'main'],
  define: { 'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
  loader: { '.css': 'css', '.js': 'jsx', '.woff2': 'empty', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'empty' },
  alias: { vue: 'vue/dist/vue.esm-bundler.js' },
  tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
  // Some packages ask for Node's environment where there is none.
  banner: { js: 'globalThis.process ??= { env: { NODE_ENV: "production" } };' },
  plugins: [svelteFiles],
});
await copyFile(path.join(here, 'index.html'), path.join(out, 'index.html'));
await writeFile(path.join(out, 'built'), '');
