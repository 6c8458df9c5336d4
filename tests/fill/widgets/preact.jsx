/** @jsx h */
import { h, render } from 'preact';
import { useState } from 'preact/hooks';

const Field = ({ tell }) => {
  const [code, setCode] = useState('');
  return <label>One-time code <input value={code} onInput={(event) => { setCode(event.target.value); tell(event.target.value); }} /></label>;
};

export const widgets = {
  controlled: (root, tell) => render(<Field tell={tell} />, root),
};
