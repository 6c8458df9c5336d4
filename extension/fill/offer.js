// Runs in pages of those sites only on which a person asked for an offer beside a code's box. It asks
// the background where the box is (nothing of the page is in the question), draws our sign there, and
// says when a person has pressed it. What is filled, and whether, is decided as for the shortcut.
(() => {
  if (window !== window.top) return;
  const SIZE = 28;
  const TICK = 100;
  // So long the sign must have been seen, unmoved and uncovered, before a click on it counts.
  const STEADY = 600;
  const REST = 4_000;

  let drawn = null;
  let restUntil = 0;
  let later = 0;

  const look = async () => {
    const rest = restUntil - performance.now();
    clearTimeout(later);
    if (rest > 0 && rest < Infinity) later = setTimeout(look, rest);
    if (drawn || rest > 0) return;
    restUntil = performance.now() + 1_000;
    try {
      const found = await chrome.runtime.sendMessage({ offer: 'look' });
      const { nonce, elements } = globalThis.holdfast ?? {};
      if (!drawn && found && nonce === found.nonce) draw(elements[found.box]);
    } catch { /* The extension was updated or switched off: its next pages will ask. */ }
  };

  const withdraw = (rest) => {
    restUntil = performance.now() + rest;
    clearInterval(drawn?.timer);
    drawn?.watch.disconnect();
    drawn?.sight?.disconnect();
    drawn?.host.remove();
    drawn = null;
  };

  const shape = (name, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const sign = () => {
    const svg = shape('svg', { viewBox: '0 0 128 128', width: SIZE - 6, height: SIZE - 6, 'aria-hidden': 'true' });
    svg.append(
      shape('rect', { x: 4, y: 4, width: 120, height: 120, rx: 30, fill: '#0d5f58' }),
      shape('path', { d: 'M21 84c30 0 24-20 43-20s13-20 43-20', fill: 'none', stroke: '#f6b94c', 'stroke-width': 16, 'stroke-linecap': 'round' }),
      shape('rect', { x: 78, y: 22, width: 20, height: 84, rx: 10, fill: '#fbf7ec' }),
      shape('rect', { x: 30, y: 22, width: 20, height: 84, rx: 10, fill: '#fbf7ec' }),
    );
    return svg;
  };
  const dress = (element, style) => {
    for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value, 'important');
  };

  // The top layer: whatever else the page draws lies under it, but for other things in there, with
  // which we don't share it. No page can look into a closed root.
  const draw = (box) => {
    const host = document.createElement('div');
    host.popover = 'manual';
    dress(host, { all: 'initial', position: 'fixed', display: 'block', width: `${SIZE}px`, height: `${SIZE}px`, 'z-index': '2147483647' });
    const button = document.createElement('button');
    button.type = 'button';
    button.title = chrome.i18n.getMessage('menu_fill');
    button.setAttribute('aria-label', button.title);
    dress(button, { all: 'initial', display: 'grid', 'place-items': 'center', width: '100%', height: '100%', cursor: 'pointer', 'border-radius': '7px' });
    button.append(sign());
    button.addEventListener('focus', () => dress(button, { outline: '2px solid #0d5f58' }));
    button.addEventListener('blur', () => dress(button, { outline: 'none' }));
    // The page's own focus stays where it is.
    button.addEventListener('mousedown', (event) => event.preventDefault());
    button.addEventListener('click', (event) => press(event));
    host.attachShadow({ mode: 'closed' }).append(button);
    drawn = { host, box, since: performance.now(), place: '', seen: true };
    document.documentElement.append(host);
    host.showPopover();
    place();
    // Nobody but us has any business with it.
    drawn.watch = new MutationObserver(() => withdraw(Infinity));
    drawn.watch.observe(host, { attributes: true, childList: true });
    if (!whole(true)) return withdraw(REST);
    // Where the browser itself tells whether anything is painted over it.
    drawn.sight = new IntersectionObserver((entries) => {
      const { isVisible = true } = entries.at(-1);
      if (isVisible !== drawn.seen) drawn.since = performance.now();
      drawn.seen = isVisible;
    }, { trackVisibility: true, delay: TICK, threshold: 1 });
    drawn.sight.observe(host);
    drawn.timer = setInterval(tick, TICK);
  };

  const place = () => {
    const { host, box } = drawn;
    const { right, top, width, height } = box.getBoundingClientRect();
    const left = Math.min(width >= 140 ? right - SIZE - 4 : right + 6, document.documentElement.clientWidth - SIZE - 2);
    const now = `${Math.round(left)} ${Math.round(top + (height - SIZE) / 2)}`;
    if (now === drawn.place) return true;
    drawn.place = now;
    const [x, y] = now.split(' ');
    dress(host, { left: `${x}px`, top: `${y}px`, right: 'auto', bottom: 'auto', margin: '0' });
    drawn.watch?.takeRecords();
    return false;
  };

  const tick = () => {
    if (!drawn.box.isConnected || !drawn.host.isConnected || !drawn.box.checkVisibility()) return withdraw(1_000);
    const still = place();
    if (!still || !whole(false)) drawn.since = performance.now();
  };

  const inTopLayer = (root) => root.querySelectorAll(':popover-open, :modal, :fullscreen');
  // Whether somebody shares the top layer, in shadow roots too.
  const shared = (deep) => {
    const foreign = (root) => [...inTopLayer(root)].some((element) => element !== drawn.host);
    if (foreign(document)) return true;
    if (!deep) return false;
    const roots = [document];
    for (const root of roots) {
      for (const element of root.querySelectorAll('*')) {
        const inner = element !== drawn.host && globalThis.holdfast.shadowOf(element);
        if (inner) {
          if (foreign(inner)) return true;
          roots.push(inner);
        }
      }
    }
    return false;
  };

  // Whether a person sees all of our sign, and the box that it stands for.
  const whole = (deep) => {
    const { host, box } = drawn;
    const [own, its] = [globalThis.holdfast.sight(host), globalThis.holdfast.sight(box)];
    if (!own.rendered || own.opacity < 0.99 || own.w < SIZE || own.h < SIZE || own.beyond) return false;
    if (!its.rendered || its.opacity < 0.7 || its.w < 6 || its.h < 6 || its.beyond) return false;
    if (!host.matches(':popover-open') || host.parentNode !== document.documentElement || shared(deep)) return false;
    const points = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]];
    return points.every(([x, y]) => document.elementFromPoint(own.x + own.w * x, own.y + own.h * y) === host);
  };

  const press = (event) => {
    event.stopImmediatePropagation();
    const steady = drawn && drawn.seen && performance.now() - drawn.since >= STEADY;
    if (!event.isTrusted || !steady || !place() || !whole(true)) return;
    withdraw(REST);
    void chrome.runtime.sendMessage({ offer: 'fill' });
  };

  document.addEventListener('focusin', (event) => { if (event.isTrusted) void look(); }, true);
  if (document.querySelector('input')) void look();
})();
