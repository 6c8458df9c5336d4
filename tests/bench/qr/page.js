// Each reader gets the same pixels in the same page, one image after the other. Nothing is imported
// statically: where a reader is missing, this page must still run to say which.

/** How each reader is made ready; each gives a function from an `ImageData` to the texts it holds. */
const readers = {
  holdfast: async () => {
    const { default: init, read } = await import("/wasm/qr.js");
    await init();
    return ({ data, width, height }) => read(data, width, height).map((code) => code.text);
  },
  "zxing-cpp": async () => {
    const folder = "/node_modules/zxing-wasm/dist";
    const { prepareZXingModule, readBarcodes } = await import(`${folder}/es/reader/index.js`);
    const ready = prepareZXingModule({
      overrides: { locateFile: (file) => `${folder}/reader/${file}` },
      fireImmediately: true,
    });
    await withinSeconds(30, ready);
    const options = {
      formats: ["QRCode"],
      tryHarder: true,
      tryRotate: true,
      tryInvert: true,
      tryDownscale: true,
      maxNumberOfSymbols: 255,
    };
    return async (image) => (await readBarcodes(image, options)).map((code) => code.text);
  },
  jsQR: async () => {
    // A script of the old kind: it leaves a global.
    await import("/node_modules/jsqr/dist/jsQR.js");
    const { jsQR } = globalThis;
    if (!jsQR) {
      throw new Error("it left no global");
    }
    return ({ data, width, height }) => {
      const code = jsQR(data, width, height);
      return code ? [code.data] : [];
    };
  },
};

/** Loading that neither succeeds nor fails is a failure too. */
function withinSeconds(seconds, promise) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`not ready in ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]);
}

async function load() {
  const ready = {};
  for (const [name, make] of Object.entries(readers)) {
    try {
      ready[name] = await make();
    } catch (error) {
      throw new Error(`${name} can't be loaded: ${error}`);
    }
  }
  return ready;
}

async function fetched(path) {
  const answer = await fetch(path);
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status}`);
  }
  return answer;
}

async function compare() {
  const ready = await load();
  const lines = (await (await fetched("/set/index.tsv")).text()).trim().split("\n");
  const results = [];
  for (const line of lines) {
    const [name, category, width, height, ...texts] = line.split("\t");
    const bytes = await (await fetched(`/set/${name}.rgba`)).arrayBuffer();
    const image = new ImageData(new Uint8ClampedArray(bytes), Number(width), Number(height));
    const result = { name, category, readers: {} };
    // The 4K screenshot with three codes is what the times are compared by: the median of five.
    const rounds = name === "several-at-once-0" ? 5 : 1;
    for (const [reader, run] of Object.entries(ready)) {
      globalThis.progress = `${reader} on ${name}, ${results.length + 1} of ${lines.length}`;
      const times = [];
      let found = [];
      let error = null;
      for (let round = 0; round < rounds; round++) {
        const start = performance.now();
        try {
          found = await run(image);
        } catch (thrown) {
          error = String(thrown);
        }
        times.push(performance.now() - start);
      }
      times.sort((a, b) => a - b);
      result.readers[reader] = {
        all: texts.every((text) => found.includes(text)),
        some: texts.some((text) => found.includes(text)),
        wrong: found.filter((text) => !texts.includes(text)).length,
        error,
        milliseconds: times[Math.floor(times.length / 2)],
      };
    }
    results.push(result);
  }
  return results;
}

// Whoever measures looks whether they are there.
globalThis.results = await compare().catch((error) => ({ failed: error.message }));
