// Listeners are registered synchronously at every start of the worker, as the browser demands;
// each awaits a memoised start of the module that it concerns. There is no logic here.
import initVault, { VaultTask } from './wasm/vault.js';
import initBackup, { BackupTask } from './wasm/backup.js';
import initKdf, { derive, __wbg_reset_state } from './wasm/kdf.js';

// Key derivation takes 64 MiB, and WebAssembly memory never shrinks: a fresh instance each time.
const kdf = {
  async derive(passphrase, salt, memory, passes, lanes) {
    await initKdf();
    try {
      return derive(passphrase, salt, memory, passes, lanes);
    } finally {
      __wbg_reset_state();
    }
  },
};

// A failed start is tried again at the next event.
function task(init, Task) {
  let starting;
  return () =>
    (starting ??= init()
      .then(() => Task.start(kdf))
      .catch((error) => {
        starting = undefined;
        throw error;
      }));
}
const vault = task(initVault, VaultTask);
const backup = task(initBackup, BackupTask);

async function answer(message, sender) {
  const from = [sender.url ?? '', sender.origin ?? ''];
  if (message?.backup) return (await backup()).message(message.backup, ...from);
  const handled = await (await vault()).message(message?.vault ?? null, ...from);
  if (handled.then) void backup().then((running) => running[handled.then]());
  return handled.answer;
}

const failed = (error) => ({ Err: { code: 'background_failed', detail: String(error?.message ?? error) } });
const wake = () => Promise.all([vault().then((task) => task.wake()), backup().then((task) => task.wake())]);

chrome.runtime.onMessage.addListener((message, sender, reply) => {
  answer(message, sender).catch(failed).then(reply);
  return true; // The reply comes later.
});
chrome.alarms.onAlarm.addListener(() => void wake());
chrome.runtime.onStartup.addListener(() => void wake());
chrome.runtime.onInstalled.addListener(({ reason }) => void vault().then((task) => task.installed(reason)));
chrome.idle.onStateChanged.addListener((state) => void vault().then((task) => task.idle(state)));
chrome.commands?.onCommand.addListener((command) => void vault().then((task) => task.command(command)));
chrome.permissions.onAdded.addListener(() => void backup().then((task) => task.permissions_changed()));
chrome.permissions.onRemoved.addListener(() => void backup().then((task) => task.permissions_changed()));

// A start of the worker is itself an occasion: whatever was cut off is picked up.
void wake();
