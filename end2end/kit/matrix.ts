import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FullConfig, FullResult, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';

const SHAPE = { expected: '✓', unexpected: '✗ failed', flaky: '~ flaky', skipped: '–' };

/** Writes a table at the end: each journey's result and duration in each language, with JavaScript and without. */
export default class Matrix implements Reporter {
  private folder = '.';
  private suite!: Suite;

  onBegin(config: FullConfig, suite: Suite): void {
    this.folder = config.projects[0]!.outputDir;
    this.suite = suite;
  }

  onEnd({ duration }: FullResult): void {
    const columns = this.suite.suites.map(project => project.title);
    const journeys = new Map<string, Map<string, string>>();
    const counts = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 };
    const faults: string[] = [];
    for (const test of this.suite.allTests()) {
      const [, project, file, ...titles] = test.titlePath();
      const journey = `${file!.replace(/\.spec\.ts$/, '')}: ${titles.join(' › ')}`;
      const row = journeys.get(journey) ?? new Map<string, string>();
      journeys.set(journey, row.set(project!, this.told(test)));
      counts[test.results.length ? test.outcome() : 'skipped']++;
      const wrong = test.results.find(result => result.status !== test.expectedStatus && result.status !== 'skipped');
      if (wrong) faults.push(`${SHAPE[test.outcome()]}: ${journey} (${project}): ${why(wrong)}`);
    }
    const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
    const rows = [...journeys].map(([journey, row]) => [journey, ...columns.map(column => row.get(column) ?? '')]);
    const table = [['journey', ...columns], ...rows].map(cells => cells.map(cell => cell.replaceAll('|', '\\|')));
    const widths = table[0]!.map((_, at) => Math.max(...table.map(cells => [...cells[at]!].length)));
    const padded = table.map(cells => line(cells.map((cell, at) => cell + ' '.repeat(widths[at]! - [...cell].length))));
    padded.splice(1, 0, line(widths.map(width => '-'.repeat(width))));
    const { expected, unexpected, flaky, skipped } = counts;
    const sum = `${expected} passed, ${unexpected} failed, ${flaky} flaky, ${skipped} not run, in ${seconds(duration)}`;
    // Last, because a reader of a long log sees its end.
    const text = [padded.join('\n'), '', sum, ...faults, ''].join('\n');
    writeFileSync(join(this.folder, 'matrix.md'), text);
    process.stdout.write(`\n${text}`);
  }

  private told(test: TestCase): string {
    if (!test.results.length) return 'not run';
    return `${SHAPE[test.outcome()]} ${seconds(test.results.reduce((sum, result) => sum + result.duration, 0))}`;
  }
}

/** The first error of a test, without terminal colours, and its place in the source. */
const why = ({ error, status }: TestResult): string => {
  const lines = (error?.message ?? status).replaceAll(/\x1b\[[0-9;]*m/g, '').split('\n').filter(line => line.trim());
  const at = error?.location ? ` (${basename(error.location.file)}:${error.location.line})` : '';
  return `${lines.slice(0, 8).join(' ⏎ ').slice(0, 600)}${at}`;
};

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
