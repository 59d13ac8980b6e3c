// Beside every file of the build that gets smaller by it: the same in brotli. The platform serves that to browsers that take it, and so never
// compresses at the cost of who waits. Only files of ours, which are the same for everybody and hold no secret.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const assets = new URL('../dist/assets/', import.meta.url).pathname;
/** Bytes below which it is not worth it. */
const WORTHWHILE = 1024;
const TEXT = /\.(?:js|mjs|css|svg|json|wasm)$/;

let [before, after] = [0, 0];
for (const name of readdirSync(assets).filter((each) => TEXT.test(each))) {
  const content = readFileSync(join(assets, name));
  if (content.length < WORTHWHILE) continue;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  const packed = brotliCompressSync(content, { params });
  if (packed.length >= content.length) continue;
  writeFileSync(join(assets, `${name}.br`), packed);
  before += content.length;
  after += packed.length;
}
console.log(`brotli: ${Math.round(before / 1024)} KiB are ${Math.round(after / 1024)} KiB`);
