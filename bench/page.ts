/** docs/benchmarks.md, whose sections are measured by different commands. */
import { existsSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { root } from '../tools/process';

const FILE = join(root, 'docs/benchmarks.md');
const ORDER = ['FunctionApi', 'EventFanOut', 'QueueWorker', 'Saga', 'ScheduledJob', 'ScheduledCleanup', 'ObjectPipeline', 'Ten thousand events'];

export const row = (...cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
export const table = (head: string[], rows: string[]) => [row(...head), row(...head.map(() => '---')), ...rows].join('\n');
export const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
export const word = (holds?: boolean) => holds === undefined ? '–' : holds ? 'yes' : '**no**';

/** Writes these sections, and the head where it is given; the others stay. */
export function writePage(sections: Record<string, string>, head?: string): void {
  const [oldHead, ...old] = (existsSync(FILE) ? readFileSync(FILE, 'utf8') : '# Benchmarks\n').split(/^## /m);
  const kept = Object.fromEntries(old.map((section) => [section.split('\n', 1)[0], section.slice(section.indexOf('\n')).trim()]));
  const all = { ...kept, ...sections };
  const bodies = ORDER.filter((title) => title in all).map((title) => `## ${title}\n\n${all[title].trim()}\n`);
  writeFileSync(FILE, [`${(head ?? oldHead).trim()}\n`, ...bodies].join('\n'));
}
