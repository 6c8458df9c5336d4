// Passkeys: WebAuthn with the PRF extension (Level 3, section 10.1.4), where the browser offers it
// to extensions. Bytes come and go as base64. What is thrown is a stable code as a string.

const encode = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const decode = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const urlSafe = (text) => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

// Why it failed is not told in full, so that pages can't probe; these are the cases to act upon.
const code = ({ name } = {}) => ({
  NotAllowedError: 'passkey_cancelled',
  AbortError: 'passkey_cancelled',
  InvalidStateError: 'passkey_cancelled',
})[name] ?? 'passkey_unavailable';

const credentials = async (verb, publicKey) => {
  try {
    return await navigator.credentials[verb]({ publicKey: { challenge: random(32), ...publicKey } });
  } catch (error) {
    throw code(error);
  }
};

/** Whether this browser makes passkeys with a PRF for this page. */
export async function available() {
  const can = await globalThis.PublicKeyCredential?.getClientCapabilities?.();
  if (can?.['extension:prf'] !== true) return false;
  // Some know passkeys and refuse them to extensions. This asks without a window, and gives up.
  const given = new AbortController();
  const probe = navigator.credentials.get({
    publicKey: { challenge: random(32) },
    mediation: 'conditional',
    signal: given.signal,
  });
  given.abort();
  return probe.then(() => true, ({ name }) => name !== 'SecurityError');
}

/** The credential's id and its PRF's first output for `salt`: `{ credential, salt, output }`. */
export async function make(label, salt) {
  const made = await credentials('create', {
    rp: { name: 'Holdfast' },
    user: { id: random(16), name: label, displayName: label },
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    extensions: { prf: { eval: { first: decode(salt) } } },
  });
  const credential = encode(made.rawId);
  const { prf } = made.getClientExtensionResults();
  if (prf?.results?.first) return { credential, salt, output: encode(prf.results.first) };
  if (!prf?.enabled) throw 'passkey_no_prf';
  // Some evaluate only on use.
  const { output } = await open([{ slot: '', credential, salt }]);
  return { credential, salt, output };
}

/** Uses one of the passkeys `{ slot, credential, salt }`: `{ slot, output }`. */
export async function open(passkeys) {
  const got = await credentials('get', {
    allowCredentials: passkeys.map(({ credential }) => ({ type: 'public-key', id: decode(credential) })),
    userVerification: 'required',
    extensions: {
      prf: {
        evalByCredential: Object.fromEntries(
          passkeys.map(({ credential, salt }) => [urlSafe(credential), { first: decode(salt) }])),
      },
    },
  });
  const used = encode(got.rawId);
  const output = got.getClientExtensionResults().prf?.results?.first;
  if (!output) throw 'passkey_no_prf';
  return { slot: passkeys.find(({ credential }) => credential === used)?.slot ?? '', output: encode(output) };
}
