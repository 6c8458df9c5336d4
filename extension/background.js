// Listeners are registered synchronously at every start of the worker, as the browser demands;
// each awaits a memoised start of the module that it concerns. There is no logic here.
import initVault, { VaultTask } from './wasm/vault.js';
import initBackup, { BackupTask } from './wasm/backup.js';
import initFill, { FillTask } from './wasm/fill.js';
import initClouds, { CloudsTask } from './wasm/clouds.js';
import initConnect, { ConnectTask } from './wasm/connect.js';
import initHistory, { HistoryTask } from './wasm/history.js';
import initKeys, { KeysTask } from './wasm/keys.js';
import initKdf, { derive, __wbg_reset_state } from './wasm/kdf.js';
import * as pages from './fill/pages.js';

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
function task(init, start) {
  let starting;
  return () =>
    (starting ??= init()
      .then(start)
      .catch((error) => {
        starting = undefined;
        throw error;
      }));
}
const vault = task(initVault, () => VaultTask.start(kdf));
// The engine has snapshots opened and merged by the vault's task.
const opener = {
  open_snapshot: async (bytes) => (await vault()).open_snapshot(bytes),
  merge_snapshot: async (name, bytes) => (await vault()).merge_snapshot(name, bytes),
  reseal: async () => (await vault()).reseal(),
  renew_device: async (former) => (await vault()).renew_device(former),
};
// Who has no cloud connected does not load what speaks to them.
const cloud = task(initClouds, async () => CloudsTask.start());
const clouds = Object.fromEntries(
  ['put', 'list', 'get', 'delete', 'prepare'].map((verb) => [verb, async (...about) => (await cloud())[verb](...about)]),
);
const backup = task(initBackup, () => BackupTask.start(opener, clouds));
// The task that fills has its changes made by the vault's only writer, as one of our own pages.
const ask = (request) => answer({ vault: request }, { url: location.href, origin: location.origin });
const fill = task(initFill, () => FillTask.start(pages, { ask }));
// What a person asks for now and then loads when they do.
const keys = task(initKeys, () => KeysTask.start(kdf));
const seldom = {
  __proto__: null,
  create: keys,
  destination: task(initConnect, () => ConnectTask.start(kdf)),
  history: task(initHistory, () => HistoryTask.start(kdf)),
  keys,
};

async function answer(message, sender) {
  const from = [sender.url ?? '', sender.origin ?? ''];
  if (message?.backup) return (await backup()).message(message.backup, ...from);
  // All that a script in a page may say: it names nothing, and whence it comes the browser tells.
  if (message?.offer) return (await fill()).offer(message.offer, ...from, sender.tab?.id, sender.tab?.incognito, sender.frameId);
  if (message?.fill) return (await fill()).message(message.fill, ...from);
  const [to = 'vault'] = Object.keys(message ?? {});
  const running = await (seldom[to] ?? vault)();
  const handled = await running[to === 'create' ? to : 'message'](message?.[to] ?? null, ...from);
  if (handled.then === 'begin_anew') {
    await (await seldom.destination()).begin_anew();
    return answer(message, sender);
  }
  if (handled.then) void backup().then((running) => running[handled.then]());
  return handled.answer;
}

const failed = (error) => ({ Err: { code: 'background_failed', detail: String(error?.message ?? error) } });
const wake = () => Promise.all([vault().then((task) => task.wake()), backup().then((task) => task.wake())]);

chrome.runtime.onMessage.addListener((message, sender, reply) => {
  answer(message, sender).catch(failed).then(reply);
  return true; // The reply comes later.
});
chrome.alarms.onAlarm.addListener(({ name }) => void (name === 'clipboard' ? fill().then((task) => task.clear_clipboard()) : wake()));
chrome.runtime.onStartup.addListener(() => void wake());
chrome.runtime.onInstalled.addListener(({ reason }) => {
  chrome.contextMenus?.create({ id: 'fill', title: chrome.i18n.getMessage('menu_fill'), contexts: ['editable'] }, () => void chrome.runtime.lastError);
  void vault().then((task) => task.installed(reason));
  void fill().then((task) => task.offer_again());
});
chrome.idle.onStateChanged.addListener((state) => void vault().then((task) => task.idle(state)));
chrome.commands?.onCommand.addListener((command, tab) => {
  if (command !== 'fill') void vault().then((task) => task.command(command));
  else if (tab) void fill().then((task) => task.gesture(tab.id, tab.incognito));
});
chrome.contextMenus?.onClicked.addListener(({ frameId }, tab) => {
  if (tab) void fill().then((task) => task.gesture(tab.id, tab.incognito, frameId ?? 0));
});
chrome.permissions.onAdded.addListener(({ origins = [] }) => {
  void backup().then((task) => task.permissions_changed(origins));
  void fill().then((task) => task.permitted());
});
chrome.permissions.onRemoved.addListener(({ origins = [] }) => {
  void backup().then((task) => task.permissions_changed(origins));
  void fill().then((task) => task.offer_again());
});

// A start of the worker is itself an occasion: whatever was cut off is picked up.
void wake();
