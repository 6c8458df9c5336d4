// Compares the QR reader with zxing-cpp (as wasm) and jsQR: how many of the difficult images each
// reads, and how long it takes, in one page of one Chromium.
//
//   node tests/bench/qr/run.mjs [DIRECTORY OF qr.js AND qr.wasm, by default dist/wasm]
//
// Installs the two other readers under target/bench/qr on first use. CHROMIUM names the browser.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../../..");
const work = path.join(root, "target/bench/qr");
const wasm = path.resolve(process.argv[2] ?? path.join(root, "dist/wasm"));
const OTHERS = ["jsqr@1.4.0", "zxing-wasm@3.1.4"];
const TIME_LIMIT = 15 * 60_000;

if (!existsSync(path.join(wasm, "qr.js"))) {
  console.error(`no qr.js in ${wasm}: build first, or name the directory it is in`);
  process.exit(1);
}
mkdirSync(work, { recursive: true });
if (!OTHERS.every((name) => existsSync(path.join(work, "node_modules", name.split("@")[0])))) {
  console.error(`installing ${OTHERS.join(", ")} into ${work}`);
  writeFileSync(path.join(work, "package.json"), "{}");
  execFileSync("npm", ["install", "--no-save", "--no-fund", "--no-audit", ...OTHERS], { cwd: work, stdio: "inherit" });
}
console.error("painting the images");
const paint = ["run", "--release", "--quiet", "--package", "holdfast-qr", "--example", "write_difficult_set", "--"];
execFileSync("cargo", [...paint, path.join(work, "set")], { cwd: root, stdio: "inherit" });

const types = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
const places = [["/wasm/", wasm], ["/set/", path.join(work, "set")], ["/node_modules/", path.join(work, "node_modules")], ["/", here]];

const finished = new Promise((resolve) => {
  const server = createServer((request, response) => {
    if (request.method === "POST") {
      const parts = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        response.end();
        resolve({ server, results: JSON.parse(Buffer.concat(parts).toString()) });
      });
      return;
    }
    const name = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const [prefix, directory] = places.find(([prefix]) => name.startsWith(prefix));
    const file = path.join(directory, path.normalize("/" + name.slice(prefix.length)));
    try {
      const body = readFileSync(file);
      response.writeHead(200, { "content-type": types[path.extname(file)] ?? "application/octet-stream" });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1", () => browse(`http://127.0.0.1:${server.address().port}/page.html`));
});

let browser;
let profile;
function browse(address) {
  console.error("reading them in Chromium");
  profile = mkdtempSync(path.join(tmpdir(), "qr-bench-"));
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", `--user-data-dir=${profile}`];
  browser = spawn(process.env.CHROMIUM ?? "chromium", [...flags, address], { stdio: "ignore" });
  browser.on("error", (error) => fail(`Chromium did not start: ${error.message}`));
}

function fail(reason) {
  console.error(reason);
  browser?.kill();
  process.exit(1);
}

setTimeout(() => fail("the page gave no result in time"), TIME_LIMIT).unref();
const { server, results } = await finished;
browser.kill();
await new Promise((resolve) => browser.once("exit", resolve));
rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
server.close();
if (results.failed) fail(`the page failed: ${results.failed}`);
report(results);
process.exit(0);

function report(results) {
  const readers = Object.keys(results[0].readers);
  const row = (...cells) => console.log(cells.map((cell, i) => String(cell).padEnd(i ? 14 : 26)).join(""));
  const count = (some, reader, what) => some.filter((result) => result.readers[reader][what]).length;
  row("images fully read", ...readers);
  for (const category of new Set(results.map((result) => result.category))) {
    const some = results.filter((result) => result.category === category);
    row(category, ...readers.map((reader) => `${count(some, reader, "all")} of ${some.length}`));
  }
  row("all", ...readers.map((reader) => `${count(results, reader, "all")} of ${results.length}`));
  row("at least one code", ...readers.map((reader) => count(results, reader, "some")));
  row("wrong readings", ...readers.map((reader) => results.reduce((sum, { readers }) => sum + readers[reader].wrong, 0)));
  const time = (milliseconds) => `${milliseconds.toFixed(0)} ms`;
  const screenshot = results.find((result) => result.name === "several-at-once-0");
  row("4K, three codes", ...readers.map((reader) => time(screenshot.readers[reader].milliseconds)));
  const median = (reader) => {
    const times = results.map((result) => result.readers[reader].milliseconds).sort((a, b) => a - b);
    return time(times[Math.floor(times.length / 2)]);
  };
  row("median of all images", ...readers.map(median));
  row("all images", ...readers.map((reader) => time(results.reduce((sum, { readers }) => sum + readers[reader].milliseconds, 0))));
}
