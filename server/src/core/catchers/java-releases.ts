import type { Need } from '../model.ts';
import { exactReleaseNeed, releaseNeed } from '../needs.ts';

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
  if (exact) return [...instancesOf(release), exactReleaseNeed(release)];
  const first = Math.max(release, OLDEST);
  const paths = [first, ...SUPPORTED_LONG.filter(each => each > first)].flatMap(instancesOf);
  // Whichever release the mediator chose, it is not older than that.
  if (first === OLDEST) paths.push('usr/bin/java', 'usr/java/bin/java', 'usr/java/jre/bin/java');
  return [...paths, releaseNeed(Math.max(release, 1))];
}

/** The oldest that a supported system still has. */
const OLDEST = 8;
/** Those that distributions have packages of for years; others are found by what their packages tell. */
const SUPPORTED_LONG = [8, 11, 17, 21, 25, 29];

function instancesOf(release: number): readonly Need[] {
  if (release < 9) {
    return [`openjdk1.${release}.0`, `jdk1.${release}.0`].flatMap(home => [
      `usr/jdk/instances/${home}/bin/java`,
      `usr/jdk/instances/${home}/jre/bin/java`,
    ]);
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
