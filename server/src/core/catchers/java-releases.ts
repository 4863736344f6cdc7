import type { Need } from '../model.ts';
import { releaseNeed } from '../needs.ts';

/** The Java release that first loaded class files of this format: 52 is Java 8, 61 is Java 17. */
export function releaseOf(major: number): number {
  return major - 44;
}

/**
 * Where the `java` of a release, or of any newer one, stands on IPS systems: in the instances of OmniOS
 * (`openjdk17.0`), OpenIndiana (the link `openjdk17`, `openjdk1.8.0`), Solaris and Tribblix (`jdk1.8.0`, `jdk17`), the
 * release that is asked for first; and wherever else a package has one whose path or mediator version tells its
 * release. `exact`: newer ones will not do.
 */
export function launchersOf(release: number, exact = false): readonly Need[] {
  const first = Math.max(release, exact ? 1 : OLDEST);
  const last = exact ? first : Math.max(first, NEWEST);
  const releases = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const paths: Need[] = releases.flatMap(instancesOf);
  // Whichever release the mediator chose, it is not older than that.
  if (release <= OLDEST && !exact) paths.push('usr/bin/java', 'usr/java/bin/java', 'usr/java/jre/bin/java');
  return [...paths, ...releases.map(releaseNeed)];
}

/** The oldest that a supported system still has, and the newest that is waited for. */
const OLDEST = 8;
const NEWEST = 30;

function instancesOf(release: number): readonly Need[] {
  if (release < 9) {
    const old = [`openjdk1.${release}.0`, `jdk1.${release}.0`].flatMap(home => [
      `usr/jdk/instances/${home}/bin/java`,
      `usr/jdk/instances/${home}/jre/bin/java`,
      `usr/jdk/${home}/bin/java`,
    ]);
    return [...old, `usr/jdk/instances/jdk${release}/bin/java`];
  }
  return [
    `usr/jdk/instances/openjdk${release}.0/bin/java`,
    `usr/jdk/openjdk${release}/bin/java`,
    `usr/jdk/instances/jdk${release}/bin/java`,
  ];
}

/** The `java` of the JDK that a file is itself a part of, as its place tells. */
export function ownLauncher(path: string): Need | undefined {
  const home = /^(.*\b(?:open)?(?:jdk|jre)[^/]*)\/(?:jre\/)?(?:lib|jmods|demo|sample)\//.exec(path)?.[1];
  return home === undefined ? undefined : `${home}/bin/java`;
}
