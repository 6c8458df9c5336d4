// The popup's entry: load the module, hand over. Everything else is in src/web/src/pages.
import init, { popup } from './wasm/popup.js';
import * as reader from './qr-image.js';
import * as passkeys from './passkeys.js';

try {
  await init();
  popup(reader, passkeys);
} catch (error) {
  // Without the module there is nobody else to say so. The name says enough and holds no data.
  document.body.dataset.view = 'broken';
  document.getElementById('view-broken').hidden = false;
  document.getElementById('broken-detail').textContent = error?.name ?? '';
}
