// From an image to pixels, which only the page's own canvas can do, and from pixels to texts by
// the QR module, which is loaded the first time there is something to read.
//
// What is thrown is a stable code as a string (qr_image_unreadable, qr_image_empty,
// qr_image_too_large, qr_text_too_long, no_qr_in_pdf), or the error that kept the module from loading or running.

// A larger file is neither a screenshot nor a photo of a code.
const MAX_BYTES = 64 * 1024 * 1024;
// An 8K screen has as many pixels. Larger images are looked at in this size.
const MAX_PIXELS = 33_200_000;
// An SVG has no pixels of its own; its longer side gets so many.
const SVG_SIDE = 1600;
// What was not found by then, in milliseconds, is not there.
const PATIENCE = 10_000;

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

// One after the other: afterwards the module starts afresh, which gives back the memory of a large
// image, and leaves nothing behind should a hostile one have made it stop in the middle.
let queue = Promise.resolve();
const use = (work) => {
  const result = queue.then(async () => {
    const module = await load();
    try {
      return await work(module);
    } finally {
      module.__wbg_reset_state();
    }
  });
  queue = result.catch(() => {});
  return result;
};

// By content: a file's name and type are only what somebody says.
const isSvg = async (blob) => {
  const start = await blob.slice(0, 2048).text();
  return /^\uFEFF?\s*</.test(start) && (blob.type === 'image/svg+xml' || /<svg[\s>]/i.test(start));
};

// createImageBitmap refuses SVG; an <img> draws it, without its scripts and without fetching.
const drawSvg = async (blob, draw) => {
  const address = URL.createObjectURL(new Blob([blob], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const [width, height] = [image.naturalWidth || 1, image.naturalHeight || 1];
    const scale = SVG_SIDE / Math.max(width, height);
    return draw(image, width * scale, height * scale);
  } finally {
    URL.revokeObjectURL(address);
  }
};

const drawBitmap = async (blob, draw) => {
  const bitmap = await createImageBitmap(blob);
  try {
    return draw(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
};

// Transparent parts stay so: whether the code is meant for a light or a dark page, the reader tries.
const toPixels = (image, width, height) => {
  const scale = Math.min(1, Math.sqrt(MAX_PIXELS / (width * height)));
  const size = [width, height].map((side) => Math.max(1, Math.floor(side * scale)));
  const context = new OffscreenCanvas(...size).getContext('2d', { willReadFrequently: true });
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, ...size);
  return context.getImageData(0, 0, ...size);
};

/**
 * All QR codes in an ImageData, each content once: `{ text, x, y, width, height }` with the upright
 * rectangle around the code in pixels. Gives up after so many milliseconds.
 */
export const locate = ({ data, width, height }, patience = PATIENCE) =>
  use(async ({ Scan }) => {
    const scan = new Scan(data, width, height);
    const end = performance.now() + patience;
    // In steps, so that the page stays alive meanwhile.
    while (scan.step() && performance.now() < end) await new Promise((done) => setTimeout(done));
    return scan.codes().map(({ text, x, y, width, height }) => ({ text, x, y, width, height }));
  });

const textsOf = async (pixels) => (await locate(pixels)).map((code) => code.text);

// More pictures than that are a book's, not a code's.
const MAX_PICTURES = 40;

const isPdf = async (blob) => (await blob.slice(0, 1024).text()).includes('%PDF-');

// The codes of all its pictures: JPEG files, which the browser reads, and pixels.
const readPdf = async (blob) => {
  const file = new Uint8Array(await blob.arrayBuffer());
  const texts = new Set();
  const end = performance.now() + 2 * PATIENCE;
  let place = 0;
  for (let number = 0; number < MAX_PICTURES && performance.now() < end; number++) {
    // One at a time: each may be as large as a screen.
    const image = await use((module) => {
      const found = module.pdf_image(file, place);
      return found && { end: found.end(), width: found.width(), bytes: found.bytes() };
    });
    if (!image) break;
    place = image.end;
    const { width, bytes } = image;
    if (!bytes) continue;
    try {
      const pixels = width
        ? new ImageData(new Uint8ClampedArray(bytes.buffer), width)
        : await drawBitmap(new Blob([bytes]), toPixels);
      for (const text of await textsOf(pixels)) texts.add(text);
    } catch {
      // A JPEG that the browser can't read is no reason to pass over the next picture.
    }
  }
  if (!texts.size) throw 'no_qr_in_pdf';
  return [...texts];
};

/** The texts of all QR codes in an image file: PNG, JPEG, WebP, GIF, SVG, what the browser shows, and
 *  in the pictures of a PDF. */
export async function readBlob(blob) {
  if (blob.size === 0) throw 'qr_image_empty';
  if (blob.size > MAX_BYTES) throw 'qr_image_too_large';
  if (await isPdf(blob)) return readPdf(blob);
  let pixels;
  try {
    pixels = await ((await isSvg(blob)) ? drawSvg : drawBitmap)(blob, toPixels);
  } catch {
    throw 'qr_image_unreadable';
  }
  return textsOf(pixels);
}

// The picture of the page that was read last, for whoever wants a part of it read.
let page;

/** The texts of all QR codes in the visible part of the tab in view. */
export async function readPage() {
  const address = await chrome.tabs.captureVisibleTab({ format: 'png' });
  // Decoded by hand: fetching a data: address would need a wider content policy.
  const bytes = Uint8Array.from(atob(address.slice(address.indexOf(',') + 1)), (c) => c.charCodeAt(0));
  page?.close();
  page = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  return textsOf(toPixels(page, page.width, page.height));
}

/** Draws that picture into a canvas. */
export function showPage(canvas) {
  [canvas.width, canvas.height] = [page.width, page.height];
  canvas.getContext('2d').drawImage(page, 0, 0);
}

/** The texts of all QR codes in a part of it, which is given in fractions of its width and height. */
export async function readRegion(x, y, width, height) {
  const sides = [x * page.width, y * page.height, width * page.width, height * page.height].map(Math.round);
  const part = await createImageBitmap(page, ...sides);
  try {
    return await textsOf(toPixels(part, part.width, part.height));
  } finally {
    part.close();
  }
}

/**
 * Texts as QR codes to draw, in order: `{ size, modules }`, the modules row by row, 1 is dark. Each
 * needs four light modules around it.
 */
export const encode = (texts) =>
  use((module) =>
    texts.map((text) => {
      const { size, modules } = module.encode(text);
      return { size, modules };
    }),
  );
