/** The jsii assembly: what the API looks like from other languages. `npm run compile` writes it. */
import { execFileSync } from 'child_process';
import { readFileSync } from 'fs';
import { createRequire } from 'module';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import { root } from './support/examples';

const load = (folder: string) => {
  const pointer = JSON.parse(readFileSync(join(folder, '.jsii'), 'utf8'));
  return pointer.schema === 'jsii/file-redirect' ? JSON.parse(gunzipSync(readFileSync(join(folder, pointer.filename))).toString()) : pointer;
};
const ours = load(root);
const cdk = load(join(createRequire(__filename).resolve('aws-cdk-lib/package.json'), '..'));

interface Named { readonly where: string; readonly name: string; readonly type?: any; readonly docs?: any; readonly optional?: boolean }

const types = Object.values<any>(ours.types);
const callables = (type: any) => [...(type.initializer ? [{ ...type.initializer, name: 'constructor' }] : []), ...type.methods ?? []];
const members: Named[] = types.flatMap((type) => [
  ...(type.properties ?? []).map((property: any) => ({ where: `${type.name}.${property.name}`, ...property })),
  ...callables(type).flatMap((callable: any) => [
    ...(callable.name === 'constructor' ? [] : [{ where: `${type.name}.${callable.name}`, name: callable.name, type: callable.returns?.type }]),
    ...(callable.parameters ?? []).map((parameter: any) => ({ where: `${type.name}.${callable.name}(${parameter.name})`, ...parameter })),
  ]),
]);

test('there are types to look at', () => {
  expect(types.map(({ name }) => name)).toEqual(expect.arrayContaining(['FunctionApi', 'AlarmActions']));
  expect(members.length).toBeGreaterThan(50);
});

test('no signature has a union, and `any` stands in JSON documents only', () => {
  const bad: string[] = [];
  const look = (where: string, type: any, inDocument = false): void => {
    if (!type) return;
    if (type.union || type.intersection) bad.push(`${where} is a union`);
    if (type.primitive === 'any' && !inDocument) bad.push(`${where} is any`);
    if (type.collection) look(where, type.collection.elementtype, type.collection.kind === 'map');
  };
  members.forEach(({ where, type }) => look(where, type));
  expect(bad).toEqual([]);
});

test('no name is a reserved word of Python, Java, C# or Go', () => {
  const reserved = new Set([
    ...'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(' '),
    ...'abstract boolean byte case catch char const default do double enum extends final float goto implements instanceof int interface long native new null package private protected public short static strictfp super switch synchronized this throw throws transient true false var void volatile'.split(' '),
    ...'base bool checked decimal delegate event explicit extern fixed foreach implicit internal lock namespace object operator out override params readonly ref sbyte sealed sizeof stackalloc string struct typeof uint ulong unchecked unsafe ushort using virtual'.split(' '),
    ...'chan defer fallthrough func go map range select type'.split(' '),
  ]);
  const snake = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  expect(members.filter(({ name }) => reserved.has(name) || reserved.has(snake(name))).map(({ where }) => where)).toEqual([]);
});

test('no type has the name of a type of aws-cdk-lib', () => {
  const taken = new Set(Object.values<any>(cdk.types).map(({ name }) => name));
  expect(taken.size).toBeGreaterThan(5000);
  expect(types.map(({ name }) => name).filter((name) => taken.has(name))).toEqual([]);
});

test('every optional prop says its default, every public class has an example', () => {
  const props = types.filter(({ datatype }) => datatype).flatMap(({ name, properties }) => (properties ?? []).map((property: any) => ({ where: `${name}.${property.name}`, ...property })));
  expect(props.filter(({ optional, docs }) => optional && !docs?.default).map(({ where }) => where)).toEqual([]);
  expect(types.filter(({ kind, docs }) => kind === 'class' && !docs?.example).map(({ name }) => name)).toEqual([]);
  expect(types.filter(({ docs }) => !docs?.summary).map(({ name }) => name)).toEqual([]);
});

test('nothing is extended but Construct', () => {
  expect(types.filter(({ base }) => base && base !== 'constructs.Construct').map(({ name, base }) => `${name} extends ${base}`)).toEqual([]);
});

describe('loading', () => {
  const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }).trim();
  const loaded = (code: string) => node('-e', `${code}; console.log(Object.keys(require.cache).length)`);

  test('the library alone loads one file, and a class loads what it needs', () => {
    expect(loaded('require("./lib")')).toBe('1');
    expect(Number(loaded('require("./lib").FunctionApi'))).toBeGreaterThan(10);
  });

  test('every class and enum is there, also for an import by name', () => {
    const names = types.filter(({ kind }) => kind !== 'interface').map(({ name }) => name).sort();
    expect(node('-p', 'Object.entries(require("./lib")).filter(([, v]) => v).map(([n]) => n).sort().join()')).toBe(names.join());
    expect(node('--input-type=module', '-e', `import { ${names.join()} } from './lib/index.js'; console.log([${names.join()}].every(Boolean))`)).toBe('true');
  });
});
