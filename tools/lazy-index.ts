/**
 * Rewrites lib/index.js so that a class is loaded when it is first used, as aws-cdk-lib does: an app that uses one pattern does not load the others.
 * jsii has no such option, and `export *` loads all.
 */
import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import { root } from './process';

const { types } = JSON.parse(gunzipSync(readFileSync(join(root, '.jsii.gz'))).toString());
const values = Object.values<any>(types).filter(({ kind }) => kind === 'class' || kind === 'enum');

const lines = values.map(({ name, symbolId }) => `whenUsed('${name}', () => require('${symbolId.split(':')[0].replace(/^src\//, './')}'));`);
writeFileSync(join(root, 'lib/index.js'), `'use strict';
Object.defineProperty(exports, '__esModule', { value: true });
// the names, for loaders that read them without running the file
${values.map(({ name }) => `exports.${name} = void 0;`).join('\n')}
const whenUsed = (name, load) => Object.defineProperty(exports, name, { enumerable: true, configurable: true, get: () => load()[name] });
${lines.join('\n')}
`);
