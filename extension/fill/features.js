// Runs in a page's isolated world, and only on a person's gesture. Writes down plain features of
// the fields and of the text around them; what they mean is decided in Rust (`core::fill`).
// Nothing a person typed is read: of a field's content only the length is told.
(() => {
  const MAX_FIELDS = 150;
  const MAX_ELEMENTS = 40_000;
  const SKIPPED = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'OPTION', 'SVG', 'svg', 'TEXTAREA', 'IFRAME', 'OBJECT']);
  const NOT_TYPED = new Set(['hidden', 'submit', 'button', 'image', 'reset', 'checkbox', 'radio', 'file', 'range', 'color']);
  const NAMING = ['data-testid', 'data-test', 'data-cy', 'data-qa', 'data-name', 'data-field', 'formcontrolname', 'ng-model',
    'v-model', 'wire:model', 'x-model', 'data-stytch-otp', 'data-input-otp', 'data-vi', 'data-otp'];

  const short = (text, length) => (text ?? '').replace(/\s+/g, ' ').trim().slice(0, length);
  const attribute = (element, name) => element.getAttribute?.(name) ?? '';

  // Closed shadow roots are open to extensions.
  const shadowOf = (element) => {
    if (element.shadowRoot) return element.shadowRoot;
    try {
      return globalThis.chrome?.dom?.openOrClosedShadowRoot?.(element) ?? element.openOrClosedShadowRoot ?? null;
    } catch {
      return null;
    }
  };
  const parentOf = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode?.().host ?? null;

  // What a person can see of an element: where, how opaque through all ancestors, how much of it
  // the ancestors leave, and whether something else lies on top.
  const sight = (element) => {
    const box = element.getBoundingClientRect();
    let { left, top, right, bottom } = box;
    let opacity = 1;
    let fixed = false;
    for (let node = element; node; node = parentOf(node)) {
      const style = getComputedStyle(node);
      opacity *= Number(style.opacity);
      if (style.filter.includes('opacity(')) opacity *= Number.parseFloat(style.filter.split('opacity(')[1]) || 0;
      const root = node === document.documentElement || node === document.body;
      if (node !== element && !root && !fixed && style.overflow !== 'visible') {
        const around = node.getBoundingClientRect();
        // What a person can scroll to is not cut off.
        if (style.overflowX === 'hidden' || style.overflowX === 'clip') [left, right] = [Math.max(left, around.left), Math.min(right, around.right)];
        if (style.overflowY === 'hidden' || style.overflowY === 'clip') [top, bottom] = [Math.max(top, around.top), Math.min(bottom, around.bottom)];
      }
      if (style.clipPath.startsWith('inset(50%') || style.clip === 'rect(0px, 0px, 0px, 0px)') right = left;
      fixed ||= style.position === 'fixed';
    }
    const [width, height] = [Math.max(0, right - left), Math.max(0, bottom - top)];
    // A transparent input is seen where boxes are painted under it, as well as they are.
    if (opacity < 0.7 && element instanceof HTMLInputElement) opacity = Math.max(opacity, ...painted(element, box).map((part) => sight(part).opacity).slice(0, 1));
    return {
      x: Math.round(box.left), y: Math.round(box.top), w: Math.round(width), h: Math.round(height),
      opacity: Math.round(opacity * 100) / 100,
      rendered: element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && box.width > 0 && box.height > 0,
      // Beyond the page's left or upper edge nobody can scroll.
      beyond: right + scrollX <= 0 || bottom + scrollY <= 0 || left + scrollX >= Math.max(document.documentElement.scrollWidth, innerWidth),
      covered: covered(element, { left, top, width, height }),
    };
  };

  // The boxes that a widget paints for the characters of its one input: a row of four to ten alike,
  // with an edge or a ground of their own, all of them under the input.
  const painted = (input, around) => {
    const parent = parentOf(input);
    const widget = parent && parentOf(parent);
    const edged = (part) => {
      const { borderBottomWidth, borderBottomStyle, backgroundColor, boxShadow } = getComputedStyle(part);
      return (Number.parseFloat(borderBottomWidth) > 0 && borderBottomStyle !== 'none') || !/^transparent$|, 0\)$/.test(backgroundColor) || boxShadow !== 'none';
    };
    for (const container of [parent, ...(widget?.querySelectorAll('*') ?? [])].slice(0, 60)) {
      const parts = [...(container?.children ?? [])].filter((part) => part !== input && part.checkVisibility() && !part.contains(input));
      if (parts.length < 4 || parts.length > 10) continue;
      const rects = parts.map((part) => part.getBoundingClientRect());
      const [{ width, height, top }] = rects;
      const alike = rects.every((rect) => Math.abs(rect.width - width) < 3 && Math.abs(rect.height - height) < 3 && Math.abs(rect.top - top) < 3);
      const under = rects.every((rect) => {
        const [x, y] = [rect.left + rect.width / 2, rect.top + rect.height / 2];
        return x > around.left && x < around.right && y > around.top && y < around.bottom;
      });
      // Some paint no edge, but a dash or a dot for every character to come.
      const blank = parts.every((part) => /^[_•·○●–—-]$/.test(part.textContent.trim()));
      if (height >= 10 && alike && under && (blank || (width >= 10 && parts.every(edged)))) return parts;
    }
    return [];
  };

  const hit = (x, y) => {
    let found = document.elementFromPoint(x, y);
    for (let root = found && shadowOf(found); root; root = found && shadowOf(found)) {
      const inner = root.elementFromPoint(x, y);
      if (!inner || inner === found) break;
      found = inner;
    }
    return found;
  };
  const within = (inner, outer) => {
    for (let node = inner; node; node = parentOf(node)) if (node === outer) return true;
    return false;
  };
  // Covered is what something foreign lies on: not its own label, nor a box that the same widget
  // paints over its input, which shares one of the nearest ancestors.
  const covered = (element, { left, top, width, height }) => {
    let tried = 0;
    const widget = parentOf(parentOf(element) ?? element) ?? element;
    for (const part of [0.5, 0.15, 0.85]) {
      const [x, y] = [left + width * part, top + height / 2];
      if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
      tried += 1;
      const found = hit(x, y);
      if (!found || within(found, element)) return false;
      if (within(found, widget) && widget !== document.body && widget !== document.documentElement) return false;
      if (found.tagName === 'LABEL' && (found.control === element || within(element, found))) return false;
    }
    return tried > 0;
  };

  const referenced = (element, name) => {
    const root = element.getRootNode();
    return attribute(element, name).split(/\s+/).filter(Boolean)
      .map((id) => root.getElementById?.(id)?.textContent ?? '').join(' ');
  };
  const labelOf = (element) => {
    const labels = [...(element.labels ?? [])];
    // One that belongs to no field, and stands right behind the only one beside it, as labels do that float.
    const { parentElement: parent, nextElementSibling: behind } = element;
    const alone = () => parent.querySelectorAll('label').length === 1 && [...parent.querySelectorAll('input, select, textarea')].filter(isField).length === 1;
    if (!labels.length && behind?.tagName === 'LABEL' && !behind.control && alone()) labels.push(behind);
    return short(labels.map((label) => label.innerText ?? label.textContent).join(' '), 200);
  };
  // A custom element's attributes are its inner input's, as far as a person is concerned.
  const hostOf = (element) => {
    const host = element.getRootNode().host ?? element.closest('[formcontrolname], [label]');
    if (!host || host === element) return '';
    return short(['name', 'id', 'label', 'aria-label', 'placeholder', 'autocomplete', 'formcontrolname'].map((name) => attribute(host, name)).join(' ')
      + (host.tagName.includes('-') ? ` ${host.tagName.toLowerCase()}` : ''), 200);
  };

  const isField = (element) => {
    if (element instanceof HTMLInputElement) return !NOT_TYPED.has(element.type);
    if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true;
    return element.isContentEditable && !element.parentElement?.isContentEditable;
  };
  const kindOf = (element) => {
    if (element instanceof HTMLInputElement) return 'input';
    if (element instanceof HTMLTextAreaElement) return 'area';
    return element instanceof HTMLSelectElement ? 'select' : 'editable';
  };
  const isButton = (element) => element.tagName === 'BUTTON' || attribute(element, 'role') === 'button' ||
    (element instanceof HTMLInputElement && ['submit', 'button', 'image', 'reset'].includes(element.type));
  const isHeading = (element) => /^H[1-6]$|^LEGEND$/.test(element.tagName) || attribute(element, 'role') === 'heading';

  const ids = new Map();
  const idOf = (element) => {
    if (!ids.has(element)) ids.set(element, ids.size);
    return ids.get(element);
  };
  const pathOf = (element) => {
    const path = [];
    for (let node = parentOf(element); node && path.length < 12; node = parentOf(node)) path.push(idOf(node));
    return path;
  };

  const elements = [];
  const fields = [];
  const forms = [];
  const frames = [];
  const stream = [];
  let visited = 0;

  const formOf = (element) => {
    const form = element.form ?? element.closest('form, [role=form], dialog, [role=dialog]');
    if (!form) return -1;
    const known = forms.findIndex((entry) => entry.element === form);
    if (known >= 0) return known;
    const names = [form.getAttribute('name'), form.id, form.className, form.getAttribute('data-testid'), attribute(form, 'aria-label')];
    return forms.push({ element: form, names: short(names.filter((name) => typeof name === 'string').join(' '), 200), action: short(attribute(form, 'action').split(/[?#]/)[0], 120) }) - 1;
  };

  // A number's upper bound says how many digits it has, as a length does elsewhere.
  const longest = (element) => {
    if (element.maxLength > 0) return element.maxLength;
    return element.type === 'number' && /^9+$/.test(element.max) ? element.max.length : null;
  };
  const record = (element) => ({
    kind: kindOf(element),
    type: element.type ?? '',
    name: short(attribute(element, 'name'), 120),
    id: short(element.id, 120),
    names: short(NAMING.map((name) => (element.hasAttribute(name) ? `${attribute(element, name) || name}` : '')).join(' '), 200),
    classes: short(attribute(element, 'class'), 200),
    autocomplete: short(attribute(element, 'autocomplete'), 60).toLowerCase(),
    inputmode: attribute(element, 'inputmode').toLowerCase(),
    role: attribute(element, 'role').toLowerCase(),
    pattern: short(attribute(element, 'pattern'), 60),
    max: longest(element),
    min: element.minLength > 0 ? element.minLength : null,
    size: element.hasAttribute('size') ? Number.parseInt(attribute(element, 'size'), 10) || null : null,
    placeholder: short(attribute(element, 'placeholder'), 120),
    aria: short(`${attribute(element, 'aria-label')} ${referenced(element, 'aria-labelledby')}`, 200),
    described: short(referenced(element, 'aria-describedby'), 200),
    label: labelOf(element),
    title: short(attribute(element, 'title'), 120),
    host: hostOf(element),
    form: formOf(element),
    path: pathOf(element),
    ...sight(element),
    readonly: Boolean(element.readOnly) || attribute(element, 'aria-readonly') === 'true',
    disabled: Boolean(element.disabled),
    filled: Math.min((element.value ?? element.textContent ?? '').length, 99),
    focused: element.getRootNode().activeElement === element,
  });

  let paragraph = null;
  const say = (kind, text, element, block = null) => {
    const words = short(text, 240);
    if (!words) return;
    const last = stream.at(-1);
    // One sentence in several elements is one sentence.
    if (kind === 'text' && last?.kind === 'text' && block === paragraph && last.words.length < 240) last.words = `${last.words} ${words}`;
    else stream.push({ kind, words, form: element ? formOf(element) : -1 });
    paragraph = block;
  };

  const visit = (node) => {
    if (visited > MAX_ELEMENTS) return;
    if (node.nodeType === Node.TEXT_NODE) return say('text', node.data, null, node.parentElement?.closest('p, div, li, td, th, dt, dd, label, form, section, article, fieldset, main, header, body'));
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    visited += 1;
    const element = node;
    if (element.tagName === 'IFRAME' || element.tagName === 'FRAME') return frame(element);
    if (element.tagName === 'IMG' || element.tagName === 'CANVAS') {
      const { width: w, height: h } = element.getBoundingClientRect();
      if (element.checkVisibility()) stream.push({ kind: 'image', w, h, words: short(`${attribute(element, 'alt')} ${element.id} ${attribute(element, 'class')} ${attribute(element, 'src').slice(0, 5) === 'data:' ? '' : attribute(element, 'src')}`, 200), form: formOf(element) });
      return;
    }
    if (isField(element)) {
      if (elements.length < MAX_FIELDS) {
        stream.push({ kind: 'field', words: '', form: formOf(element), field: elements.length });
        elements.push(element);
        fields.push(record(element));
      }
      return;
    }
    if (SKIPPED.has(element.tagName)) return;
    if (!element.checkVisibility({ visibilityProperty: false })) {
      // Hidden text says nothing; hidden fields are traps to know of.
      for (const hidden of element.querySelectorAll('input, textarea')) if (isField(hidden) && elements.length < MAX_FIELDS) { elements.push(hidden); fields.push(record(hidden)); }
      return;
    }
    if (isButton(element)) return say('button', element.innerText || element.value || attribute(element, 'aria-label') || attribute(element, 'alt'), element);
    if (isHeading(element) && !element.querySelector('input')) return say('heading', element.innerText, null);
    if (element.tagName === 'A' && element.hasAttribute('href') && !element.querySelector('input')) return say('link', element.innerText, null);
    if (attribute(element, 'role') === 'dialog' || element.tagName === 'DIALOG') say('heading', `${attribute(element, 'aria-label')} ${referenced(element, 'aria-labelledby')}`, null);
    const shadow = shadowOf(element);
    if (shadow) for (const child of shadow.childNodes) visit(child);
    if (element.tagName === 'SLOT') {
      const assigned = element.assignedNodes();
      for (const child of assigned.length ? assigned : element.childNodes) visit(child);
    } else if (!shadow) for (const child of element.childNodes) visit(child);
  };
  const frame = (element) => {
    const { w, h, rendered, opacity } = sight(element);
    let origin = '';
    try {
      origin = new URL(element.src, location.href).origin;
    } catch { /* An address that is none leads nowhere. */ }
    if (rendered && w > 40 && h > 20) frames.push({ origin, sandboxed: element.hasAttribute('sandbox') && !element.sandbox.contains('allow-same-origin'), w, h, opacity });
  };

  // A frame may be hidden in its parent, as far as that can be looked at from here.
  const frameSight = () => {
    let [opacity, rendered] = [1, true];
    try {
      for (let view = window; view !== view.parent && view.frameElement; view = view.parent) {
        const around = sight(view.frameElement);
        opacity *= around.opacity;
        rendered &&= around.rendered && around.w >= 20 && around.h >= 10 && !around.beyond;
      }
    } catch { /* A parent of another origin. */ }
    return { opacity, rendered };
  };

  if (document.body) visit(document.body);

  // Text far from any field says nothing about it.
  const places = stream.flatMap((item, index) => (item.kind === 'field' ? [index] : []));
  const near = stream.filter((_, index) => places.some((place) => index >= place - 30 && index <= place + 12));

  const nonce = crypto.getRandomValues(new Uint32Array(4)).join('-');
  globalThis.holdfast = { ...globalThis.holdfast, nonce, elements, sight, shadowOf };
  return {
    // The origin that the browser itself goes by: "null" where the document has none of its own.
    origin: self.origin,
    top: window === window.top,
    nonce,
    title: short(document.title, 200),
    language: document.documentElement.lang.toLowerCase(),
    fields,
    forms: forms.map(({ names, action }) => ({ names, action })),
    stream: near,
    frames,
    frame: frameSight(),
  };
})();
