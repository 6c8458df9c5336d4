// The popup's entry: load the modules, hand over. Everything else is in src/web/src/pages.
import './above.js';
import init, { popup } from './wasm/popup.js';
import initStatus, { readStatus } from './wasm/status.js';
import * as reader from './qr-image.js';
import * as passkeys from './passkeys.js';

// Both load at once; whoever comes first draws first. A start that failed is tried again.
let starting;
const status = {
  async read() {
    starting ??= initStatus();
    await starting.catch(() => (starting = undefined));
    return starting && readStatus();
  },
};

try {
  const codes = init();
  starting = initStatus();
  await codes;
  popup(reader, status, passkeys);
} catch (error) {
  // Without the module there is nobody else to say so. The name says enough and holds no data.
  document.body.dataset.view = 'broken';
  document.getElementById('view-broken').hidden = false;
  document.getElementById('broken-detail').textContent = error?.name ?? '';
}
