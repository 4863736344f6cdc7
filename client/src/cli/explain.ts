import { styleText } from 'node:util';
import type { Command } from 'commander';
import { findings } from '../../../server/src/core/findings/index.ts';
import { complain, type ExitCode, type Host, type Sink } from './host.ts';
import type { Exit } from './subcommands.ts';

/** `packwright explain [CODE]`: the documentation of a finding, or the list of all. */
export function defineExplain(command: Command, host: Host, exit: Exit): void {
  command
    .argument('[CODE]', 'code of a finding, such as undeclared; without it all are listed')
    .action((code: string | undefined) => exit(explain(code, host)));
}

function explain(code: string | undefined, host: Host): ExitCode {
  if (code === undefined) {
    const width = Math.max(...findings.map(each => each.code.length));
    for (const each of findings)
      host.out.write(`${bold(each.code.padEnd(width), host.out)}  ${plain(each.title, host.out)}\n`);
    return 0;
  }
  const kind = findings.find(each => each.code === code);
  if (!kind) {
    complain(host, `no finding is called ${code}; there are: ${findings.map(each => each.code).join(', ')}`);
    return 2;
  }
  host.out.write(`${bold(kind.code, host.out)}: ${plain(kind.title, host.out)}\n\n`);
  host.out.write(`${plain(kind.doc.trimEnd(), host.out)}\n`);
  return 0;
}

/** Markdown for a terminal: emphasis as bold, code as it is. */
function plain(markdown: string, sink: Sink): string {
  return markdown
    .replace(/\*\*(.+?)\*\*/g, (_, text: string) => bold(text, sink))
    .replace(/`([^`\n]+)`/g, (_, text: string) => (sink.colours ? styled('cyan', text) : text));
}

function bold(text: string, sink: Sink): string {
  return sink.colours ? styled('bold', text) : text;
}

function styled(format: 'bold' | 'cyan', text: string): string {
  return styleText(format, text, { validateStream: false });
}
