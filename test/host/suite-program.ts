import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Mocha from 'mocha';
import { installChromium, installServer } from './parts.ts';

/** How many tests passed and failed. */
export interface Counts {
  readonly passes: number;
  readonly failures: number;
}

/** What a suite that opens a workbench needs, or why the machine lacks it. */
export function workbenchParts(): { readonly chromium: string } | { readonly missing: string } {
  const missing = installServer();
  if (missing !== undefined) return { missing };
  const chromium = installChromium();
  return 'missing' in chromium ? chromium : { chromium: chromium.path };
}

/**
 * Runs the suites that `define` declares, one after the other, and prints them like mocha's `spec`.
 * An argument of the program chooses tests by their full titles, as mocha's `--grep` does.
 */
export function runSuites(define: () => void): Promise<Counts> {
  const mocha = new Mocha({
    ui: 'tdd',
    reporter: 'spec',
    timeout: 120_000,
    bail: false,
    forbidPending: true,
  });
  if (process.argv[2] !== undefined) mocha.grep(process.argv[2]);
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  define();
  return new Promise(resolve => {
    const runner = mocha.run(() => {
      const { passes, failures } = runner.stats!;
      resolve({ passes, failures });
    });
  });
}

/** Ends a suite's program: the last line of its output has the counts, its exit code tells the outcome. */
export function finish({ passes, failures }: Counts): void {
  const line = `${passes} passed, ${failures} failed\n`;
  process.stdout.write(line, () => process.exit(failures > 0 ? 1 : 0));
}

/** Ends a suite's program that cannot run here: a failure only where `CI` is set. */
export function notRun(name: string, why: string): void {
  process.stdout.write(`not run: ${name}: ${why}\n`, () => process.exit(process.env.CI ? 1 : 0));
}

/** A new directory for what one suite writes; the caller removes it. */
export function scratchDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'packwright-test-'));
}
