#!/usr/bin/env node
import { outputMark } from './output-mark.ts';
/**
 * Stands in for a desktop VS Code: takes the command line that @vscode/test-electron writes, runs the
 * suite in a workbench without a screen, prints the suite's marked lines, exits with its code.
 */
import { installChromium, installServer } from './parts.ts';
import { openWorkbench } from './workbench.ts';

const timeLimit = 180_000;

function values(name: string): readonly string[] {
  const prefix = `--${name}=`;
  return process.argv
    .filter(argument => argument.startsWith(prefix))
    .map(argument => argument.slice(prefix.length));
}

function print(line: string): void {
  if (line.startsWith(outputMark)) console.log(line.replaceAll(outputMark, ''));
  else if (process.env.PACKWRIGHT_HOST_VERBOSE !== undefined) console.error(line);
}

async function main(): Promise<number> {
  const browser = installChromium();
  const missing = installServer() ?? ('missing' in browser ? browser.missing : undefined);
  if (missing !== undefined || 'missing' in browser) throw new Error(missing);
  const [suite] = values('extensionTestsPath');
  const workbench = await openWorkbench({
    chromium: browser.path,
    workspace: process.argv.slice(2).find(argument => !argument.startsWith('-')) ?? '.',
    development: values('extensionDevelopmentPath'),
    ...(suite === undefined ? {} : { suite }),
    onLine: print,
  });
  const limit = Promise.withResolvers<number>();
  const timer = setTimeout(limit.resolve, timeLimit, 124);
  const stop = () => limit.resolve(130);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const code = await Promise.race([workbench.finished, limit.promise]);
  clearTimeout(timer);
  await workbench.close();
  return code;
}

main().then(
  code => process.exit(code),
  error => {
    console.error(error);
    process.exit(1);
  },
);
