// Runs in a page's isolated world, and only on a person's gesture. Puts a code into the boxes that
// were decided on, as a keyboard would, and reads back what arrived.
// From here `value=` reaches the browser's own setter, past whatever a page's framework put there.
(() => {
  const BREATH = 6;
  const SETTLE = 60;
  const ENABLED = 400;

  const pause = (millis) => new Promise((done) => { setTimeout(done, millis); });
  const plain = (text) => text.replace(/[^\p{L}\p{N}]/gu, '');
  const contentOf = (box) => (box.isContentEditable ? box.textContent : box.value) ?? '';

  const put = (box, text) => {
    if (box.isContentEditable) box.textContent = text;
    else box.value = text;
  };
  const key = (type, character) => {
    const upper = character.toUpperCase();
    const digit = /[0-9]/.test(character);
    const code = upper.charCodeAt(0);
    return new KeyboardEvent(type, {
      key: character, code: `${digit ? 'Digit' : 'Key'}${upper}`, keyCode: code, which: code,
      charCode: type === 'keypress' ? character.charCodeAt(0) : 0,
      bubbles: true, cancelable: true, composed: true,
    });
  };
  const input = (type, inputType, data) =>
    new InputEvent(type, { inputType, data, bubbles: true, cancelable: type === 'beforeinput', composed: true });

  // Frameworks replace elements while one types: what takes the place of the first is found by what
  // they have in common.
  const likeness = (box) => [box.tagName, box.type, box.maxLength, box.className.replace(/\d+/g, ''), (box.name ?? '').replace(/\d+/g, ''), (box.getAttribute('aria-label') ?? '').replace(/\d+/g, '')].join('|');
  const finder = (boxes) => {
    const looks = boxes.map(likeness);
    const container = boxes[0].parentElement?.closest('form') ?? boxes[0].getRootNode();
    return (index) => {
      const box = boxes[index];
      if (box.isConnected) return box;
      const alike = [...container.querySelectorAll(box.tagName)].filter((other) => other.checkVisibility() && looks.includes(likeness(other)));
      if (alike.length === boxes.length) boxes[index] = alike[index];
      return boxes[index];
    };
  };

  const enabled = async (find, index) => {
    for (const end = performance.now() + ENABLED; performance.now() < end; await pause(BREATH)) {
      const box = find(index);
      if (!box.disabled && !box.readOnly) return box;
    }
    return find(index);
  };

  const type = async (box, character, wanted) => {
    if (box.getRootNode().activeElement !== box) box.focus({ preventScroll: true });
    if (!box.isContentEditable && wanted.length === 1) box.select?.();
    if (box.dispatchEvent(key('keydown', character))) {
      const go = box.dispatchEvent(key('keypress', character)) && box.dispatchEvent(input('beforeinput', 'insertText', character));
      if (go && plain(contentOf(box)) !== wanted) {
        put(box, wanted);
        box.dispatchEvent(input('input', 'insertText', character));
      }
    }
    if (box.isConnected) box.dispatchEvent(key('keyup', character));
    await pause(BREATH);
  };

  const clear = async (find, count) => {
    for (let index = 0; index < count; index += 1) {
      const box = find(index);
      if (!box.isConnected || contentOf(box) === '') continue;
      put(box, '');
      box.dispatchEvent(input('input', 'deleteContentBackward', null));
      await pause(0);
    }
  };

  const spelled = (find, count, code) => {
    let text = '';
    for (let index = 0; index < count; index += 1) {
      const box = find(index);
      // The widget took the code and went on to its next step.
      if (!box.isConnected || !box.checkVisibility()) return true;
      text += plain(contentOf(box));
    }
    return text === code;
  };
  const arrived = async (find, count, code) => {
    for (const end = performance.now() + SETTLE; performance.now() < end; await pause(BREATH)) if (spelled(find, count, code)) return true;
    return spelled(find, count, code);
  };

  const byKeys = async (find, count, code) => {
    const characters = [...code];
    let typed = '';
    for (let index = 0; index < characters.length; index += 1) {
      const box = await enabled(find, count === 1 ? 0 : index);
      typed = count === 1 ? typed + characters[index] : characters[index];
      // A box that is gone before its turn: the widget needed no more.
      if (!box.isConnected) break;
      await type(box, characters[index], typed);
    }
    for (let index = 0; index < count; index += 1) if (find(index).isConnected) find(index).dispatchEvent(new Event('change', { bubbles: true }));
  };
  const byPaste = async (find, code) => {
    const box = await enabled(find, 0);
    box.focus({ preventScroll: true });
    const data = new DataTransfer();
    data.setData('text/plain', code);
    box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, dataType: 'text/plain', data: code, bubbles: true, cancelable: true, composed: true }));
  };
  const byWhole = async (find, code) => {
    const box = await enabled(find, 0);
    box.focus({ preventScroll: true });
    put(box, code);
    box.dispatchEvent(input('input', 'insertFromPaste', code));
    box.dispatchEvent(new Event('change', { bubbles: true }));
  };

  // The last look, just before writing: what was decided on must still be there to be seen.
  const objection = (boxes, order) => {
    if (globalThis.holdfast?.nonce !== order.nonce) return 'page_changed';
    if (self.origin !== order.origin || self.origin === 'null') return 'page_changed';
    for (const [index, box] of boxes.entries()) {
      if (!box?.isConnected) return 'page_changed';
      const { w, h, opacity, rendered, beyond, covered } = globalThis.holdfast.sight(box);
      if (!rendered || w < 6 || h < 6 || opacity < 0.7 || beyond || covered) return 'field_hidden';
      if (box.readOnly || (index === 0 && box.disabled)) return 'field_locked';
    }
    const room = boxes.length === 1 && boxes[0].maxLength > 0 ? boxes[0].maxLength : Infinity;
    if (order.code.length > room || (boxes.length > 1 && boxes.length !== order.code.length)) return 'code_too_long';
    return null;
  };

  const write = async (order) => {
    const boxes = order.boxes.map((index) => globalThis.holdfast?.elements?.[index]);
    boxes[0]?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
    const why = objection(boxes, order);
    if (why) return { filled: false, why };
    const find = finder(boxes);
    const count = boxes.length;
    await clear(find, count);
    for (const way of [byKeys, byPaste, byWhole]) {
      if (way !== byKeys) await clear(find, count);
      if (way === byKeys) await byKeys(find, count, order.code);
      else await way(find, order.code);
      if (await arrived(find, count, order.code)) {
        if (order.submit) submit(find(count - 1));
        return { filled: true, way: way.name };
      }
    }
    await clear(find, count);
    return { filled: false, why: 'not_accepted' };
  };

  // Only where a person asked for it on this site.
  const submit = (box) => {
    const form = box.isConnected && (box.form ?? box.closest('form'));
    if (form) form.requestSubmit();
  };

  globalThis.holdfast = { ...globalThis.holdfast, write };
})();
