import type { ByteSource } from '../formats/byte-source.ts';
import { isJarName, type JavaContent, namesInJar, readJar, readLooseClass } from '../formats/jar.ts';
import { isJavaClass } from '../formats/java-class.ts';
import { printable } from '../formats/printable.ts';
import type {
  CatcherOptions,
  Caught,
  ImplicitDependency,
  Inflate,
  Need,
  Payload,
  PayloadCatcher,
} from '../model.ts';
import { classNeed, moduleNeed } from '../needs.ts';
import { classPathNeed } from './java-class-path.ts';
import { isOfPlatform, isPlatformModule } from './java-platform.ts';
import { launchersOf, ownLauncher, releaseOf } from './java-releases.ts';

/** The Java release, jars, modules and classes that class files and archives of them ask for. */
export const java: PayloadCatcher = {
  looksAt: 'payload',
  name: 'java',
  doc: 'The Java release that class files and jars were compiled for, and the jars, modules and classes that they refer to.',
  claims: ({ path, bytes }) =>
    (isJarName(path) && bytes.length > 0) || (path.endsWith('.class') && isJavaClass(bytes)),
  inspect,
  page: `Looks at \`.class\` files, and at archives of them: \`.jar\`, \`.war\`, \`.ear\`, \`.rar\` and \`.sar\` of application servers,
and \`.jmod\`; also with a start script in front. Archives in archives are read too, four deep. No class is loaded:
only constants, types of fields and methods, and the manifest are read.

| In the file | Needs | How sure |
|---|---|---|
| the newest class file version, 61 for instance | \`java\` of release 17 or newer | likely |
| the same, compiled with preview features | \`java\` of exactly that release | likely |
| \`Class-Path: lib/x.jar\` in the manifest | that file, from the jar's own directory; a directory when it ends in \`/\` | likely |
| \`requires org.x\` in \`module-info\`, not \`static\` | the module | hint |
| a class that neither the file nor the Java platform has | the class | hint |
| \`Main-Class\`, \`Premain-Class\`, \`Agent-Class\`, \`Launcher-Agent-Class\` | that class, likewise | hint |

## The Java release

Class files below \`META-INF/versions\` (of multi-release jars) and \`module-info.class\` do not count, since older
releases never load them. The release and those newer ones that are supported for years are looked for where OmniOS, OpenIndiana and
Solaris install them:
\`usr/jdk/instances/openjdk17.0\`, \`usr/jdk/openjdk17\`, \`usr/jdk/instances/openjdk1.8.0\`, \`usr/jdk/instances/jdk1.8.0\`
and the like; and wherever a package has a \`bin/java\` whose path (\`jdk17\`, \`jre-21\`) or \`mediator-version\` tells
its release. A \`usr/bin/java\` that tells nothing may be of any release, so it counts for Java 8 only.
A file in a JDK may also be served by \`bin/java\` of the same JDK.

## Class-Path

The entries are URLs relative to the jar, or \`file:\` URLs. Java ignores entries that do not exist, so a jar may run
without them: where nothing is missing in truth, take the entry out of the manifest or suppress the finding.
Entries on other machines are ignored, and so are those of archives in archives.

## Classes

A class that another file of the same package brings is satisfied, and so is one that a jar of another package of the
workspace brings whose files are at hand. Packages in a repository do not say which classes
are in their jars, so a class from one of those is told as missing: that is a hint, one for each library (the first
three parts of a class's name), and at most 1,000 classes are told of one file. The Java platform is \`java.*\`, \`jdk.*\`, \`sun.*\`, the \`javax.*\`, \`com.sun.*\` and
\`org.*\` packages of the JDK, and for class files older than Java 11 also those that were taken out there
(\`javax.xml.bind\`, \`javax.annotation\`, \`javax.activation\`, \`org.omg\`, ...). Annotations, with the classes nested
in them, and names that are only strings (\`Class.forName\`, \`META-INF/services\`) are not looked at: Java goes on
without the former, and nobody knows the latter. A nested class of which nothing is called is left out for that.

Modules are known by \`module-info\`, by \`Automatic-Module-Name\`, or by the file name as Java derives it; \`java.*\` and
\`jdk.*\` are the platform's.

## Bounds and damage

An archive is reported as \`faulty\` when it is cut off, is one part of several, has encrypted members or such that
would lie outside of it, does not unpack to the sizes that it states, or claims more than a hundred times its size.
Of one payload at most 256 MiB and 100,000 members are unpacked, and no directory of more than 16 MiB is read.

## Beside pkgdepend

\`pkgdepend generate\` does not look at Java.

Switch the catcher off with \`catchers: { java: off }\` in \`packwright.yaml\`.`,
};

