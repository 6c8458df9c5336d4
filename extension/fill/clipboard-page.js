// A page that nobody sees, in Chromium only: it is never focused, so that only the old commands work.
const area = document.querySelector('textarea');

chrome.runtime.onMessage.addListener(({ clear }, sender, reply) => {
  if (typeof clear !== 'string') return;
  area.value = '';
  area.focus();
  document.execCommand('paste');
  const unchanged = area.value === clear;
  if (unchanged) {
    document.addEventListener('copy', (event) => {
      event.clipboardData.setData('text/plain', '');
      event.preventDefault();
    }, { once: true });
    document.execCommand('copy');
  }
  reply(unchanged);
});
