// Look inside: what the network expects, what surprised it, and what its units do. All figures come from the server.
import {ask, by, later, made} from './api.js';

const sample = by('sample');
const MOST_BITS = 10;  // the colour grows no stronger beyond
let units = 0;

export function begin() {}

export function enter() {
  look();
}

const percent = share => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;
const visible = token => token.replace(/ /g, '␣').replace(/\n/g, '⏎').replace(/\t/g, '⇥');

function bar(parts, label) {
  const bars = parts.map(([name, share]) => {
    const made_ = made('span', '', {className: name});
    made_.style.width = `${(6 * share).toFixed(2)}rem`;
    return made_;
  });
  return made('div', [...bars, label], {className: 'bar'});
}

function row(name, bars) {
  const cell = made('th', made('code', visible(name)), {scope: 'row'});
  return made('tr', [cell, made('td', bars)]);
}

async function following(signal) {
  const found = await ask('/v1/next', {text: sample.value}, signal);
  by('tokens').tBodies[0].replaceChildren(...found.tokens.map(each => {
    const made_ = row(each.text, bar([['network', each.probability]], percent(each.probability)));
    made_.dataset.probability = each.probability;
    return made_;
  }));
  by('weighed').tBodies[0].replaceChildren(...found.words.map(each => {
    const network = each.network / (1 - found.share), memory = each.memory / found.share;
    const differ = Math.max(network, memory) > 0.05 && Math.max(network, memory) > 10 * Math.min(network, memory);
    const label = [`${percent(each.network + each.memory)} `, made('span', `${differ ? '≠ ' : ''}${percent(network)}, ${percent(memory)}`, {className: 'quiet'})];
    return row(each.word, bar([['network', each.network], ['memory', each.memory]], made('span', label)));
  }));
  by('share').textContent = percent(found.share);
}

async function surprise(signal) {
  const found = sample.value ? await ask('/v1/explain', {text: sample.value}, signal) : {pieces: [], bits_per_character: 0};
  by('heat').replaceChildren(...found.pieces.map(({text, bits}) => {
    const piece = made('span', text.replace('\n', '⏎\n'), {title: `${bits.toFixed(2)} bits`});
    piece.dataset.bits = bits;
    piece.style.background = `color-mix(in srgb, var(--hot) ${Math.round(100 * Math.min(bits / MOST_BITS, 1))}%, transparent)`;
    return piece;
  }));
  by('bits').textContent = found.bits_per_character.toFixed(2);
}

const options = (count, chosen) => Array.from({length: count}, (_, at) => made('option', `${at}`, {value: at, selected: at === chosen}));

async function cells(signal) {
  if (!sample.value) return by('cell').replaceChildren();
  const [part, layer, unit] = ['part', 'layer', 'unit'].map(id => Number(by(id).value || 0));
  const found = await ask('/v1/cells', {text: sample.value, part, layer, unit}, signal);
  by('part').replaceChildren(...options(found.parts.length, part));
  by('layer').replaceChildren(...options(found.parts[part].layers, layer));
  units = found.parts[part].units;
  by('unit').max = units - 1;
  const most = Math.max(...found.values.map(Math.abs), 1e-9);
  by('cell').replaceChildren(...found.pieces.map((piece, at) => {
    const value = found.values[at], made_ = made('span', piece.replace('\n', '⏎\n'), {title: value.toFixed(3)});
    made_.dataset.value = value;
    made_.style.background = `color-mix(in srgb, var(--${value < 0 ? 'below' : 'above'}) ${Math.round(100 * Math.abs(value) / most)}%, transparent)`;
    return made_;
  }));
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
  canvas.setAttribute('aria-label', `${units} units along ${times} tokens; unit ${chosen} is drawn over the text above`);
}

const draw = async signal => {
  by('inside-state').textContent = '';
  await Promise.all([following(signal), surprise(signal), cells(signal)]);
  by('inside-state').textContent = 'Up to date.';
};
const look = later(150, draw), lookAtCells = later(50, cells);

sample.addEventListener('input', look);
by('part').addEventListener('change', () => { by('layer').value = 0; by('unit').value = 0; lookAtCells(); });
by('layer').addEventListener('change', lookAtCells);
by('unit').addEventListener('input', () => { if (by('unit').validity.valid) lookAtCells(); });
by('picture').addEventListener('click', event => {
  by('unit').value = Math.min(units - 1, Math.floor(event.offsetY / event.target.clientHeight * units));
  lookAtCells();
});
