// Generate: passages side by side, each as it is written.
import {by, made, request} from './api.js';

let stop = null;

function wanted(form) {
  const fields = new FormData(form), found = {prompt: by('prompt').value, stream: true};
  for (const name of ['temperature', 'top_p', 'min_p', 'max_tokens', 'n', 'seed']) {
    if (fields.get(name) !== '') found[name] = Number(fields.get(name));
  }
  if (fields.get('stop')) found.stop = fields.get('stop').replaceAll('\\n', '\n');
  return found;
}

// The events of a stream, as JSON.
async function* events(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) throw new Error('no end');
    const whole = (held + value).split('\n\n');
    held = whole.pop();
    for (const each of whole) {
      if (each === 'data: [DONE]') return;
      yield JSON.parse(each.slice(6));
    }
  }
}

function sheets(asked) {
  return Array.from({length: asked.n ?? 1}, (_, index) => {
    const rest = made('span');
    by('passages').append(made('article', [made('h3', `Passage ${index + 1}`), made('p', [made('i', asked.prompt), rest], {dir: 'auto'})]));
    return rest;
  });
}

async function write(form) {
  const asked = wanted(form);
  stop = new AbortController();
  by('passages').replaceChildren();
  busy(true, 'Writing …');
  const rests = sheets(asked);
  let said = '';
  try {
    const answer = await request('/v1/completions', asked, stop.signal);
    said = 'Foreword stopped before the end.';
    for await (const event of events(answer)) {
      for (const {index, text} of event.choices) rests[index].append(text);
    }
    said = 'Done.';
  } catch {
    if (stop.signal.aborted) said = 'Stopped.';
  }
  busy(false, said);
}

// The focus moves from the pressed button to the other one: a disabled button would keep it.
function busy(is, said) {
  const [off, on] = is ? ['begin', 'stop'] : ['stop', 'begin'], moves = document.activeElement === by(off);
  by(on).disabled = false;
  if (moves) by(on).focus();
  by(off).disabled = true;
  by('passages').setAttribute('aria-busy', is);
  by('generate-state').textContent = said;
}

by('generate-form').addEventListener('submit', event => {
  event.preventDefault();
  write(event.target);
});
by('stop').addEventListener('click', () => stop?.abort());
