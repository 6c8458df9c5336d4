// Other apps' files, read and written by a module that is loaded the first time there is one.
//
// What is thrown is a stable code as a string, or the error that kept the module from running.

let loading;
const load = () => {
  loading ??= import('./wasm/transfer.js')
    .then(async (module) => {
      await module.default();
      return module;
    })
    .catch((error) => {
      loading = undefined; // The next file tries again.
      throw error;
    });
  return loading;
};

// Afterwards the module starts afresh: that gives back the memory of a key derivation, and leaves
// no secret in it.
const use = async (work) => {
  const module = await load();
  // What the page says meanwhile is drawn first: a key derivation takes a moment.
  await new Promise((done) => setTimeout(done, 30));
  try {
    return work(module);
  } finally {
    module.__wbg_reset_state();
  }
};

/** What files hold, as JSON: an array of Uint8Array, and a password for each; empty is none. */
export const readFiles = (files, passwords) => use((module) => module.read(files, passwords));

/** Accounts as a file of a format: a Uint8Array. */
export const writeFile = (target, drafts, password) =>
  use((module) => module.write(target, drafts, password, Date.now()));
