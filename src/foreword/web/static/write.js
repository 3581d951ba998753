// Write: a plain text area, so that spelling, composition, phone keyboards and screen readers work as everywhere. A mirror
// under it draws the inline suggestion. What is taken goes in as if typed, so the browser's undo takes it back.
import {ask, by, made, messages, storage} from './api.js';

const text = by('text'), mirror = by('mirror'), choices = by('choices'), local = storage('localStorage');
const KEPT = 'foreword.text';
let found = [], inline = false, chosen = 0, before = '', wanted = null, asking = false, early = false, announced;
let composing = false, spelled = false, unnamed = false, dismissed = false, asleep = false, space = -1;  // space: the end of the one behind a word just taken, which a comma replaces
let swapped = -1;  // the end of the mark that has just replaced it
let origin = [], seen = '', accepts = 0, wasted = 0, kind = 'key', swaps = false;  // swaps: a mark takes the place of the space
let isPrivate = true, keys = {}, taken = null, stored = '', isKept = true, lessons = Promise.resolve();
let learned = new Set(), memory = '';  // hashes of sentences, and the key of the memory that learned them
const SIGNS = /(?<=[\p{L}\p{M}\p{N}])[^\p{L}\p{M}\p{N}]+$/u;  // behind a word
const MODIFIERS = {Control: 'ctrlKey', Alt: 'altKey', Shift: 'shiftKey', Super: 'metaKey'};
const X11 = {' ': 'space', enter: 'return', pageup: 'page_up', pagedown: 'page_down', contextmenu: 'menu'};

export const lastTaken = () => taken;

export function begin(settings) {
  isPrivate = settings.private;
  keys = settings.keys;
  if (isPrivate) by('kept').textContent = 'Private: nothing is learned, and the text is not kept.';
  else {
    recall();
    lessons = compare();
  }
  by('learn-lines').checked = settings.learn;
  by('learn').disabled = by('learn-lines').disabled = isPrivate;
  by('write-how').textContent = `${keys.accept} takes the chosen word, and so does → the grey one. ${keys.next} or ↓ chooses `
    + `another. ${keys.dismiss} closes the list; then Tab leaves the text. ${keys.pause} turns suggestions off and on.`;
  draw();
}

// All tabs show one text, also a tab that slept: so none replaces a newer text by an older one.
function recall() {
  if (isPrivate || !isKept || composing) return;
  const newest = local.getItem(KEPT) ?? stored;
  learned = new Set(JSON.parse(local.getItem(memory)));
  if (newest === stored) return;
  text.value = stored = newest;
  kind = 'old';
  count();
  kind = 'key';
  space = swapped = -1;
  wanted = null;
  show([], false);
}
for (const each of ['storage', 'pageshow', 'focus']) addEventListener(each, recall);

function keep(isTaught = false) {
  if (isPrivate) return;
  const was = isKept;
  try {
    local.setItem(KEPT, text.value);
    if (isTaught) local.setItem(memory, JSON.stringify([...learned]));
    stored = text.value;
    isKept = true;
  } catch {
    isKept = false;
  }
  if (isKept !== was) {
    by('kept').textContent = isKept ? 'The text stays in this browser until you clear it.' : 'This browser cannot keep the text.';
  }
}

export function enter() {
  text.focus();
}

// How much of the text suggestions depend on: the server reads from the same place, in code points.
function recent(typed) {
  if (typed.length < 4000) return typed;
  const points = /[\ud800-\udfff]/.test(typed) ? [...typed] : typed;
  const kept = points.slice(Math.max(0, (Math.floor(points.length / 1000) - 3) * 1000));
  return Array.isArray(kept) ? kept.join('') : kept;
}

