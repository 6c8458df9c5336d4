// The last lines of the page's one script: before them stands what binds the module, and what is
// embedded comes from the page itself.
// A fault in the module would otherwise leave a page that does nothing and says nothing.
addEventListener("error", () => document.getElementById("broken").removeAttribute("hidden"));
const bytes = Uint8Array.from(atob(document.getElementById("module").textContent), (letter) => letter.charCodeAt(0));
await __wbg_init({ module_or_path: bytes });
start(document.getElementById("messages").textContent);
