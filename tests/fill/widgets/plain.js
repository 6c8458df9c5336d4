// Fields without a library, each of which listens to one kind of event only.
import { LitElement, html } from 'lit';

const boxes = (root, attributes = 'maxlength="1"') => {
  root.innerHTML = `<div class="boxes">${`<input inputmode="numeric" ${attributes}>`.repeat(6)}</div>`;
  return [...root.querySelectorAll('input')];
};
const single = (root, attributes = '') => {
  root.innerHTML = `<form><label>One-time code <input name="otp" ${attributes}></label></form>`;
  return root.querySelector('input');
};
const all = (list) => list.map((box) => box.value).join('');

class CodeField extends LitElement {
  static properties = { code: {} };
  render() {
    return html`<label>One-time code <input .value=${this.code ?? ''} @input=${(event) => { this.code = event.target.value; this.tell(this.code); }}></label>`;
  }
}
customElements.define('code-field', CodeField);

export const widgets = {
  input: (root, tell) => { const field = single(root); field.addEventListener('input', () => tell(field.value)); },
  change: (root, tell) => { const field = single(root); field.addEventListener('change', () => tell(field.value)); },
  keyup: (root, tell) => {
    const list = boxes(root);
    list.forEach((box, index) => box.addEventListener('keyup', (event) => { if (/^\d$/.test(event.key)) { list[index + 1]?.focus(); tell(all(list)); } }));
  },
  // Takes every key itself, and lets none through.
  keydown: (root, tell) => {
    const list = boxes(root);
    list.forEach((box, index) => box.addEventListener('keydown', (event) => {
      event.preventDefault();
      if (!/^\d$/.test(event.key)) return;
      box.value = event.key;
      list[index + 1]?.focus();
      tell(all(list));
    }));
  },
  keypress: (root, tell) => {
    const list = boxes(root);
    list.forEach((box, index) => box.addEventListener('keypress', (event) => {
      event.preventDefault();
      box.value = String.fromCharCode(event.charCode || event.keyCode);
      list[index + 1]?.focus();
      tell(all(list));
    }));
  },
  // Typing is refused; only pasting is heard.
  paste: (root, tell) => {
    const list = boxes(root);
    list.forEach((box) => {
      box.addEventListener('beforeinput', (event) => event.preventDefault());
      box.addEventListener('paste', (event) => {
        event.preventDefault();
        [...event.clipboardData.getData('text')].forEach((digit, index) => { if (list[index]) list[index].value = digit; });
        tell(all(list));
      });
    });
  },
  // A box can be typed into once the one before it is full.
  'in-turn': (root, tell) => {
    const list = boxes(root);
    list.forEach((box, index) => {
      box.disabled = index > 0;
      box.addEventListener('input', () => {
        tell(all(list));
        const next = list[index + 1];
        if (box.value && next) setTimeout(() => { next.disabled = false; next.focus(); }, 20);
      });
    });
  },
  lit: (root, tell) => { const field = document.createElement('code-field'); field.tell = tell; root.append(field); },
  'closed-shadow': (root, tell) => {
    const shadow = root.attachShadow({ mode: 'closed' });
    shadow.innerHTML = '<label>One-time code <input maxlength="6"></label>';
    const field = shadow.querySelector('input');
    field.addEventListener('input', () => tell(field.value));
  },
  editable: (root, tell) => {
    root.innerHTML = '<div contenteditable="true" role="textbox" aria-label="One-time code" style="border: 1px solid; width: 200px; height: 30px"></div>';
    const field = root.firstElementChild;
    field.addEventListener('input', () => tell(field.textContent));
  },
  password: (root, tell) => { const field = single(root, 'type="password" placeholder="One-time passcode"'); field.addEventListener('input', () => tell(field.value)); },
  // One input that nobody sees, over boxes that are painted for its characters.
  ...Object.fromEntries([
    ['transparent', 'opacity: 0; z-index: 1', ''],
    ['under-boxes', 'opacity: 0', 'position: relative; z-index: 1'],
    ['letters-unseen', 'color: transparent; background: none; border: 0; outline: 0; letter-spacing: 30px; z-index: 1', ''],
  ].map(([name, style, above]) => [name, (root, tell) => {
    const box = `<span style="inline-size: 40px; block-size: 44px; border: 1px solid; border-radius: 6px; text-align: center; line-height: 44px; ${above}"></span>`;
    root.innerHTML = `<p>One-time code</p><div style="position: relative; display: inline-flex; gap: 8px"><input name="otp" maxlength="6" inputmode="numeric" style="position: absolute; inset: 0; inline-size: 100%; ${style}">${box.repeat(6)}</div>`;
    const field = root.querySelector('input');
    field.addEventListener('input', () => {
      root.querySelectorAll('span').forEach((part, index) => { part.textContent = field.value[index] ?? ''; });
      tell(field.value);
    });
  }])),
  // Goes on by itself at the last digit, and its boxes with it.
  submits: (root, tell) => {
    const list = boxes(root);
    list.forEach((box, index) => box.addEventListener('input', () => {
      list[index + 1]?.focus();
      const code = all(list);
      if (code.length === 6) { root.innerHTML = '<p>Thank you.</p>'; tell(code); }
    }));
  },
};
