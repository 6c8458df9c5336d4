// The demo site's two steps. It checks codes itself (RFC 6238 over WebCrypto), for the secret that
// setup.html shows, so that what an authenticator fills in is really verified.
const SECRET = 'HOLDFASTDEMO2345';
const PERIOD = 30;

const base32 = (text) => {
  const bits = [...text].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  return Uint8Array.from(bits.match(/.{8}/g), (byte) => Number.parseInt(byte, 2));
};

const codeAt = async (step) => {
  const key = await crypto.subtle.importKey('raw', base32(SECRET), { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const mac = new DataView(await crypto.subtle.sign('HMAC', key, counter));
  const offset = mac.getUint8(19) & 15;
  return String((mac.getUint32(offset) & 0x7fffffff) % 1e6).padStart(6, '0');
};

const isRight = async (code) => {
  const now = Math.floor(Date.now() / 1000 / PERIOD);
  // One step either way for clocks that differ (RFC 6238, section 5.2).
  const right = await Promise.all([now - 1, now, now + 1].map(codeAt));
  return right.includes(code.trim());
};

const show = (id) => {
  for (const part of document.querySelectorAll('main > form, main > section')) part.hidden = part.id !== id;
  document.querySelector(`#${id} :is(input, h2)`)?.focus();
};

document.getElementById('step-password').addEventListener('submit', (event) => {
  event.preventDefault();
  show('step-code');
});

document.getElementById('step-code').addEventListener('submit', async (event) => {
  event.preventDefault();
  const right = await isRight(document.getElementById('code').value);
  document.getElementById('code-error').hidden = right;
  if (right) show('signed-in');
});
