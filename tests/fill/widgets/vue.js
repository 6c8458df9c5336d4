import { createApp, ref, watch, h, nextTick } from 'vue';
import { createVuetify } from 'vuetify';
import { VApp } from 'vuetify/components/VApp';
import { VOtpInput } from 'vuetify/components/VOtpInput';
import 'vuetify/styles';
import PrimeVue from 'primevue/config';
import InputOtp from 'primevue/inputotp';
import Vue3OtpInput from 'vue3-otp-input';
import { PinInputRoot, PinInputInput } from 'reka-ui';

const app = (root, setup, template, components = {}, prepare = () => {}) => {
  const made = createApp({ components, setup, template });
  prepare(made);
  made.mount(root);
};
const held = (tell, start = '') => {
  const code = ref(start);
  watch(code, (text) => tell(Array.isArray(text) ? text.join('') : String(text)), { deep: true });
  return code;
};

export const widgets = {
  'v-model': (root, tell) => app(root, () => ({ code: held(tell) }), '<label>One-time code <input v-model="code"></label>'),
  lazy: (root, tell) => app(root, () => ({ code: held(tell) }), '<label>One-time code <input v-model.lazy.trim="code"></label>'),
  boxes: (root, tell) =>
    app(root, () => {
      const digits = held(tell, Array(6).fill(''));
      const next = async (index, event) => { await nextTick(); if (digits.value[index]) event.target.parentElement.children[index + 1]?.focus(); };
      return { digits, next };
    }, '<div class="boxes"><input v-for="(digit, index) in digits" :key="index" v-model="digits[index]" maxlength="1" @input="next(index, $event)"></div>'),
  vuetify: (root, tell) => {
    const code = held(tell);
    createApp({ render: () => h(VApp, null, () => h(VOtpInput, { length: 6, modelValue: code.value, 'onUpdate:modelValue': (text) => { code.value = text; } })) }).use(createVuetify({ theme: { defaultTheme: 'light' } })).mount(root);
  },
  primevue: (root, tell) => app(root, () => ({ code: held(tell) }), '<div class="boxes"><InputOtp v-model="code" :length="6" integerOnly /></div>', { InputOtp }, (made) => made.use(PrimeVue, { unstyled: true })),
  'vue3-otp-input': (root, tell) => app(root, () => ({ tell }), '<div class="boxes"><Vue3OtpInput :numInputs="6" @on-change="tell" /></div>', { Vue3OtpInput }),
  'vue3-otp-input-focused': (root, tell) => app(root, () => ({ tell }), '<div class="boxes"><Vue3OtpInput :numInputs="6" inputType="number" shouldAutoFocus @on-change="tell" /></div>', { Vue3OtpInput }),
  reka: (root, tell) => app(root, () => ({ code: held(tell, []) }), '<div class="boxes"><PinInputRoot v-model="code"><PinInputInput v-for="index in 6" :key="index" :index="index - 1" /></PinInputRoot></div>', { PinInputRoot, PinInputInput }),
};
