import { mount } from 'svelte';
import Code from './Code.svelte';

export const widgets = {
  bind: (root, tell) => { mount(Code, { target: root, props: { tell } }); },
};