/** What is told of missing classes of one file. */
const MOST_CLASSES = 1000;

function inspect(file: Payload, { inflate }: CatcherOptions): Caught {
  const content = isJarName(file.path) ? readJar(file, file.path, inflate) : readLooseClass(file);
  return {
    dependencies: [
      ...releaseNeed(content, file),
      ...classPathNeeds(content, file),
      ...moduleNeeds(content, file),
      ...classNeeds(content, file),
    ],
    faults: content.faults.map(message => ({ message })),
    provides: [...providesOf(content)],
  };
}

function providesOf({ modules, classes }: Pick<JavaContent, 'modules' | 'classes'>): ReadonlySet<Need> {
  return new Set([...[...modules].map(moduleNeed), ...[...classes].map(classNeed)]);
}

/** Whether a file at an installed path brings classes to other packages. */
export function isJarPath(path: string): boolean {
  return path.endsWith('.jar');
}

/** The classes and modules that a jar brings to other packages, as needs name them; `path` is where it is installed. */
export function providesOfJar(
  file: ByteSource & { readonly path: string },
  inflate: Inflate,
): ReadonlySet<Need> {
  return providesOf(namesInJar(file, file.path, inflate));
}

function releaseNeed({ newest }: JavaContent, file: Payload): readonly ImplicitDependency[] {
  if (!newest) return [];
  const { name, major, preview } = newest;
  const release = releaseOf(major);
  const own = ownLauncher(file.path);
  const launchers = launchersOf(release, preview);
  const version = `class file version ${major} of ${dotted(name)}`;
  return [
    {
      catcher: 'java',
      neededBy: file.path,
      what: `Java ${release < 5 ? `1.${release}` : release}`,
      because: preview ? `${version}, compiled with preview features` : version,
      anyOf: own === undefined ? launchers : [own, ...launchers.filter(path => path !== own)],
      confidence: 'likely',
    },
  ];
}

function classPathNeeds({ manifest }: JavaContent, file: Payload): readonly ImplicitDependency[] {
  const needs = new Map<Need, ImplicitDependency>();
  for (const entry of manifest?.classPath ?? []) {
    const need = classPathNeed(entry, file.path);
    if (need === undefined || needs.has(need)) continue;
    needs.set(need, {
      catcher: 'java',
      neededBy: file.path,
      what: printable(entry),
      because: `Class-Path entry ${printable(entry)}`,
      anyOf: [need],
      confidence: 'likely',
    });
  }
  return [...needs.values()].slice(0, MOST_CLASSES);
}

function moduleNeeds({ modules, requires }: JavaContent, file: Payload): readonly ImplicitDependency[] {
  const missing = [...requires].filter(([name]) => !modules.has(name) && !isPlatformModule(name));
  return missing.slice(0, MOST_CLASSES).map(([name, by]) => ({
    catcher: 'java',
    neededBy: file.path,
    what: `module ${printable(name)}`,
    because: `module ${printable(by)} requires ${printable(name)}`,
    anyOf: [moduleNeed(name)],
    confidence: 'hint',
  }));
}

function classNeeds(content: JavaContent, file: Payload): readonly ImplicitDependency[] {
  const release = releaseOf(content.newest?.major ?? 0);
  const missing = new Map<string, string>();
  for (const { attribute, name } of content.manifest?.started ?? [])
    if (CLASS_NAME.test(name)) missing.set(name.replaceAll('.', '/'), `${attribute} ${name}`);
  for (const [name, by] of content.references)
    if (!missing.has(name)) missing.set(name, `${dotted(by)} refers to ${dotted(name)}`);
  const needs: ImplicitDependency[] = [];
  for (const [name, because] of missing) {
    if (content.classes.has(name) || isOfPlatform(name, release)) continue;
    if (needs.length === MOST_CLASSES) break;
    needs.push({
      catcher: 'java',
      neededBy: file.path,
      what: `class ${dotted(name)}`,
      because,
      anyOf: [classNeed(name)],
      confidence: 'hint',
    });
  }
  return needs;
}

/** As a manifest has it, with dots. */
const CLASS_NAME = /^[\p{L}\p{N}_$]+(?:\.[\p{L}\p{N}_$]+)*$/u;

function dotted(className: string): string {
  return printable(className.replaceAll('/', '.'));
}
