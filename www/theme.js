// Before the first paint: the theme and row density that the settings page mirrored for us.
// (The settings themselves are in extension storage, which can only be read later.)
'use strict';
(() => {
  const root = document.documentElement;
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  if (localStorage.getItem('density') === 'compact') root.dataset.density = 'compact';
})();
