// Which part of the page is shown: the one that the address names.
import {ask, by} from './api.js';
import * as write from './write.js';
import * as generate from './generate.js';
import * as inside from './inside.js';
import * as words from './words.js';
import * as model from './model.js';

const parts = {write, generate, inside, words, model};

function show(moved) {
  const asked = location.hash.slice(1);
  const name = Object.hasOwn(parts, asked) ? asked : 'write';
  for (const each of Object.keys(parts)) by(each).hidden = each !== name;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#${name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${by(`${name}-title`).textContent} – Foreword`;
  scrollTo(0, 0);
  if (moved) by(`${name}-title`).focus();
  parts[name].enter?.();
}

addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) location.reload();  // the address of a server started anew
  else show(true);
});
const settings = await ask('/v1/settings').catch(() => null);
document.querySelector('main').hidden = !settings;  // the complaint says what is wrong
if (settings) {
  for (const part of Object.values(parts)) part.begin?.(settings);
  show(false);
}
document.documentElement.dataset.ready = 'yes';
