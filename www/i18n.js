// Before the first paint: put the browser's language into the page. The HTML holds the English
// text, so a key without a message leaves a readable page. Only text and attributes are set.
'use strict';
(() => {
  const i18n = globalThis.chrome?.i18n;
  if (!i18n) return;
  const attributes = ['aria-label', 'placeholder', 'title', 'alt'];

  const translate = (root) => {
    for (const element of root.querySelectorAll('[data-i18n]')) {
      const text = i18n.getMessage(element.dataset.i18n);
      if (text) element.textContent = text;
    }
    for (const name of attributes) {
      for (const element of root.querySelectorAll(`[data-i18n-${name}]`)) {
        const text = i18n.getMessage(element.getAttribute(`data-i18n-${name}`));
        if (text) element.setAttribute(name, text);
      }
    }
    for (const template of root.querySelectorAll('template')) translate(template.content);
  };

  // The language of the messages, not of the browser: a French browser shows the English ones.
  document.documentElement.lang = i18n.getMessage('locale') || 'en';
  translate(document);
})();
