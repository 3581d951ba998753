// How the page asks the server. The token came in the address and goes with each request, never into an address again.
const given = new URLSearchParams(location.hash.slice(1)).get('token');
const session = storage('sessionStorage');
if (given) history.replaceState(null, '', location.pathname);
// A tab that was opened without the token, as by Ctrl+click on a part, asks the page's other tabs.
let tabs = null;
try { tabs = new BroadcastChannel('foreword'); } catch { /* it is forbidden together with storage */ }
const token = given || session.getItem('token') || (tabs && await new Promise(done => {
  tabs.onmessage = ({data}) => data && done(data);
  tabs.postMessage('');
  setTimeout(done, 500, '');
})) || '';
if (tabs && token) {
  tabs.onmessage = ({data}) => { if (!data) tabs.postMessage(token); else if (data !== token) tabs.close(); };
  if (given) tabs.postMessage(given);  // the tabs of an earlier server keep their token to themselves
}
try { session.setItem('token', token); } catch { /* a reload then needs the whole address again */ }

// The browser's storage. If it is forbidden, it has no room.
export function storage(name) {
  try {
    if (window[name]) return window[name];
  } catch { /* the person lets no page keep anything */ }
  return {getItem: () => null, setItem() { throw new Error(`no ${name}`); }};
}

export const messages = count => count === 1 ? '1 message' : `${count.toLocaleString('en')} messages`;
export const by = id => document.getElementById(id);

export function made(name, content = '', more = {}) {
  const element = Object.assign(document.createElement(name), more);
  element.append(...[content].flat());
  return element;
}

let complained = 0;

function complain(message) {
  complained = performance.now();
  if (by('problem').textContent === message) return;  // else a screen reader would read it again at each key
  by('problem').hidden = !message;
  by('problem').textContent = message;
}

export async function request(path, body, signal) {
  const headers = {authorization: `Bearer ${token}`}, begun = performance.now();
  const asked = {headers, signal};
  if (body !== undefined) {
    headers['content-type'] = 'application/json';
    Object.assign(asked, {method: 'POST', body: JSON.stringify(body)});
  }
  let answer;
  try {
    answer = await fetch(path, asked);
  } catch (error) {
    if (error.name !== 'AbortError') complain('Foreword does not answer. Is foreword serve still running?');
    throw error;
  }
  if (answer.ok) {
    if (begun > complained) complain('');  // an answer to an earlier request says nothing about a later problem
    return answer;
  }
  if (answer.status === 401) tabs?.close();
  const problem = await answer.json().catch(() => ({}));
  complain(answer.status === 401
    ? 'This page needs the whole address that foreword serve printed, with its token.'
    : problem.detail ?? `The server answered ${answer.status}.`);
  throw new Error(problem.detail ?? answer.status);
}

export const ask = async (path, body, signal) => (await request(path, body, signal)).json();

// Runs `work` once nothing has asked for it for a while; what is under way then is given up.
export function later(milliseconds, work) {
  let timer, stop = new AbortController();
  return () => {
    clearTimeout(timer);
    stop.abort();
    stop = new AbortController();
    const {signal} = stop;
    timer = setTimeout(() => work(signal).catch(() => {}), milliseconds);
  };
}