const cursor = () => text.value.slice(0, text.selectionStart);
const typedOf = choice => choice.replace ? [...before.slice(-2 * choice.replace)].slice(-choice.replace).join('') : '';
// The first letter says where a text leads on. A word against its line, such as English in Hebrew, would be drawn over it.
const isLeftward = words => /^\P{L}*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(words);
const isAlong = choice => isLeftward(before.split('\n').at(-1)) === isLeftward(choice.insert);
const restOf = choice => choice.insert.startsWith(typedOf(choice)) ? choice.insert.slice(typedOf(choice).length) : null;

function isAsked() {
  const end = text.selectionEnd;
  return (!composing || spelled) && !dismissed && !asleep && text.selectionStart === end && /^\s*(\n|$)/.test(text.value.slice(end))
    && cursor() !== '';
}

// One question at a time: after a slow answer, the page asks for the newest text. If the accept key comes before the
// answer, the first choice is taken when the answer comes.
function look() {
  early = false;
  wanted = isAsked() ? cursor() : null;
  if (wanted === null) return show([], false);
  if (!asking) question();  // it is on its way while the page draws
  narrow();
}

async function question() {
  asking = true;
  while (wanted !== null) {
    const asked = wanted, patience = AbortSignal.timeout(15_000);  // until the accept key has its usual meaning again
    const answer = await ask('/v1/suggest', {text: recent(asked), shown: true}, patience).catch(() => null);
    if (answer && wanted !== asked) continue;
    wanted = null;
    if (answer) show(answer.suggestions, answer.inline, asked);
    else show([], false);
    if (early && document.activeElement === text) take(0);
  }
  asking = false;
}

// The choices that go on with what was just typed stay until words for it are found.
function narrow() {
  const now = cursor(), added = now.startsWith(before) ? now.slice(before.length) : null;
  if (added === null || [...added].length > 1) return show([], false, now);
  const stays = choice => added === '' || (restOf(choice)?.startsWith(added) && restOf(choice).trimEnd() !== added);
  const held = found.filter(stays).map(each => ({...each, replace: each.replace + [...added].length}));
  show(held, inline && held.length > 0 && stays(found[0]), now);
}

function show(list, isInline, asked = cursor()) {
  found = list;
  chosen = 0;
  before = asked;
  inline = isInline && isAlong(list[0]);
  draw();
  const shown = list.map(button), old = [...choices.children];  // the same ones stay, for a click may have begun
  if (shown.length !== old.length || shown.some((each, at) => each.innerHTML !== old[at].innerHTML)) choices.replaceChildren(...shown);
  mark();
  say(list.length ? `Choices: ${list.map(each => each.text).join(', ')}` : '', 900);
}

function say(words, milliseconds = 0) {
  clearTimeout(announced);
  announced = setTimeout(() => { by('said').textContent = words; }, milliseconds);
}

// The next choice is the chosen one, and is shown behind the cursor.
function walk(steps) {
  chosen = (chosen + steps + found.length) % found.length;
  inline = isAlong(found[chosen]);
  draw();
  mark();
  choices.children[chosen].scrollIntoView({block: 'nearest'});
  say(`${found[chosen].text}, ${chosen + 1} of ${found.length}`);
}

function mark() {
  [...choices.children].forEach((each, at) => each.setAttribute('aria-current', at === chosen));
}

function draw() {
  const rest = inline ? restOf(found[chosen]) ?? '' : '';
  // Behind this sign, the letters typed stay as they are in the text area: Arabic ones do not join, and no line breaks before.
  const [front, back] = rest ? [`${text.value.slice(0, before.length)}\u200b`, text.value.slice(before.length)] : ['', ''];
  mirror.replaceChildren(front, made('span', rest, {id: 'inline'}), `${back}\n`);
  mirror.scrollTop = text.scrollTop;
}

