// Look inside: what the network expects, what surprised it, and what its units do. All figures come from the server.
import {ask, by, later, made} from './api.js';

const sample = by('sample');
const MOST_BITS = 10;  // the colour grows no stronger beyond
let units = 0;

export function enter() {
  look();
}

const percent = share => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;
const visible = token => token.replace(/ /g, '␣').replace(/\n/g, '⏎').replace(/\t/g, '⇥');

function row(name, bars, figures) {
  const bar = made('div', bars.map(([kind, share]) => {
    const part = made('span', '', {className: kind});
    part.style.width = `${(100 * share).toFixed(2)}%`;
    return part;
  }));
  return made('tr', [made('th', made('code', visible(name)), {scope: 'row'}), made('td', bar, {className: 'bar'}),
    ...figures.map(each => made('td', each))]);
}

async function following(signal) {
  const found = await ask('/v1/next', {text: sample.value}, signal);
  by('tokens').tBodies[0].replaceChildren(...found.tokens.map(each => {
    const shown = row(each.text, [['network', each.probability]], [percent(each.probability)]);
    shown.dataset.probability = each.probability;
    return shown;
  }));
  by('weighed').tBodies[0].replaceChildren(...found.words.map(each => {
    const network = found.share < 1 ? each.network / (1 - found.share) : 0, memory = found.share ? each.memory / found.share : 0;
    const differ = found.share > 0 && found.share < 1 && Math.max(network, memory) > 0.05 && Math.max(network, memory) > 10 * Math.min(network, memory);
    return row(each.word, [['network', each.network], ['memory', each.memory]],
      [percent(each.network + each.memory), percent(network), `${differ ? '≠ ' : ''}${percent(memory)}`]);
  }));
  by('share').textContent = percent(found.share);
}

// The text, each piece with a colour and a figure; pointing at one shows its figure.
function painted(place, pieces, figures, colour, unit) {
  place.replaceChildren(...pieces.map((piece, at) => {
    const shown = made('span', piece.replace('\n', '⏎\n'), {title: `${figures[at].toFixed(2)}${unit}`});
    shown.dataset.value = figures[at];
    const [name, share] = colour(figures[at], piece);
    shown.style.background = `color-mix(in srgb, var(--${name}) ${Math.round(100 * share)}%, transparent)`;
    return shown;
  }));
}

async function surprise(signal) {
  const found = sample.value ? await ask('/v1/explain', {text: sample.value}, signal) : {pieces: [], bits_per_character: 0};
  const texts = found.pieces.map(each => each.text), bits = found.pieces.map(each => each.bits);
  const ofEach = found.pieces.map(each => each.bits / [...each.text].length), most = ofEach.indexOf(Math.max(...ofEach));
  painted(by('heat'), texts, bits, (each, piece) => ['hot', Math.min(each / [...piece].length / MOST_BITS, 1)], ' bits');
  by('bits').textContent = found.bits_per_character.toFixed(2);
  const before = texts.slice(Math.max(0, most - 12), most).join('');
  by('most').textContent = bits.length ? `“${visible(texts[most])}” ${before ? `after “${before}”` : 'at the beginning'} needed the most: ${ofEach[most].toFixed(1)} bits a character.` : '';
}

const PARTS = ['h: hidden', 'c: cells'];  // as `foreword explain --cells` names units: c1.204
const options = (count, chosen, names = []) => Array.from({length: count}, (_, at) => made('option', names[at] ?? `${at}`, {value: at, selected: at === chosen}));

async function cells(signal) {
  const [part, layer, unit] = ['part', 'layer', 'unit'].map(id => Number(by(id).value || 0));
  const found = sample.value ? await ask('/v1/cells', {text: sample.value, part, layer, unit}, signal) : {parts: []};
  by('units').hidden = !found.parts.length;  // there is no text, or the network has no units
  if (!found.parts.length) return;
  by('part').replaceChildren(...options(found.parts.length, part, PARTS));
  by('layer').replaceChildren(...options(found.parts[part].layers, layer));
  units = found.parts[part].units;
  by('unit').max = units - 1;
  const most = Math.max(...found.values.map(Math.abs), 1e-9);
  painted(by('cell'), found.pieces, found.values, each => [each < 0 ? 'below' : 'above', Math.abs(each) / most], '');
  paint(Uint8Array.from(atob(found.picture), each => each.charCodeAt(0)), found.pieces.length, unit);
}

function paint(bytes, times, chosen) {
  const canvas = by('picture'), context = canvas.getContext('2d');
  Object.assign(canvas, {width: times, height: units});
  const image = context.createImageData(times, units);
  for (let time = 0; time < times; time++) {
    for (let unit = 0; unit < units; unit++) {
      const value = (bytes[time * units + unit] - 128) / 127, at = 4 * (unit * times + time);
      image.data.set(value < 0 ? [240, 140, 60, -255 * value] : [60, 120, 230, 255 * value], at);
    }
  }
  context.putImageData(image, 0, 0);
  by('row').style.top = `${(chosen + 0.5) / units * 100}%`;
  canvas.setAttribute('aria-label', `${units} units along ${times} tokens; unit ${chosen} is drawn over the text above`);
}

const lookAtCells = later(50, cells), look = later(150, async signal => {
  by('inside-state').textContent = '';
  await Promise.all([following(signal), surprise(signal), cells(signal)]);
  await new Promise(done => setTimeout(done, 750));  // else a screen reader would say it at each key
  signal.throwIfAborted();
  by('inside-state').textContent = 'Up to date.';
});

sample.addEventListener('input', look);
by('part').addEventListener('change', () => { by('layer').value = 0; by('unit').value = 0; lookAtCells(); });
by('layer').addEventListener('change', lookAtCells);
by('unit').addEventListener('input', () => { if (by('unit').validity.valid) lookAtCells(); });
by('picture').addEventListener('click', event => {
  by('unit').value = Math.max(0, Math.min(units - 1, Math.floor(event.offsetY / event.target.clientHeight * units)));  // the border is outside
  lookAtCells();
});
