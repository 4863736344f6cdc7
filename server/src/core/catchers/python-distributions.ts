import { illumosEnvironment } from '../formats/dist-marker.ts';
import { type RequiredDistribution, readMetadata, readRequires } from '../formats/dist-metadata.ts';
import { printable } from '../formats/printable.ts';
import type { Caught, ImplicitDependency, Payload } from '../model.ts';
import { dirname } from '../paths.ts';
import { moduleCandidates, type PythonVersion, pythonDirectories, versionOfPath } from './python-paths.ts';

/** True for the files in which an installed distribution says what it requires. */
export function isMetadata(path: string): boolean {
  return METADATA.test(path);
}

const METADATA = /\.dist-info\/METADATA$|\.egg-info\/(?:PKG-INFO|requires\.txt)$|[^/]\.egg-info$/;

/**
 * What an installed distribution requires, by its metadata: the import package of each distribution, since the
 * version in the name of its metadata directory is not known. Nothing where no version of Python is known.
 */
export function distributionNeeds(file: Payload): Caught {
  const version = versionOfPath(file.path);
  if (!version) return { dependencies: [], faults: [] };
  const bytes = file.read(0, Math.min(file.size, MOST_BYTES));
  const text = new TextDecoder().decode(bytes);
  const read = file.path.endsWith('/requires.txt') ? readRequires : readMetadata;
  const needs = read(text, illumosEnvironment(version)).map(one => needOf(one, file, version));
  return { dependencies: needs, faults: [] };
}

/** Bytes of a metadata file that are read; what is required stands before the description. */
const MOST_BYTES = 1024 * 1024;

function needOf(one: RequiredDistribution, file: Payload, version: PythonVersion): ImplicitDependency {
  const known = IMPORT_NAMES.get(one.normalised);
  const names = known ?? guessedNames(one);
  const directories = directoriesOf(file.path, version);
  const anyOf = [...new Set(names.flatMap(name => moduleCandidates(name, false, version, directories)))];
  return {
    catcher: 'python',
    neededBy: file.path,
    at: one.at,
    what: one.name,
    because: `Requires-Dist: ${printable(one.text)}`,
    anyOf,
    confidence: one.unsure ? 'hint' : 'likely',
    // A guessed name may be wrong, and what nobody delivers under it may be delivered under another.
    ...((one.unsure || known === undefined) && { unmet: 'nothing' }),
  };
}

/** The import package has the distribution's name mostly, `-` as `_`; `zope.interface` is one in a namespace. */
function guessedNames({ name, normalised }: RequiredDistribution): readonly string[] {
  const plain = normalised.replaceAll('-', '_');
  const dotted = name.includes('.') ? [name.toLowerCase().replaceAll('-', '_')] : [];
  const short = /^python-(.+)$/.exec(normalised)?.[1];
  const written = name.replace(/[-.]/g, '_');
  return [
    ...new Set([plain, written, ...dotted, ...(short === undefined ? [] : [short.replaceAll('-', '_')])]),
  ];
}

/** The directory in which the metadata lies comes first. */
function directoriesOf(path: string, version: PythonVersion): readonly string[] {
  const own = dirname(dirname(path));
  const prefix = own.slice(0, Math.max(own.indexOf('/lib/'), 0)) || 'usr';
  return [...new Set([own, ...pythonDirectories(version, prefix), ...pythonDirectories(version)])];
}

/** Distributions that are imported under another name. */
const IMPORT_NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  [
    'attrs attr attrs',
    'babel babel',
    'beautifulsoup4 bs4',
    'biopython Bio',
    'cheetah3 Cheetah',
    'cython Cython cython',
    'dbus-python dbus',
    'distribute setuptools',
    'dnspython dns',
    'docopt-ng docopt',
    'enum34 enum',
    'gitpython git',
    'importlib-metadata importlib_metadata',
    'jinja2 jinja2',
    'kerberos kerberos',
    'mako mako',
    'markupsafe markupsafe',
    'mysqlclient MySQLdb',
    'numpy numpy',
    'opencv-python cv2',
    'paste paste',
    'pastedeploy paste.deploy',
    'pillow PIL',
    'protobuf google.protobuf',
    'psycopg2-binary psycopg2',
    'pycairo cairo',
    'pycrypto Crypto',
    'pycryptodome Crypto',
    'pycurl pycurl',
    'pygments pygments',
    'pygobject gi',
    'pyjwt jwt',
    'pymysql pymysql',
    'pynacl nacl',
    'pyopenssl OpenSSL',
    'pyparsing pyparsing',
    'pyserial serial',
    'pysocks socks',
    'python-daemon daemon',
    'python-dateutil dateutil',
    'python-ldap ldap',
    'python-magic magic',
    'python-memcached memcache',
    'pytz pytz',
    'pyxdg xdg',
    'pyyaml yaml',
    'pyzmq zmq',
    'requests requests',
    'ruamel-yaml ruamel.yaml',
    'scikit-image skimage',
    'scikit-learn sklearn',
    'setuptools setuptools',
    'setuptools-scm setuptools_scm',
    'six six',
    'sqlalchemy sqlalchemy',
    'typing-extensions typing_extensions',
    'urllib3 urllib3',
    'webob webob',
    'websocket-client websocket',
    'werkzeug werkzeug',
    'zope-interface zope.interface',
  ].map(line => {
    const [name, ...imported] = line.split(' ');
    return [name!, imported] as const;
  }),
);
