// The work that a form may ask for: a text w for which SHA-256 of `token:w` begins with so many zero bits.
// Of its own, since browsers offer SHA-256 only on encrypted pages. Source: FIPS 180-4, section 6.2.

const fractions = (root, count) => {
  const primes = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((one) => n % one)) primes.push(n);
  return Uint32Array.from(primes, (one) => (root(one) % 1) * 2 ** 32);
};
const K = fractions(Math.cbrt, 64);
const START = fractions(Math.sqrt, 8);
const schedule = new Uint32Array(64);
const turn = (word, by) => (word >>> by) | (word << (32 - by));

// One block of 64 bytes, beginning at `at`; returns the next state.
function compress(state, bytes, at) {
  const w = schedule;
  for (let i = 0; i < 16; i++) {
    const j = at + 4 * i;
    w[i] = (bytes[j] << 24) | (bytes[j + 1] << 16) | (bytes[j + 2] << 8) | bytes[j + 3];
  }
  for (let i = 16; i < 64; i++) {
    const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
    const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  return Uint32Array.of(
    state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e, state[5] + f, state[6] + g, state[7] + h,
  );
}

const ascii = (text) => Uint8Array.from(text, (char) => char.charCodeAt(0));

// The last blocks of a message of `length` bytes: `rest`, a one, zeros, the length in bits.
function ending(rest, length) {
  const blocks = new Uint8Array(rest.length < 56 ? 64 : 128);
  blocks.set(rest);
  blocks[rest.length] = 0x80;
  new DataView(blocks.buffer).setUint32(blocks.length - 4, length * 8);
  return blocks;
}

// What all texts have in common is hashed once: returns the hash of `prefix + text`, of ASCII, as eight words.
export function hasher(prefix) {
  const bytes = ascii(prefix);
  const whole = bytes.length - (bytes.length % 64);
  let state = START;
  for (let at = 0; at < whole; at += 64) state = compress(state, bytes, at);
  return (text) => {
    const rest = new Uint8Array([...bytes.subarray(whole), ...ascii(text)]);
    const last = ending(rest, whole + rest.length);
    let found = state;
    for (let at = 0; at < last.length; at += 64) found = compress(found, last, at);
    return found;
  };
}

export function zeroBits(words) {
  let bits = 0;
  for (const word of words) {
    bits += Math.clz32(word);
    if (word) break;
  }
  return bits;
}

export function findWork(token, bits) {
  const hash = hasher(`${token}:`);
  for (let n = 0; ; n++) if (zeroBits(hash(String(n))) >= bits) return String(n);
}
