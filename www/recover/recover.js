// The last lines of the page's one script: before them stands what binds the module, and what is
// embedded comes from the page itself.
const bytes = Uint8Array.from(atob(document.getElementById("module").textContent), (letter) => letter.charCodeAt(0));
await __wbg_init({ module_or_path: bytes });
start(document.getElementById("messages").textContent);
