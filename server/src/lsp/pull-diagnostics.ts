import { setImmediate as turn } from 'node:timers/promises';
import {
  type DiagnosticOptions,
  DiagnosticRefreshRequest,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  DocumentDiagnosticRequest,
  type ProgressToken,
  type WorkspaceDiagnosticReport,
  WorkspaceDiagnosticRequest,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import type { Checked, PayloadFinding } from '../session.ts';
import { after } from './after.ts';
import type { Context, Feature } from './context.ts';
import { pathOf, uriOf } from './convert.ts';
import {
  emptyReport,
  manifestReport,
  payloadReport,
  type Report,
  reportOf,
  settingsReport,
} from './reports.ts';
import { answer, described } from './requests.ts';
import { lookAgain, PACE } from './watch.ts';

/** How the diagnostics are offered, whether in `initialize` or in a registration. */
export const diagnosticOptions: DiagnosticOptions = {
  identifier: 'packwright',
  interFileDependencies: true,
  workspaceDiagnostics: true,
};

/** How long the workspace rests after a change before it is surveyed again, and a refresh waits for more (ms). */
const CALM = 150;

/** Reports that go out at once while a survey still runs, and that are made before others have a turn. */
const BATCH = 50;

/** Diagnostics for clients that ask for them. */
export const pullDiagnostics: Feature = {
  capabilities: abilities =>
    abilities.pull && !abilities.dynamic.diagnostics ? { diagnosticProvider: diagnosticOptions } : {},

  attach(context) {
    if (!context.abilities.pull) return;
    const { session } = context;
    answer(
      context,
      DocumentDiagnosticRequest.type,
      async (params, signal): Promise<DocumentDiagnosticReport> => {
        const { textDocument, previousResultId } = params;
        const path = pathOf(textDocument.uri);
        lookAgain(context, PACE);
        const report = path === undefined ? emptyReport : await reportOf(session, path, signal);
        return report.resultId === previousResultId
          ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId: report.resultId }
          : { kind: DocumentDiagnosticReportKind.Full, ...report };
      },
    );
    answer(context, WorkspaceDiagnosticRequest.type, (params, signal) => {
      const known = new Map(params.previousResultIds.map(({ uri, value }) => [pathOf(uri) ?? uri, value]));
      return surveyed(context, known, params.partialResultToken, signal);
    });
  },

  begin(context) {
    if (context.abilities.pull && context.abilities.refresh) refreshAfterChanges(context);
  },
};

/** Answers once there is something new to say; an unchanged workspace is not looked at meanwhile. */
async function surveyed(
  context: Context,
  known: Map<string, string>,
  token: ProgressToken | undefined,
  signal: AbortSignal,
): Promise<WorkspaceDiagnosticReport> {
  for (;;) {
    const change = nextChange(context, signal);
    try {
      const outlet = new Outlet(context, known, token);
      await survey(context, known, outlet, signal);
      if (outlet.news) return { items: outlet.rest() };
      await change.happened;
    } finally {
      change.forget();
    }
    await after(CALM, signal);
  }
}

/** Looks at every manifest, payload file with findings and settings file of the workspace. */
async function survey(
  { session, documents }: Context,
  known: ReadonlyMap<string, string>,
  outlet: Outlet,
  signal: AbortSignal,
): Promise<void> {
  const payloads = new Map<string, PayloadFinding[]>();
  const tell = (checked: Checked) => {
    outlet.add(checked.path, manifestReport(checked));
    gatherPayloads(checked, payloads);
  };
  const { faults, trees } = await session.checkAll(await session.manifests(signal), signal, tell, true);
  for (const fault of faults) outlet.add(fault.path, manifestReport(fault));
  let told = 0;
  for (const [path, findings] of payloads) {
    outlet.add(path, payloadReport(findings));
    if (++told % BATCH > 0) continue;
    await turn();
    signal.throwIfAborted();
  }
  for (const tree of new Set([...trees, ...session.trees])) {
    if (tree.settingsText !== undefined) outlet.add(tree.settingsFile, settingsReport(session, tree));
  }
  for (const path of known.keys()) {
    if (outlet.told(path)) continue;
    outlet.add(path, documents.get(path) ? await reportOf(session, path, signal) : emptyReport);
  }
}

function gatherPayloads(checked: Checked, payloads: Map<string, PayloadFinding[]>): void {
  for (const finding of checked.findings) {
    for (const place of finding.payloadPlaces) {
      const findings = payloads.get(place.file);
      if (findings) findings.push({ checked, finding, place });
      else payloads.set(place.file, [{ checked, finding, place }]);
    }
  }
}

/** Collects reports of one survey; where the client gave a token, news goes out while the survey still runs. */
class Outlet {
  readonly #context: Context;
  readonly #known: ReadonlyMap<string, string>;
  readonly #token: ProgressToken | undefined;
  readonly #told = new Set<string>();
  #items: WorkspaceDocumentDiagnosticReport[] = [];
  /** True once a report differs from what the client has. */
  news = false;

  constructor(context: Context, known: ReadonlyMap<string, string>, token: ProgressToken | undefined) {
    this.#context = context;
    this.#known = known;
    this.#token = token;
  }

  told(path: string): boolean {
    return this.#told.has(path);
  }

  add(path: string, { items, resultId }: Report): void {
    this.#told.add(path);
    const before = this.#known.get(path);
    const unchanged = before === undefined ? items.length === 0 : before === resultId;
    if (before === undefined && unchanged) return;
    const { documents, session } = this.#context;
    const document = documents.get(path);
    const version = session.buffers.get(path)?.version ?? null;
    const place = { uri: document?.uri ?? uriOf(path), version, resultId };
    this.#items.push(unchanged ? { kind: 'unchanged', ...place } : { kind: 'full', ...place, items });
    if (!unchanged) this.news = true;
    if (this.news && this.#token !== undefined && this.#items.length >= BATCH) this.#send(this.#token);
  }

  /** What was not sent yet; nothing where a token is used, as the protocol demands. */
  rest(): WorkspaceDocumentDiagnosticReport[] {
    if (this.#token === undefined) return this.#items;
    this.#send(this.#token);
    return [];
  }

  #send(token: ProgressToken): void {
    const items = this.#items;
    this.#items = [];
    void this.#context.connection.sendProgress(WorkspaceDiagnosticRequest.partialResult, token, { items });
  }
}

/** The next change of an answer, from now on. */
function nextChange({ session }: Context, signal: AbortSignal): { happened: Promise<void>; forget(): void } {
  let forget = () => {};
  const happened = new Promise<void>((resolve, reject) => {
    const stop = session.onChange(change => {
      if (change !== 'status') resolve();
    });
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    forget = () => {
      stop();
      signal.removeEventListener('abort', abort);
    };
  });
  happened.catch(() => {});
  return { happened, forget };
}

/** Asks the client to ask again when something changed that it did not do itself: one request at a time. */
function refreshAfterChanges({ connection, session, stopping, log }: Context): void {
  let wanted = false;
  let busy = false;
  const refresh = async () => {
    busy = true;
    while (wanted && !stopping.aborted) {
      await after(CALM, stopping);
      wanted = false;
      await connection.sendRequest(DiagnosticRefreshRequest.type);
    }
  };
  session.onChange(change => {
    if (change !== 'world') return;
    wanted = true;
    if (busy) return;
    refresh()
      .catch(error => {
        if (!stopping.aborted) log(`workspace/diagnostic/refresh: ${described(error)}`);
      })
      .finally(() => {
        busy = false;
      });
  });
}
