import Alpine from 'alpinejs';
import mask from '@alpinejs/mask';
import IMask from 'imask';
import Inputmask from 'inputmask';
import Cleave from 'cleave.js';

const field = (root, attributes = '') => {
  root.innerHTML = `<label>One-time code <input ${attributes}></label>`;
  return root.querySelector('input');
};
const alpine = (root, tell, html) => {
  root.innerHTML = html;
  Alpine.plugin(mask);
  Alpine.data('holder', () => ({ code: '', parts: Array(6).fill(''), init() { this.$watch('code', tell); this.$watch('parts', (parts) => tell(parts.join(''))); } }));
  Alpine.start();
};

export const widgets = {
  alpine: (root, tell) => alpine(root, tell, '<div x-data="holder"><label>One-time code <input x-mask="999 999" x-model="code"></label></div>'),
  'alpine-model': (root, tell) => alpine(root, tell, '<div x-data="holder" class="boxes"><template x-for="index in 6"><input maxlength="1" x-model="parts[index - 1]" x-on:input="$el.nextElementSibling?.focus?.()"></template></div>'),
  imask: (root, tell) => {
    const masked = IMask(field(root), { mask: '000-000' });
    masked.on('accept', () => tell(masked.unmaskedValue));
  },
  inputmask: (root, tell) => {
    const input = field(root);
    new Inputmask('999 999').mask(input);
    input.addEventListener('input', () => tell(input.inputmask.unmaskedvalue()));
  },
  cleave: (root, tell) => {
    const input = field(root);
    new Cleave(input, { blocks: [3, 3], numericOnly: true, onValueChanged: ({ target }) => tell(target.rawValue) });
  },
};
