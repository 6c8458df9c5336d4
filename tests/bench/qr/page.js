// Each reader gets the same pixels in the same page, one image after the other.
import initHoldfast, { read } from "/wasm/qr.js";
import { prepareZXingModule, readBarcodes } from "/node_modules/zxing-wasm/dist/es/reader/index.js";

const readers = {
  holdfast: ({ data, width, height }) => read(data, width, height).map((code) => code.text),
  "zxing-cpp": async (image) => {
    const found = await readBarcodes(image, {
      formats: ["QRCode"],
      tryHarder: true,
      tryRotate: true,
      tryInvert: true,
      tryDownscale: true,
      maxNumberOfSymbols: 255,
    });
    return found.map((code) => code.text);
  },
  jsQR: ({ data, width, height }) => {
    const code = globalThis.jsQR(data, width, height);
    return code ? [code.data] : [];
  },
};

async function compare() {
  await initHoldfast();
  await prepareZXingModule({
    overrides: { locateFile: (file) => `/node_modules/zxing-wasm/dist/reader/${file}` },
    fireImmediately: true,
  });
  const lines = (await (await fetch("/set/index.tsv")).text()).trim().split("\n");
  const results = [];
  for (const line of lines) {
    const [name, category, width, height, ...texts] = line.split("\t");
    const bytes = await (await fetch(`/set/${name}.rgba`)).arrayBuffer();
    const image = new ImageData(new Uint8ClampedArray(bytes), Number(width), Number(height));
    const result = { name, category, readers: {} };
    // The 4K screenshot with three codes is what the times are compared by: the median of five.
    const rounds = name === "several-at-once-0" ? 5 : 1;
    for (const [reader, run] of Object.entries(readers)) {
      const times = [];
      let found = [];
      for (let round = 0; round < rounds; round++) {
        const start = performance.now();
        try {
          found = await run(image);
        } catch (error) {
          found = [String(error)];
        }
        times.push(performance.now() - start);
      }
      times.sort((a, b) => a - b);
      result.readers[reader] = {
        all: texts.every((text) => found.includes(text)),
        some: texts.some((text) => found.includes(text)),
        wrong: found.filter((text) => !texts.includes(text)).length,
        milliseconds: times[Math.floor(times.length / 2)],
      };
    }
    results.push(result);
  }
  return results;
}

// Whoever measures looks whether they are there.
globalThis.results = await compare().catch((error) => ({ failed: String(error) }));
