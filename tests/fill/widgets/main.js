// Mounts the widget that the address names. Each group of widgets is a module of its own:
// `widgets` maps a name to a function that mounts it and tells each new state.
const groups = {
  react: () => import('./react.jsx'),
  preact: () => import('./preact.jsx'),
  vue: () => import('./vue.js'),
  angular: () => import('./angular.ts'),
  svelte: () => import('./svelte.js'),
  masks: () => import('./masks.js'),
  plain: () => import('./plain.js'),
};

window.names = [
  'react:input-otp', 'react:react-otp-input', 'react:react-otp-input-number', 'react:mui-one-time-password-input', 'react:mantine',
  'react:antd', 'react:primereact', 'react:radix', 'react:ark', 'react:base-ui', 'react:rsuite', 'react:react-verification-input',
  'react:mui-text-field', 'react:controlled', 'react:controlled-boxes',
  'preact:controlled',
  'vue:v-model', 'vue:lazy', 'vue:boxes', 'vue:vuetify', 'vue:primevue', 'vue:vue3-otp-input', 'vue:vue3-otp-input-focused', 'vue:reka',
  'angular:reactive', 'angular:boxes',
  'svelte:bind',
  'masks:alpine', 'masks:alpine-model', 'masks:imask', 'masks:inputmask', 'masks:cleave',
  'plain:input', 'plain:change', 'plain:keyup', 'plain:keydown', 'plain:keypress', 'plain:paste', 'plain:in-turn', 'plain:lit', 'plain:closed-shadow', 'plain:editable', 'plain:password', 'plain:submits', 'plain:transparent', 'plain:under-boxes', 'plain:letters-unseen',
];

let state = '';
window.state = () => state;
const [group, name] = decodeURIComponent(location.search.slice(1)).split(':');
window.ready = group
  ? groups[group]().then(async ({ widgets }) => {
      await widgets[name](document.getElementById('root'), (text) => { state = text ?? ''; });
      await new Promise((done) => { setTimeout(done, 150); });
    })
  : Promise.resolve();
