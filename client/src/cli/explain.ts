import { styleText } from 'node:util';
import type { Command } from 'commander';
import { catchers } from '../../../server/src/core/catchers/index.ts';
import { findings } from '../../../server/src/core/findings/index.ts';
import { complain, type ExitCode, type Host, printableLine, type Sink } from './host.ts';
import type { Exit } from './subcommands.ts';

/** `packwright explain [NAME]`: the documentation of a finding or a catcher, or the list of all. */
export function defineExplain(command: Command, host: Host, exit: Exit): void {
  command
    .argument('[NAME]', 'a finding, such as undeclared, or a catcher, such as elf; without it all are listed')
    .action((name: string | undefined) => exit(explain(name, host)));
}

function explain(name: string | undefined, host: Host): ExitCode {
  if (name === undefined) return list(host);
  const topic = topics.find(each => each.name === name);
  if (!topic) {
    const names = topics.map(each => each.name).join(', ');
    complain(host, `no finding and no catcher is called ${printableLine(name)}; there are: ${names}`);
    return 2;
  }
  host.out.write(`${bold(topic.name, host.out)}: ${plain(topic.title, host.out)}\n\n`);
  host.out.write(`${plain(topic.text.trim(), host.out)}\n`);
  return 0;
}

/** What can be explained. */
interface Topic {
  readonly name: string;
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

const codes: readonly Topic[] = findings.map(({ code, title, doc }) => ({ name: code, title, text: doc }));
const kinds: readonly Topic[] = catchers.map(({ name, doc, page }) => ({ name, title: doc, text: page }));
const topics = [...codes, ...kinds];

function list(host: Host): ExitCode {
  const width = Math.max(...topics.map(each => each.name.length));
  for (const [heading, some] of [
    ['Findings', codes],
    ['Catchers, which find what files need', kinds],
  ] as const) {
    host.out.write(`${heading}:\n`);
    for (const { name, title } of some)
      host.out.write(`  ${bold(name.padEnd(width), host.out)}  ${plain(title, host.out)}\n`);
  }
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
