// My words: what was learned, and how to take it back.
import {ask, by, later, made, messages, request, storage} from './api.js';
import {lastTaken} from './write.js';

const local = storage('localStorage'), PAUSED = 'foreword.paused', MOST = 200;
let isPrivate = false;

// The local day of a time, as `foreword memory list` shows it.
const day = time => new Date(time).toLocaleDateString('sv');

export function begin(settings) {
  isPrivate = settings.private;
  by('pause').checked = local.getItem(PAUSED) === 'yes';
  by('pause').disabled = isPrivate;
}

export function enter() {
  look();
  const taken = lastTaken();
  if (!taken) return;
  by('why-text').value = taken.text;
  by('why-word').value = taken.word;
  why();
}

async function list(signal) {
  const part = by('part-of-word').value;
  const found = await ask(`/v1/memory?${new URLSearchParams({part, limit: MOST})}`, undefined, signal);
  by('words-state').textContent = `Learned so far: ${messages(found.messages)}${isPrivate ? '; private: no more' : ''}.`
    + (found.words.length === MOST ? ` Shown: the ${MOST} most frequent words.` : found.words.length ? ` Words shown: ${found.words.length}.` : part ? ' No word has these letters.' : isPrivate ? '' : ' Press “Learn this text” under Write, or run foreword learn.');
  by('written').hidden = !found.words.length;
  by('written').tBodies[0].replaceChildren(...found.words.map(row));
}

function row({word, times, last}) {
  const forget = made('button', 'Forget', {type: 'button'});
  forget.setAttribute('aria-label', `Forget ${word}`);
  forget.addEventListener('click', async () => {
    if (!confirm(`Delete “${word}” from all that was learned, and never suggest it again?`)) return;
    const found = await ask('/v1/forget', {word}).catch(() => null);
    if (!found) return;
    await list();
    by('words-state').textContent = `Forgot ${word}: it was deleted from ${messages(found.messages)}. foreword forget also names other files that hold it; foreword memory allow permits it again.`;
    by('part-of-word').focus();
  });
  return made('tr', [made('th', word, {scope: 'row'}), made('td', `${times}`), made('td', day(last)), made('td', forget)]);
}

const look = later(120, list);
by('part-of-word').addEventListener('input', look);
by('pause').addEventListener('change', () => {
  try { local.setItem(PAUSED, by('pause').checked ? 'yes' : 'no'); } catch { /* it holds until the page is closed */ }
});
addEventListener('storage', event => { if (event.key === PAUSED) by('pause').checked = event.newValue === 'yes'; });
by('export').addEventListener('click', async () => {
  const answer = await request('/v1/memory/export').catch(() => null);
  if (!answer) return;
  const link = made('a', '', {href: URL.createObjectURL(await answer.blob()), download: 'foreword-memory.jsonl'});
  link.click();
  URL.revokeObjectURL(link.href);
});

async function why() {
  const word = by('why-word').value.trim(), text = by('why-text').value;
  const after = text => ask('/v1/explain', {text, word}).catch(() => null);
  let found = await after(text);
  if (found && !found.why.network && !found.why.memory && /\S$/.test(text)) found = await after(`${text} `);  // the text ends in a whole word
  if (!found) return;
  const {network, memory, share, times, last} = found.why, percent = value => `${(100 * value).toFixed(1)}%`;
  const written = times ? `You wrote it ${times === 1 ? 'once' : `${times} times`}, last on ${day(last)}.` : 'You never wrote it.';
  by('why').textContent = network + memory
    ? `“${word}” has a probability of ${percent(network + memory)} here: ${percent(network)} from the network, ${percent(memory)} from your words, whose share is ${percent(share)} here. ${written}`
    : `“${word}” does not continue the text typed here. ${written}`;
}
by('why-form').addEventListener('submit', event => {
  event.preventDefault();
  why();
});
