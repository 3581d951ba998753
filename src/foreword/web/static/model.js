// Model: what it is, and how well it does.
import {ask, by, made} from './api.js';

let model = '';
const SVG = 'http://www.w3.org/2000/svg';

export function begin(served) {
  model = served.model;
}

export async function enter() {
  const found = await ask(`/v1/models/${encodeURIComponent(model)}`).catch(() => null);
  if (!found) return;
  const sizes = Object.entries(found.sizes).filter(([name]) => ['embedding', 'hidden', 'layers', 'context'].includes(name));
  const rows = [['name', found.id], ['network', [found.architecture, ...sizes.map(([name, size]) => `${name} ${size}`)].join(', ')],
    ['tokens', `${found.vocabulary} ${found.unit}`], ...Object.entries(found.figures).map(([name, value]) => [name, shown(value)])];
  by('figures').tBodies[0].replaceChildren(...rows.map(([name, value]) => made('tr', [made('th', name, {scope: 'row'}), made('td', value)])));
  by('curve').replaceChildren(curve(found.curve));
  by('versions').hidden = !found.versions.length;
  by('versions-none').hidden = found.versions.length > 0;
  by('versions').tBodies[0].replaceChildren(...found.versions.map(each => made('tr',
    [made('th', each.name, {scope: 'row'}), made('td', each.date), made('td', each.bits_per_character === null ? 'not measured' : shown(each.bits_per_character))])));
  by('card').textContent = found.card.replace(/^---\n[^]*?\n---\n+/, '');
}

const shown = value => value.toLocaleString('en', {maximumFractionDigits: value < 100 ? 3 : 0});

function drawn(name, more, content = '') {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(more)) element.setAttribute(key, value);
  element.append(content);
  return element;
}

function curve(points) {
  const bits = points.flatMap(each => [each.bits, each.training_bits]).filter(each => each !== null);
  if (points.length < 2 || !bits.length) return made('p', 'There is none.', {className: 'quiet'});
  const least = Math.min(...bits), most = Math.max(...bits), steps = points.at(-1).step || 1;
  const x = step => 50 + 560 * step / steps, y = value => 20 + 200 * (most - value) / (most - least || 1);
  const line = name => points.filter(each => each[name] !== null).map((each, at) => `${at ? 'L' : 'M'}${x(each.step).toFixed(1)} ${y(each[name]).toFixed(1)}`).join('');
  const label = `Bits per token on held-out text: ${shown(points[0].bits ?? most)} at first, ${shown(points.at(-1).bits ?? least)} after ${steps.toLocaleString('en')} steps`;
  const svg = drawn('svg', {viewBox: '0 0 640 270', role: 'img', 'aria-label': label});
  svg.append(drawn('line', {x1: 50, y1: 220, x2: 610, y2: 220}), drawn('line', {x1: 50, y1: 20, x2: 50, y2: 220}),
    drawn('text', {x: 45, y: 25, 'text-anchor': 'end'}, shown(most)), drawn('text', {x: 45, y: 220, 'text-anchor': 'end'}, shown(least)),
    drawn('text', {x: 610, y: 238, 'text-anchor': 'end'}, `${steps.toLocaleString('en')} steps`),
    drawn('text', {x: 50, y: 258}, 'bits per token: solid, on held-out text; dashed, on the text that was learned'),
    drawn('path', {class: 'held-out', d: line('bits')}), drawn('path', {class: 'training', d: line('training_bits')}));
  return svg;
}
