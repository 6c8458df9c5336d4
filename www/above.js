// The status comes later than the codes, and must not push a row from under the pointer: as much place
// is kept for it as it took last time, and a change waits until the pointer is elsewhere.
const [above, status, main] = ['above', 'status', 'main'].map((id) => document.getElementById(id));
const { body, documentElement: root } = document;

let kept = Number(localStorage.getItem('above')) || 0;
root.style.setProperty('--above', `${kept}px`);

// Runs after the whole drawing, and before anything of it is painted.
new MutationObserver(() => {
  if (body.dataset.view !== 'list' || status.hidden || status.dataset.state === 'reading') return;
  if (document.querySelector('#fill:not([hidden], [data-state="offer"])')) return;
  const wanted = above.offsetHeight;
  if (wanted !== kept && main.matches(':hover')) body.dataset.held = '';
  kept = wanted;
  localStorage.setItem('above', wanted);
}).observe(status, { attributeFilter: ['data-state'] });
// Whoever uses the keyboard has no pointer to be misled.
const release = ({ target }) => {
  if (target === null || !main.contains(target)) delete body.dataset.held;
};
document.addEventListener('pointerover', release);
document.addEventListener('keydown', () => release({ target: null }));