function button(choice, index) {
  const rest = restOf(choice), typed = typedOf(choice);
  const label = rest === null ? [made('del', typed), choice.text] : [made('b', typed), choice.insert.slice(typed.length).trimEnd()];
  const shown = made('button', label, {type: 'button', tabIndex: -1});
  shown.setAttribute('aria-label', rest === null ? `${choice.text}, in place of ${typed}` : choice.text);
  shown.addEventListener('pointerdown', event => event.preventDefault());  // the phone keyboard stays open
  shown.addEventListener('click', () => take(index));
  return shown;
}

function take(index) {
  const choice = found[index];
  if (!choice || before !== cursor()) return false;
  const rest = restOf(choice), typed = typedOf(choice), kept = rest === null ? before.slice(0, -typed.length) : before;
  taken = {text: recent(kept).split('\n').at(-1), word: choice.text.split(' ')[0].replace(SIGNS, '')};  // of a phrase, the first word
  if (composing) text.blur();  // ends the composition: the next letter would replace it
  text.focus();
  if (rest === null) text.setSelectionRange(text.selectionStart - typed.length, text.selectionStart);
  kind = 'taken';
  accepts += 1;
  document.execCommand('insertText', false, rest ?? choice.insert);
  kind = 'key';
  space = choice.insert.endsWith(' ') ? text.selectionEnd : -1;
  swapped = -1;
  say(choice.text);
  return true;
}

// Where each character came from, so that the keys saved can be counted.
function count() {
  const now = text.value;
  let first = 0, last = 0;
  while (first < Math.min(seen.length, now.length) && seen[first] === now[first]) first++;
  while (last < Math.min(seen.length, now.length) - first && seen.at(-1 - last) === now.at(-1 - last)) last++;
  const removed = origin.slice(first, seen.length - last), added = Array(now.length - first - last).fill(kind);
  origin = origin.slice(0, first).concat(added, origin.slice(seen.length - last));
  if (kind === 'key' && !swaps && removed.includes('taken')) wasted += 1;  // the key that deleted it
  if (kind !== 'taken' && removed.length === seen.length) accepts = wasted = 0;  // a new text
  seen = now;
  const inserted = origin.filter(each => each === 'taken').length;
  const whole = inserted + origin.filter(each => each === 'key').length;
  const saved = inserted - accepts - wasted;
  by('savings').textContent = whole
    ? `${saved} of ${whole} keys saved (${Math.round(100 * saved / whole)}%)` : 'No keys yet.';
}

// A short hash: FNV-1a.
const hashed = line => [...line].reduce((hash, each) => Math.imul(hash ^ each.codePointAt(0), 16777619), 2166136261);
// As much as the server takes at once. A portion ends at an empty line if it can, for a secret may have many lines.
const PORTION = /[^]{1,19998}(?:\n\n|$)|[^]{1,19998}\n|[^]{1,19998}\s|[^]{1,19998}/gu;

