// Whether a text is the one that was copied, of which only a salted digest is kept.
export async function isCopied(text, { salt, digest }) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(salt + text)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('') === digest;
}
