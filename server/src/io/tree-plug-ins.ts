import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { catchers } from '../core/catchers/index.ts';
import type { PlugInCatcher } from '../core/model.ts';
import type { Settings } from '../core/tree.ts';
import { isWithin } from './paths.ts';
import { PlugInHost } from './threads/plug-in-host.ts';
import type { PlugInSettings } from './threads/plug-in-protocol.ts';

/** Where the programs of our own threads lie, and whether modules of the settings may be loaded. */
export interface PlugInSurroundings {
  readonly root: string;
  /** Directory of our built programs; absent: there are no threads, so nothing is loaded. */
  readonly programs: string | undefined;
  readonly allowed: boolean;
}

/** The catchers of one's own that a tree's settings name. Nothing is loaded before a file is to be looked at. */
export class TreePlugIns {
  readonly #around: PlugInSurroundings;
  #open: readonly (PlugInCatcher & { dispose?(): void })[] = [];
  #named = 0;

  constructor(around: PlugInSurroundings) {
    this.#around = around;
  }

  get all(): readonly PlugInCatcher[] {
    return this.#open;
  }

  /** How many modules the settings name, and whether they may be loaded. */
  get status(): { readonly count: number; readonly allowed: boolean } {
    return { count: this.#named, allowed: this.#around.allowed };
  }

  /** Takes over the settings: every module is loaded anew when it is next needed. */
  configure({ plugins, base, compressed }: Pick<Settings, 'plugins' | 'base' | 'compressed'>): void {
    this.dispose();
    this.#named = plugins.length;
    const told = { base, compressed };
    this.#open = this.#around.allowed ? plugins.map(module => this.#host(module, told)) : [];
  }

  dispose(): void {
    for (const one of this.#open) one.dispose?.();
    this.#open = [];
  }

  #host(module: string, settings: PlugInSettings): PlugInCatcher {
    const { root, programs } = this.#around;
    const path = resolve(root, module);
    if (!isWithin(path, root)) return refused(module, 'lies outside the tree; put it below packwright.yaml');
    if (!existsSync(path)) return refused(module, 'does not exist; correct plugins in packwright.yaml');
    if (programs === undefined)
      return refused(module, 'is not loaded: this program has no threads of its own');
    const reserved = new Set(catchers.map(one => one.name));
    return new PlugInHost(path, join(programs, 'plug-in-worker.cjs'), reserved, settings);
  }
}

function refused(name: string, broken: string): PlugInCatcher {
  return { name, inspect: async () => ({ caught: new Map(), broken }) };
}
