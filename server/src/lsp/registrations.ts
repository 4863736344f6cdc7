import {
  CodeActionKind,
  CodeActionRequest,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  DocumentDiagnosticRequest,
  type DocumentSelector,
  HoverRequest,
  type Registration,
  RegistrationRequest,
  TextDocumentSyncKind,
  UnregistrationRequest,
} from 'vscode-languageserver/node';
import { calmly } from './after.ts';
import type { Context, Feature } from './context.ts';
import { diagnosticOptions } from './pull-diagnostics.ts';
import { described } from './requests.ts';
import { watchers } from './watch.ts';

/** How long the settings must rest before the client is asked to register anew (ms). */
const CALM = 50;

/** Every manifest and settings file, whatever language the editor takes it for. */
const ownDocuments: DocumentSelector = ['**/*.p5m', '**/*.mog', '**/packwright.yaml'].map(pattern => ({
  scheme: 'file',
  pattern,
}));

/** What can be registered when the client runs already: it depends on the settings of the trees. */
export const registrations: Feature = {
  attach() {},

  begin(context) {
    const registrar = new Registrar(context);
    const update = () =>
      registrar.update().catch(error => {
        if (!context.stopping.aborted) context.log(`client/registerCapability: ${described(error)}`);
      });
    context.session.onChange(calmly(CALM, context.stopping, () => void update()));
    void openTrees(context).then(update);
  },
};

/** Opens the trees of all folders: their settings say what there is to register for. */
async function openTrees({ session, stopping, log }: Context): Promise<void> {
  try {
    await session.manifests(stopping);
  } catch (error) {
    if (!stopping.aborted) log(`opening the workspace: ${described(error)}`);
  }
}

/** A registration, and whether the new one must be there before the old one goes. */
interface Wanted {
  readonly method: string;
  readonly options: object;
  readonly overlapping?: boolean;
}

class Registrar {
  readonly #context: Context;
  /** Method -> what is registered. */
  readonly #made = new Map<string, { readonly id: string; readonly options: string }>();
  #serial = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(context: Context) {
    this.#context = context;
  }

  update(): Promise<void> {
    this.#last = this.#last.catch(() => {}).then(() => this.#step());
    return this.#last;
  }

  async #step(): Promise<void> {
    const wanted = wantedOf(this.#context);
    for (const one of wanted) await this.#change(one);
    for (const [method, { id }] of this.#made) {
      if (wanted.some(one => one.method === method)) continue;
      this.#made.delete(method);
      await this.#unregister(id, method);
    }
  }

  async #change({ method, options, overlapping }: Wanted): Promise<void> {
    const before = this.#made.get(method);
    const text = JSON.stringify(options);
    if (before?.options === text) return;
    const id = `packwright-${++this.#serial}`;
    if (before && !overlapping) await this.#unregister(before.id, method);
    this.#made.set(method, { id, options: text });
    const registration: Registration = { id, method, registerOptions: options };
    await this.#context.connection.sendRequest(RegistrationRequest.type, { registrations: [registration] });
    if (before && overlapping) await this.#unregister(before.id, method);
  }

  async #unregister(id: string, method: string): Promise<void> {
    await this.#context.connection.sendRequest(UnregistrationRequest.type, {
      unregisterations: [{ id, method }],
    });
  }
}

function wantedOf(context: Context): readonly Wanted[] {
  const { session, abilities } = context;
  const { dynamic } = abilities;
  const payload: DocumentSelector = [...new Set(session.trees.flatMap(tree => tree.payloadGlobs()))]
    .sort()
    .map(pattern => ({ scheme: 'file', pattern }));
  const wanted: Wanted[] = [];
  if (dynamic.configuration) {
    wanted.push({ method: DidChangeConfigurationNotification.method, options: { section: 'packwright' } });
  }
  if (dynamic.watching) {
    wanted.push({
      method: DidChangeWatchedFilesNotification.method,
      options: { watchers: watchers(context) },
    });
  }
  if (dynamic.synchronization && payload.length > 0) wanted.push(...synchronisationOf(payload));
  if (dynamic.diagnostics) {
    const documentSelector = [...ownDocuments, ...payload];
    wanted.push({
      method: DocumentDiagnosticRequest.method,
      options: { documentSelector, ...diagnosticOptions },
    });
  }
  if (payload.length === 0) return wanted;
  if (dynamic.codeAction) {
    const options = { documentSelector: payload, codeActionKinds: [CodeActionKind.QuickFix] };
    wanted.push({ method: CodeActionRequest.method, options });
  }
  if (dynamic.hover) wanted.push({ method: HoverRequest.method, options: { documentSelector: payload } });
  return wanted;
}

function synchronisationOf(documentSelector: DocumentSelector): readonly Wanted[] {
  const options = { documentSelector };
  return [
    { method: DidOpenTextDocumentNotification.method, options, overlapping: true },
    {
      method: DidChangeTextDocumentNotification.method,
      options: { ...options, syncKind: TextDocumentSyncKind.Incremental },
      overlapping: true,
    },
    { method: DidCloseTextDocumentNotification.method, options, overlapping: true },
    {
      method: DidSaveTextDocumentNotification.method,
      options: { ...options, includeText: false },
      overlapping: true,
    },
  ];
}
