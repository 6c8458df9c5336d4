import React, { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { OTPInput } from 'input-otp';
import OtpInput from 'react-otp-input';
import { MuiOtpInput } from 'mui-one-time-password-input';
import { TextField } from '@mui/material';
import { MantineProvider, PinInput } from '@mantine/core';
import '@mantine/core/styles.css';
import { Input } from 'antd';
import { InputOtp } from 'primereact/inputotp';
import { unstable_OneTimePasswordField as Radix } from 'radix-ui';
import { PinInput as Ark } from '@ark-ui/react/pin-input';
import { OTPField as BaseOtp } from '@base-ui/react/otp-field';
import RsuitePin from 'rsuite/PinInput';
import VerificationInput from 'react-verification-input';
import ReactPinInput from 'react-pin-input';

const six = [0, 1, 2, 3, 4, 5];
// A component that holds the code in React's state, and nowhere else.
const holding = (draw) => (root, tell) => {
  const Widget = () => {
    const [code, setCode] = useState('');
    return draw(code, (next) => { setCode(next); tell(next); });
  };
  createRoot(root).render(<Widget />);
};

const Slot = ({ char, isActive }) => <div style={{ width: 40, height: 44, border: '1px solid', outline: isActive ? '2px solid' : 'none' }}>{char}</div>;

const Boxes = ({ tell }) => {
  const [digits, setDigits] = useState(Array(6).fill(''));
  const refs = React.useRef([]);
  const set = (index, text) => {
    const next = [...digits];
    next[index] = text.slice(-1);
    setDigits(next);
    tell(next.join(''));
    if (text) refs.current[index + 1]?.focus();
  };
  return <div className="boxes">{digits.map((digit, index) => <input key={index} ref={(box) => { refs.current[index] = box; }} value={digit} inputMode="numeric" maxLength={1} onChange={(event) => set(index, event.target.value)} />)}</div>;
};

export const widgets = {
  'input-otp': holding((code, set) => <OTPInput maxLength={6} value={code} onChange={set} render={({ slots }) => <div style={{ display: 'flex' }}>{slots.map((slot, index) => <Slot key={index} {...slot} />)}</div>} />),
  'react-otp-input': holding((code, set) => <OtpInput value={code} onChange={set} numInputs={6} inputStyle={{ width: 40, height: 44 }} renderInput={(props) => <input {...props} />} />),
  'react-otp-input-number': holding((code, set) => <OtpInput value={code} onChange={set} numInputs={6} inputType="number" inputStyle={{ width: 40, height: 44 }} renderSeparator={<span>-</span>} renderInput={(props) => <input {...props} />} />),
  'mui-one-time-password-input': holding((code, set) => <div style={{ width: 400 }}><MuiOtpInput length={6} value={code} onChange={set} /></div>),
  mantine: holding((code, set) => <MantineProvider><PinInput length={6} value={code} onChange={set} type="number" /></MantineProvider>),
  antd: holding((code, set) => <Input.OTP length={6} onChange={set} onInput={(parts) => set(parts.join(''))} />),
  primereact: holding((code, set) => <div className="boxes"><InputOtp length={6} value={code} onChange={(event) => set(event.value)} integerOnly /></div>),
  radix: holding((code, set) => <div className="boxes"><Radix.Root value={code} onValueChange={set}>{six.map((index) => <Radix.Input key={index} />)}<Radix.HiddenInput /></Radix.Root></div>),
  ark: holding((code, set) => <div className="boxes"><Ark.Root count={6} onValueChange={(event) => set(event.valueAsString)}><Ark.Control>{six.map((index) => <Ark.Input key={index} index={index} />)}</Ark.Control><Ark.HiddenInput /></Ark.Root></div>),
  'base-ui': holding((code, set) => <div className="boxes"><BaseOtp.Root length={6} value={code} onValueChange={(value) => set(value)}>{six.map((index) => <BaseOtp.Input key={index} />)}</BaseOtp.Root></div>),
  rsuite: holding((code, set) => <div className="boxes"><RsuitePin length={6} value={code} onChange={set} /></div>),
  'react-verification-input': holding((code, set) => <VerificationInput length={6} value={code} onChange={set} />),
  'react-pin-input': holding((code, set) => <ReactPinInput length={6} onChange={set} type="numeric" />),
  'mui-text-field': holding((code, set) => <TextField label="Verification code" value={code} onChange={(event) => set(event.target.value)} />),
  controlled: holding((code, set) => <form><label>One-time code <input value={code} onChange={(event) => set(event.target.value.replace(/\D/g, '').slice(0, 6))} /></label></form>),
  'controlled-boxes': (root, tell) => createRoot(root).render(<Boxes tell={tell} />),
};
