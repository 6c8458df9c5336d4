// The clipboard when no page of ours is in view. Nothing of this works before the person allows it.
import { isCopied } from './copied.js';

const wanted = { permissions: ['clipboardRead', 'clipboardWrite'] };

export const mayClear = () => chrome.permissions.contains(wanted);

// Firefox's background is a page and has the clipboard; Chromium's is a worker and borrows a page.
export async function clear(salt, digest) {
  const copied = { salt, digest };
  if (!(await mayClear())) return;
  if (globalThis.document) {
    if (await isCopied(await navigator.clipboard.readText(), copied)) await navigator.clipboard.writeText('');
    return;
  }
  await chrome.offscreen.createDocument({ url: 'fill/clipboard.html', reasons: ['CLIPBOARD'], justification: 'Takes a copied code off the clipboard.' });
  try {
    await chrome.runtime.sendMessage({ clear: copied });
  } finally {
    await chrome.offscreen.closeDocument();
  }
}
