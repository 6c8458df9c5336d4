// The settings page's entry: load the module, hand over. Everything else is in src/web/src/pages.
import init, { options } from './wasm/options.js';
import * as camera from './camera.js';
import * as reader from './qr-image.js';
import * as passkeys from './passkeys.js';
import * as transfer from './transfer.js';

try {
  await init();
  options(reader, passkeys, transfer, camera);
} catch (error) {
  // Without the module there is nobody else to say so. The name says enough and holds no data.
  document.body.dataset.view = 'broken';
  document.getElementById('view-broken').hidden = false;
  document.getElementById('broken-detail').textContent = error?.name ?? '';
}
