// Listeners are registered synchronously at every start of the worker, as the browser demands;
// each awaits one memoised start of the module. There is no logic here.
import init, { Background } from './wasm/holdfast.js';
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

let starting;
function start() {
  starting ??= init()
    .then(() => Background.start(kdf))
    .catch((error) => {
      starting = undefined; // A failed start is tried again at the next event.
      throw error;
    });
  return starting;
}

const on = (event, handle) => event?.addListener((...args) => void start().then((background) => handle(background, ...args)));

chrome.runtime.onMessage.addListener((message, sender, reply) => {
  start()
    .then((background) => background.message(message, sender.url ?? '', sender.origin ?? ''))
    .then(reply, (error) => reply({ Err: { code: 'background_failed', detail: String(error?.message ?? error) } }));
  return true; // The reply comes later.
});
on(chrome.alarms.onAlarm, (background, alarm) => background.alarm(alarm.name));
on(chrome.runtime.onStartup, (background) => background.wake());
on(chrome.runtime.onInstalled, (background, details) => background.installed(details.reason));
on(chrome.idle.onStateChanged, (background, state) => background.idle(state));
on(chrome.permissions.onAdded, (background) => background.permissions_changed());
on(chrome.permissions.onRemoved, (background) => background.permissions_changed());
on(chrome.commands?.onCommand, (background, command) => background.command(command));

// A start of the worker is itself an occasion: whatever was cut off is picked up.
start().then((background) => background.wake());
