import '@angular/compiler';
import { Component } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { FormArray, FormControl, ReactiveFormsModule, Validators } from '@angular/forms';

let tell: (text: string) => void = () => {};

@Component({
  selector: 'app-single',
  standalone: true,
  imports: [ReactiveFormsModule],
  template: '<label>One-time code <input [formControl]="code" maxlength="6"></label>',
})
class Single {
  code = new FormControl('', [Validators.required, Validators.pattern(/^\d{6}$/)]);
  constructor() {
    this.code.valueChanges.subscribe((text) => tell(text ?? ''));
  }
}

@Component({
  selector: 'app-boxes',
  standalone: true,
  imports: [ReactiveFormsModule],
  template: '<div class="boxes">@for (control of digits.controls; track $index) { <input [formControl]="control" maxlength="1" (keyup)="next($event, $index)"> }</div>',
})
class Boxes {
  digits = new FormArray([0, 1, 2, 3, 4, 5].map(() => new FormControl('')));
  constructor() {
    this.digits.valueChanges.subscribe((parts) => tell(parts.join('')));
  }
  next(event: KeyboardEvent, index: number) {
    if (/^\d$/.test(event.key)) ((event.target as HTMLElement).parentElement?.children[index + 1] as HTMLElement)?.focus();
  }
}

const mount = (component: any, selector: string) => async (root: HTMLElement, told: (text: string) => void) => {
  tell = told;
  root.append(document.createElement(selector));
  await bootstrapApplication(component);
};

export const widgets = { reactive: mount(Single, 'app-single'), boxes: mount(Boxes, 'app-boxes') };
