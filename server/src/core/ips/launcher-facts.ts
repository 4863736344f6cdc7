import type { Delivery } from '../model.ts';
import { exactReleaseNeed, releaseNeed } from '../needs.ts';
import type { Action } from './lines.ts';

/**
 * The Java releases for which a file or link will do, when it is a `bin/java` whose mediator version, directory or
 * target tells its own: `mediator-version=17`, `usr/jdk/instances/openjdk17.0.9/bin/java`, `jdk1.8.0`.
 */
export function releasesDelivered(action: Action, delivery: Delivery): readonly Delivery[] {
  if (delivery.kind === 'dir' || !delivery.path.endsWith('/bin/java')) return NONE;
  const release = mediated(action) ?? named(delivery.path) ?? named(delivery.target ?? '');
  if (release === undefined) return NONE;
  const { target: _target, mediator: _mediator, ...rest } = delivery;
  const older = Array.from({ length: release }, (_, at) => releaseNeed(at + 1));
  return [...older, exactReleaseNeed(release)].map(path => ({ ...rest, path, kind: 'name' }));
}

const NONE: readonly Delivery[] = [];

function mediated({ attributes }: Action): number | undefined {
  const version = attributes.find(one => one.key === 'mediator-version')?.value;
  return version === undefined ? undefined : releaseIn(/^(?:1\.)?(\d{1,2})(?!\d)/.exec(version)?.[1]);
}

function named(path: string): number | undefined {
  return releaseIn(/(?:jdk|jre|java)[-_]?(?:1\.)?(\d{1,2})(?!\d)/i.exec(path)?.[1]);
}

function releaseIn(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}
