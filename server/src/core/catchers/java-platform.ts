/**
 * Whether a class belongs to the Java platform of every release from `release` on: java.se, and the packages of the
 * JDK that programs use although they should not. The first four are whole trees.
 */
export function isOfPlatform(className: string, release: number): boolean {
  for (let at = className.indexOf('/'); at > 0; at = className.indexOf('/', at + 1)) {
    const packageName = className.slice(0, at);
    if (PLATFORM.has(packageName)) return true;
    if (release < 11 && UNTIL_10.has(packageName)) return true;
  }
  return className === 'javax/xml/XMLConstants';
}

/** Whether a module belongs to the platform. */
export function isPlatformModule(name: string): boolean {
  return name.startsWith('java.') || name.startsWith('jdk.') || name === 'oracle.desktop';
}

/** Packages with all below them, of releases 8 to 25. */
const PLATFORM: ReadonlySet<string> = new Set(
  [
    'java jdk sun netscape/javascript org/ietf/jgss org/jcp/xml/dsig org/w3c/dom org/xml/sax',
    'com/sun/accessibility com/sun/awt com/sun/beans com/sun/crypto com/sun/imageio com/sun/image/codec',
    'com/sun/jarsigner com/sun/java com/sun/java_cup com/sun/jdi com/sun/jmx com/sun/jndi com/sun/management',
    'com/sun/media/sound com/sun/naming com/sun/net com/sun/nio com/sun/org com/sun/rowset com/sun/security',
    'com/sun/source com/sun/swing com/sun/tools com/sun/tracing com/sun/xml/internal com/sun/corba',
    'javax/accessibility javax/annotation/processing javax/crypto javax/imageio javax/lang/model javax/management',
    'javax/naming javax/net javax/print javax/rmi/ssl javax/script javax/security/auth javax/security/cert',
    'javax/security/sasl javax/smartcardio javax/sound javax/sql javax/swing javax/tools javax/transaction/xa',
    'javax/xml/catalog javax/xml/crypto javax/xml/datatype javax/xml/namespace javax/xml/parsers',
    'javax/xml/stream javax/xml/transform javax/xml/validation javax/xml/xpath',
    'oracle/jrockit',
  ]
    .join(' ')
    .split(' '),
);

/** What JEP 320 took away in release 11: CORBA and the modules of Java EE. */
const UNTIL_10: ReadonlySet<string> = new Set([
  'javax/activation',
  'javax/activity',
  'javax/annotation',
  'javax/jws',
  'javax/rmi',
  'javax/transaction',
  'javax/xml/bind',
  'javax/xml/soap',
  'javax/xml/ws',
  'org/omg',
]);
