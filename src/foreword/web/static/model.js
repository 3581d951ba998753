// Model: what it is, and how well it does.
import {ask, by, made} from './api.js';

const SVG = 'http://www.w3.org/2000/svg';

export async function enter() {
  const found = await ask('/v1/models').then(({data}) => ask(`/v1/models/${encodeURIComponent(data[0].id)}`)).catch(() => null);
  if (!found) return;
  const sizes = Object.entries(found.sizes).filter(([name]) => ['embedding', 'hidden', 'layers', 'context'].includes(name));
  const lines = [['name', found.id], ['network', [found.architecture, ...sizes.map(([name, size]) => `${name} ${size}`)].join(', ')],
    ['tokens', `${shown(found.vocabulary - 256)} ${found.unit} and 256 bytes`], ...Object.entries(found.figures).map(([name, value]) => [name, shown(value)])];
  by('figures').tBodies[0].replaceChildren(...lines.map(row));
  by('curve').replaceChildren(curve(found.curve));
  by('versions').hidden = !found.versions.length;
  by('versions-none').hidden = found.versions.length > 0;
  by('versions').tBodies[0].replaceChildren(...found.versions.map(each =>
    row([each.name, each.date, each.bits_per_character === null ? 'not measured' : shown(each.bits_per_character)])));
  by('card').hidden = !found.card;
  by('card').innerHTML = found.card_html;  // the server escapes what a card holds, and the page runs no script of it
}

const shown = value => value.toLocaleString('en', {maximumFractionDigits: value < 10 ? 3 : value < 1000 ? 1 : 0});
const row = ([name, ...values]) => made('tr', [made('th', name, {scope: 'row'}), ...values.map(each => made('td', each))]);

function drawn(name, more) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(more)) element.setAttribute(key, value);
  return element;
}

function curve(points) {
  const bits = points.flatMap(each => [each.bits, each.training_bits]).filter(each => each !== null);
  if (points.length < 2 || !bits.length) return made('p', 'There is none.', {className: 'quiet'});
  const least = Math.min(...bits), most = Math.max(...bits), steps = points.at(-1).step || 1;
  const place = (step, value) => `${(1000 * step / steps).toFixed(1)} ${(1000 * (most - value) / (most - least || 1)).toFixed(1)}`;
  const line = name => points.filter(each => each[name] !== null).map((each, at) => `${at ? 'L' : 'M'}${place(each.step, each[name])}`).join('');
  const measured = points.filter(each => each.bits !== null), label = measured.length
    ? `Bits per token on held-out text: ${shown(measured[0].bits)} at first, ${shown(measured.at(-1).bits)} after ${shown(steps)} steps`
    : `Bits per token on the text that was learned, over ${shown(steps)} steps`;
  const svg = drawn('svg', {viewBox: '0 -20 1000 1040', preserveAspectRatio: 'none', role: 'img', 'aria-label': label});
  svg.append(drawn('path', {class: 'held-out', d: line('bits')}), drawn('path', {class: 'training', d: line('training_bits')}));
  return made('figure', [made('div', [made('p', [made('span', shown(most)), made('span', shown(least))]), svg]),
    made('figcaption', `Bits per token over ${shown(steps)} steps: solid on held-out text, dashed on the text that was learned.`)]);
}
