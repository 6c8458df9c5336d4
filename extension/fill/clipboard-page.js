// A page that nobody sees, in Chromium only: it is never focused, so that only the old commands work.
import { isCopied } from './copied.js';

const area = document.querySelector('textarea');

async function clear(copied) {
  area.value = '';
  area.focus();
  document.execCommand('paste');
  const unchanged = await isCopied(area.value, copied);
  if (unchanged) {
    document.addEventListener('copy', (event) => {
      event.clipboardData.setData('text/plain', '');
      event.preventDefault();
    }, { once: true });
    document.execCommand('copy');
  }
  return unchanged;
}

chrome.runtime.onMessage.addListener((message, sender, reply) => {
  if (!message?.clear) return;
  clear(message.clear).then(reply);
  return true; // The reply comes later.
});
