// From an image to pixels, which only the page's own canvas can do, and from pixels to texts by
// the QR module, which is loaded the first time there is something to read.

// The largest side that is looked at: codes on larger images are large enough to survive this.
const MAX_SIDE = 3000;

let loading;
const load = () => {
  loading ??= import('./wasm/qr.js')
    .then(async (module) => {
      await module.default();
      return module;
    })
    .catch((error) => {
      loading = undefined; // The next image tries again.
      throw error;
    });
  return loading;
};

const pixels = (bitmap) => {
  const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  // Transparent images are meant for a light page.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
};

/** The texts of all QR codes in an image file. */
export async function readBlob(blob) {
  const image = pixels(await createImageBitmap(blob));
  const { Scan } = await load();
  const scan = new Scan(image.data, image.width, image.height);
  try {
    // In steps, so that the page stays alive while a large image is searched.
    while (scan.step()) await new Promise((resolve) => setTimeout(resolve));
    return [...new Set(scan.codes().map((code) => code.text))];
  } finally {
    scan.free();
  }
}

/** The texts of all QR codes in the visible part of the tab in view. */
export async function readPage() {
  const address = await chrome.tabs.captureVisibleTab({ format: 'png' });
  // Decoded by hand: fetching a data: address would need a wider content policy.
  const bytes = Uint8Array.from(atob(address.slice(address.indexOf(',') + 1)), (c) => c.charCodeAt(0));
  return readBlob(new Blob([bytes], { type: 'image/png' }));
}
