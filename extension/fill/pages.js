// Runs the two scripts in a tab's documents. They are not there before somebody asks for them.
export { clear, mayClear } from './clipboard.js';

const scripts = ['fill/write.js', 'fill/features.js'];

export async function tabInView() {
  const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
  return tab ? { id: tab.id, private: tab.incognito } : null;
}

export async function origin(tabId) {
  const [{ result }] = await chrome.scripting.executeScript({ target: { tabId }, func: () => self.origin });
  return result;
}

// Frames that the browser keeps closed to us are left out.
export async function collect(tabId) {
  const results = await chrome.scripting.executeScript({ target: { tabId, allFrames: true }, files: scripts });
  return results
    .filter(({ result }) => result)
    .map(({ frameId, documentId, result }) => ({ frameId, documentId: documentId ?? null, frame: JSON.stringify(result) }));
}

// The page itself, without its frames.
export async function collectTop(tabId) {
  const [{ result }] = await chrome.scripting.executeScript({ target: { tabId, frameIds: [0] }, files: scripts });
  return JSON.stringify(result);
}

// The only script that runs in pages unasked, and only on sites that a person chose for it.
export async function offerOn(matches) {
  const ids = ['offer'];
  if ((await chrome.scripting.getRegisteredContentScripts({ ids })).length) await chrome.scripting.unregisterContentScripts({ ids });
  if (matches.length) await chrome.scripting.registerContentScripts([{ id: ids[0], js: ['fill/offer.js'], matches, runAt: 'document_idle' }]);
}

// To that very document where the browser names documents; else to what is in the frame now, where
// the script itself looks whether it is the same.
export async function write(tabId, frameId, documentId, order) {
  const target = documentId ? { tabId, documentIds: [documentId] } : { tabId, frameIds: [frameId] };
  const [{ result }] = await chrome.scripting.executeScript({
    target,
    func: (wanted) => globalThis.holdfast?.write?.(wanted) ?? { filled: false, why: 'page_changed' },
    args: [order],
  });
  return result ?? { filled: false, why: 'page_changed' };
}

export async function openPopup() {
  await chrome.action.openPopup();
}