// If a line has grown, only its new sentences are learned; but with a number or a sign, it is learned as a whole, for the
// sentence before may say that this is a secret.
const sentences = line => line.split(/(?=\s)(?<=[.!?…]["'”’»)]*)\s+|(?<=[。！？])(?=.)/);
const ODD = /[^\p{L}\p{M}\s.,;:!?…'’"“”„«»()–-]|\p{Ll}\p{Lu}/u;
function unlearned(line) {
  const all = sentences(line), fresh = all.filter(each => !learned.has(hashed(each)));
  return fresh.length === all.length || fresh.some(each => ODD.test(each)) ? line : fresh.join(' ');
}

// A known line is learned again if it may ask for the secret in the new line after it, as "Password:" does.
const asks = (line, next = '') => !ODD.test(line) && ODD.test(next) && !unlearned(line) && unlearned(next);

async function learn(lines, above = '') {
  if (isPrivate || by('pause').checked) return;
  if (above && asks(above, lines[0])) lines = [above, ...lines];
  const fresh = lines.filter((line, at) => !line.trim() || unlearned(line) || asks(line, lines[at + 1]))
    .map(line => unlearned(line) || line), isNew = fresh.some(line => line.trim());
  let sum = 0, done = 0;
  for (const portion of isNew ? fresh.map(line => `${line}\n`).join('').match(PORTION) : []) {
    by('learned').textContent = `Learning: ${done} of ${fresh.length} lines …`;
    try {
      sum += (await ask('/v1/learn', {text: portion})).messages;
    } catch {
      by('learned').textContent = 'Not everything was learned.';
      return;
    }
    const ended = fresh.slice(done, done += portion.split('\n').length - 1);
    for (const each of ended.flatMap(sentences)) if (each.trim()) learned.add(hashed(each));
    keep(true);
  }
  by('learned').textContent = isNew ? `Learned ${messages(sum)}.` : 'Nothing new to learn.';
}

// Another memory, also one that foreword memory clear has emptied, has not learned what this one has.
async function compare() {
  const held = await ask('/v1/memory?limit=1').catch(() => null), key = `foreword.learned.${held?.id}`;
  if (!held || key === memory) return;
  memory = key;
  learned = new Set(JSON.parse(local.getItem(memory)));
}

// One lesson after the other: a line is learned once.
function teach(lines, above) {
  lessons = lessons.then(() => learn(lines, above));
}

// A line that ends in a digit waits for the next one: a number may go on there, and half of it does not look like a secret.
// A line with text that was pasted, or came back by an undo or a reload, may be somebody else's, or hold a secret.
function teachEnded() {
  const before = cursor().slice(0, -1), ended = before.split(/(?<!\d[ \t]*)\n/).at(-1);
  const isOwn = origin.slice(before.length - ended.length, before.length).every(each => each === 'key' || each === 'taken');
  if (!/\d[ \t]*$/.test(ended) && isOwn) {
    teach(ended.split('\n'), before.slice(0, before.length - ended.length - 1).split('\n').at(-1));
  }
}

// As replaces_space does in keyboard/signs.py, but for addresses.
const QUOTATIONS = {'“': '„', '‘': '‚', '»': '«', '«': '»', '›': '‹', '‹': '›', '"': '"', '*': '*', _: '_'};
function replacesSpace(before, sign) {
  if (/^[\p{Terminal_Punctuation}\p{Pe}…”’'%‰\u00A0\u202F]$/u.test(sign)) return true;
  const line = before.split('\n').at(-1), at = line.lastIndexOf(QUOTATIONS[sign] ?? '\n');
  return at >= Math.max(line.lastIndexOf(sign), 0) && /(?:^|[\s\p{Ps}])[*_]*$/u.test(line.slice(0, at)) && /^\S/u.test(line.slice(at + 1));
}

// As begins_something does in keyboard/signs.py: what these marks begin with the next key keeps the space before it.
const BEGUN = {':': /^[-)('*|DPp/]$/, ';': /^[-)(]$/};
function beginsFace(before, next) {
  return BEGUN[before.at(-1)]?.test(next) && !/(?:\p{Nd}..|\b(?:https?|ftp|file|git|ssh|wss?):\/)$/iu.test(before + next);
}

text.addEventListener('beforeinput', event => {
  if (event.inputType === 'insertFromPaste' || event.inputType === 'insertFromDrop') kind = 'pasted';
  if (/^history/.test(event.inputType)) kind = 'history';
  if (event.isComposing || kind === 'taken') return;
  const at = text.selectionStart === text.selectionEnd ? text.selectionEnd : -2;
  const isBehind = at === space, isAfterMark = at === swapped;
  space = swapped = -1;
  if (isAfterMark && event.inputType === 'insertText' && beginsFace(cursor(), event.data)) {
    event.preventDefault();
    text.setSelectionRange(at - 1, at);
    document.execCommand('insertText', false, ` ${text.value[at - 1]}${event.data}`);
    origin[at - 1] = 'taken';  // the space
    count();
  }
  if (!isBehind) return;
  if (event.inputType === 'insertLineBreak' || (event.inputType === 'insertText' && replacesSpace(cursor(), event.data))) {
    text.setSelectionRange(at - 1, at);
    swaps = true;
    swapped = at;
  } else if (event.inputType === 'insertText' && event.data === ' ') {
    event.preventDefault();
  }
});
// A composition may hold letters as they stay: those of Korean, and of most words on a phone, which gives its keys no names.
const HANGUL = /^\p{Script=Hangul}+$/u, CHOSEN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}]/u;
text.addEventListener('input', event => {
  // The browser selects what an undo brings back, such as a corrected word: the next letter would replace it.
  if (event.inputType === 'historyUndo') text.setSelectionRange(text.selectionEnd, text.selectionEnd);
  dismissed &&= /\S$/.test(cursor());  // until the next word begins
  spelled = event.isComposing && (HANGUL.test(event.data) || (unnamed && !CHOSEN.test(event.data)));
  if (event.isComposing && !spelled) show([], false); else look();
  const begins = !seen && kind === 'key';  // a text that a paste or an undo brings back is no new one
  if (begins) learned.clear();
  count();
  kind = 'key';
  swaps = false;
  keep(begins);
  if (event.inputType === 'insertLineBreak' && by('learn-lines').checked) teachEnded();
});
text.addEventListener('compositionstart', () => { composing = true; spelled = false; wanted = null; });
text.addEventListener('compositionend', () => { composing = false; look(); });
// A text area would be cut off at its lower edge.
addEventListener('beforeprint', () => mirror.replaceChildren(text.value));
addEventListener('afterprint', draw);
text.addEventListener('scroll', () => { mirror.scrollTop = text.scrollTop; });
document.addEventListener('selectionchange', () => {
  const isSelected = text.selectionEnd > text.selectionStart;
  if (document.activeElement === text && (cursor() !== before || isSelected) && !composing) { wanted = null; show([], false); }
});
const onward = () => isLeftward(cursor().split('\n').at(-1)) ? 'Left' : 'Right';

// A key as the settings name it.
function isKey(event, name) {
  const held = name.split('+'), key = event.key.toLowerCase();
  return held.pop().toLowerCase() === (X11[key] ?? key.replace('arrow', ''))
    && Object.entries(MODIFIERS).every(([modifier, property]) => event[property] === held.includes(modifier));
}

function pause() {
  asleep = !asleep;
  wanted = null;
  show([], false);
  by('learned').textContent = `Suggestions are ${asleep ? 'off' : 'on'}.`;
  look();
}

function dismiss() {
  wanted = null;
  dismissed = true;
  wasted += 1;
  show([], false);
}

text.addEventListener('keydown', event => {
  unnamed = event.key === 'Unidentified';
  if (event.isComposing || event.keyCode === 229) return;
  const atEnd = text.selectionStart === text.selectionEnd && text.selectionEnd === text.value.length;
  if (isKey(event, keys.pause)) pause();
  else if (!found.length && wanted === null) return;
  else if (isKey(event, keys.dismiss)) dismiss();
  else if (!found.length && isKey(event, keys.accept)) early = true;
  else if (!found.length) return;
  else if (isKey(event, keys.next) || (atEnd && isKey(event, 'Down'))) walk(1);
  else if (atEnd && isKey(event, 'Up') && chosen) walk(-1);
  else if (!(isKey(event, keys.accept) || (atEnd && inline && isKey(event, onward()))) || !take(chosen)) return;
  event.preventDefault();
});
by('learn').addEventListener('click', () => {
  if (by('pause').checked) by('learned').textContent = 'Learning is paused; see My words.';
  else {
    by('learned').textContent = 'Learning …';
    lessons = lessons.then(compare);
    teach(text.value.split('\n'));
  }
});
by('clear').addEventListener('click', () => {
  text.focus();
  text.select();
  document.execCommand('delete');  // undo brings it back
});
