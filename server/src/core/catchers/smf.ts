import type { ByteSource } from '../formats/byte-source.ts';
import { readSmf, type SmfReading } from '../formats/smf.ts';
import { XML_LIMIT, xmlText } from '../formats/xml.ts';
import type { CatcherOptions, Caught, Confidence, Need, Payload, PayloadCatcher } from '../model.ts';
import { needsOfBundle, providesOf } from './smf-needs.ts';

/** Service manifests: the services that theirs wait for, and the programs that they run. */
export const smf: PayloadCatcher = {
  looksAt: 'payload',
  name: 'smf',
  doc: 'The services, files and method programs that a service manifest (SMF) names.',
  claims: ({ path, bytes }) => path.endsWith('.xml') && (isManifestPath(path) || mayBeXml(bytes)),
  inspect,
  page: `Looks at service manifests: files that end in \`.xml\` below \`lib/svc/manifest\` and \`var/svc/manifest\`, which the
system imports, and every other \`.xml\` file that is a \`service_bundle\`. A DOCTYPE is not asked for.

| In the manifest | Needs | How sure |
|---|---|---|
| \`<dependency grouping='require_all' type='service'>\` | each service or instance it names | certain |
| \`<dependency grouping='require_any' type='service'>\` | one of those it names | certain |
| \`<dependency grouping='optional_all'>\` | each service or file, where a known package delivers it | hint |
| \`<dependency grouping='exclude_all'>\`, or with \`delete='true'\` | nothing | |
| \`<dependency grouping='require_all' type='path'>\`, \`file://localhost/etc/x.conf\` | \`etc/x.conf\`, a file or directory, where a known package delivers it; nothing for what lies in \`var\`, \`tmp\`, \`dev\` or \`system/volatile\` | likely |
| \`<exec_method exec='/lib/svc/method/x start %m'>\` | \`lib/svc/method/x\`; outside of \`lib\`, \`sbin\` and \`usr\` only likely | certain |
| \`<exec_method exec='A=b /usr/lib/x && y'>\`: with more for the shell to do | the first program, \`usr/lib/x\` | likely |
| \`<exec_method exec='/sbin/sh -c "/usr/lib/x y"'>\` | the shell, and \`usr/lib/x\`, which is likely | certain |
| \`:true\`, \`:kill\`, a program without its full path, or with \`%{property}\`, \`$\` or \`@\` in it | nothing | |
| \`<method_credential user='webservd' group='webservd'/>\` | the user and the groups, unless every system has them | likely |
| \`<restarter>\` of a service or an instance, for instance \`svc:/network/inetd:default\` | that instance | certain |

A dependency or method of an instance replaces the one of its service with the same name, as in \`svc.startd\`.
A service that the manifest gives no instance does not run by itself, so that its needs are likely at most. A name
without \`svc:\`, which SMF accepts too, is likely. In a directory such as \`opt/x/lib/svc/manifest\`, which
something else has to import, needs are likely at most; anywhere else (documentation, examples) they are hints, where a
known package delivers them.

Profiles (\`type='profile'\`) and archives of repositories have no needs.

## Who delivers a service

The manifest itself delivers its services and instances: other packages of the workspace find them there, and in
\`set name=org.opensolaris.smf.fmri\`, which \`pkgdepend\` writes and which published packages have. A service is
delivered by whoever delivers one of its instances. Packages of a repository that were published without that
\`set\` deliver no service that anyone can know of without fetching their files: declare a dependency on them by hand,
and suppress the finding in \`packwright.yaml\`. \`pkg.depend.bypass-generate\` is about files and has no
effect on services.

## What is wrong with a manifest

Reported as \`faulty\`, at its place: XML that is broken (in a directory of manifests, or with the DOCTYPE of a
service bundle), names and groupings that are none, a file of more than 4 MiB, elements more than 100 deep or more
than 100,000. Nothing is fetched or expanded: entities of the document's own are reported, and what they stand in is left
out; XInclude in a manifest is reported and not followed.

## Beside pkgdepend

\`pkgdepend generate\` follows \`require_all\` dependencies on services alone, and finds the manifests of other packages
on the build machine. It says nothing of a manifest that is broken or has no DOCTYPE.

Switch the catcher off with \`catchers: { smf: off }\` in \`packwright.yaml\`.`,
};

/** True in a directory whose manifests the system imports when it boots, or a package is installed. */
export function isManifestPath(path: string): boolean {
  return IMPORTED.test(path) && path.endsWith('.xml');
}

const IMPORTED = /^(?:lib|var)\/svc\/manifest\//;
const ELSEWHERE = /\/svc\/manifest\//;

function mayBeXml(bytes: Uint8Array): boolean {
  let at = MARKS.find(mark => mark.every((byte, index) => bytes[index] === byte))?.length ?? 0;
  // UTF-16 has a NUL beside each ASCII character.
  while (at < bytes.length && BLANKS.has(bytes[at]!)) at++;
  return bytes[at] === LESS_THAN;
}

const LESS_THAN = 0x3c;
const BLANKS: ReadonlySet<number> = new Set([0, 0x20, 0x09, 0x0a, 0x0d]);
const MARKS: readonly (readonly number[])[] = [
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xfe, 0xff],
];

/** Bytes of another XML file in which a bundle must say that it is one: comments and licences come first. */
const HEAD = 16 * 1024;

function inspect(file: Payload, options: CatcherOptions): Caught {
  const { bundle, faults } = read(file);
  // What a profile or an archive names is there already, or is not missed.
  if (bundle?.type !== 'manifest') return { dependencies: [], faults };
  const needs = needsOfBundle(bundle, file.path, ceilingOf(file.path), options);
  return { ...needs, faults: [...faults, ...needs.faults] };
}

/**
 * The services and instances that a service manifest brings, as needs name them; none where it cannot be read.
 * `path` is where it is installed.
 */
export function providesOfManifest(file: ManifestFile): ReadonlySet<Need> {
  const { bundle } = read(file);
  return bundle?.type === 'manifest' ? providesOf(bundle) : new Set();
}

type ManifestFile = ByteSource & { readonly path: string };

function read(file: ManifestFile): NonNullable<SmfReading> {
  const elsewhere = ceilingOf(file.path) === 'hint';
  if (elsewhere && !BUNDLE.test(xmlText(file.read(0, HEAD)))) return NOTHING;
  if (file.size > XML_LIMIT) return TOO_LARGE;
  const text = xmlText(file.read(0, file.size));
  const reading = readSmf(text) ?? NOTHING;
  return reading.bundle || !elsewhere || DOCTYPE.test(text) ? reading : NOTHING;
}

function ceilingOf(path: string): Confidence {
  if (isManifestPath(path)) return 'certain';
  return ELSEWHERE.test(path) ? 'likely' : 'hint';
}

const BUNDLE = /service_bundle/;
const DOCTYPE = /<!DOCTYPE\s+service_bundle\s/;

const NOTHING: NonNullable<SmfReading> = { faults: [] };

const TOO_LARGE = {
  faults: [
    {
      message: `The service manifest is larger than ${XML_LIMIT >> 20} MiB and is not read; check that it was built right`,
    },
  ],
};
