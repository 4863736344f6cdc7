import { checks } from '../support/check.ts';

const catchers = `
-- settings --
catchers: { script: off, elf: off, directory: off, user-group: off, symlink: off }
`;

const greeter = `
-- proto/usr/share/lib/java/greeter.jar (from=test/data/java/greeter.jar mode=0444) --
`;

suite('check: java', () => {
  test('the release, the class path, and what is in no jar of the package', () =>
    checks(
      `
-- manifest --
file path=usr/share/lib/java/greeter.jar mode=0444
# ^^^^ undeclared: needs Java 17, which runtime/java/openjdk17 or runtime/java/openjdk21 delivers
# ^^^^ undelivered: needs lib/texts.jar, which no known package delivers
# ^^^^ undelivered: needs a%20directory/, which no known package delivers
# ^^^^ undelivered: needs file:/usr/share/lib/java/x.jar, which no known package delivers
# ^^^^ undelivered: needs module org.example.texts, which nothing in this package brings
# ^^^^ undelivered: needs class org.example.gone.Seen, class org.example.gone.Gone, which nothing in this package brings
# ^^^^ undelivered: needs class org.example.texts.Texts, class org.example.texts.Plain, which nothing in this package brings
${greeter}
-- repo/runtime/java/openjdk8 --
file path=usr/jdk/instances/openjdk1.8.0/bin/java
link path=usr/bin/java target=../jdk/instances/openjdk1.8.0/bin/java mediator=java mediator-version=8
-- repo/runtime/java/openjdk17 --
file path=usr/jdk/instances/openjdk17.0.9/bin/java
link path=usr/jdk/openjdk17 target=instances/openjdk17.0.9
link path=usr/bin/java target=../jdk/instances/openjdk17.0.9/bin/java mediator=java mediator-version=17
-- repo/runtime/java/openjdk21 --
file path=opt/odd/place/bin/java
link path=usr/bin/java target=../../opt/odd/place/bin/java mediator=java mediator-version=21
${catchers}`,
      { severities: ['warning', 'warning', 'warning', 'warning', 'hint', 'hint', 'hint'] },
    ));

  test('jars of the same package bring classes and modules', () =>
    checks(`
-- manifest --
depend type=require fmri=runtime/java/openjdk21
file path=usr/share/lib/java/greeter.jar mode=0444
# ^^^^ undelivered: needs class org.example.gone.Seen, class org.example.gone.Gone, which nothing in this package brings
file path=usr/share/lib/java/lib/texts.jar mode=0444
file some path="usr/share/lib/java/a directory/some" mode=0444
depend type=require fmri=x
${greeter}
-- proto/usr/share/lib/java/lib/texts.jar (from=test/data/java/texts.jar mode=0444) --
-- proto/some (mode=0444) --
-- repo/runtime/java/openjdk21 --
file path=usr/lib/jvm/jre-21-headless/bin/java
-- repo/x --
file path=usr/share/lib/java/x.jar
${catchers}`));

  test('a Java that is too old does not satisfy, and a package with a JDK satisfies itself', () =>
    checks(`
-- manifest --
depend type=require fmri=runtime/java/openjdk11
file path=usr/share/lib/java/lib/texts.jar mode=0444
# ^^^^ undelivered: needs Java 17, which no known package delivers
-- proto/usr/share/lib/java/lib/texts.jar (from=test/data/java/texts.jar mode=0444) --
-- repo/runtime/java/openjdk11 --
file path=usr/jdk/instances/openjdk11.0/bin/java
link path=usr/bin/java target=../jdk/instances/openjdk11.0/bin/java mediator=java mediator-version=11
${catchers}`).then(() =>
      checks(`
-- manifest --
file path=usr/jdk/instances/openjdk17.0.9/bin/java mode=0555
file path=usr/jdk/instances/openjdk17.0.9/lib/texts.jar mode=0444
-- proto/usr/jdk/instances/openjdk17.0.9/bin/java --
-- proto/usr/jdk/instances/openjdk17.0.9/lib/texts.jar (from=test/data/java/texts.jar mode=0444) --
-- repo/x --
${catchers}`),
    ));

  test('who ignores every launcher ignores the release', () =>
    checks(`
-- manifest --
file path=usr/share/lib/java/texts.jar mode=0444 pkg.depend.bypass-generate=.*/bin/java
-- proto/usr/share/lib/java/texts.jar (from=test/data/java/texts.jar mode=0444) --
-- repo/runtime/java/openjdk17 --
file path=usr/jdk/instances/openjdk17.0/bin/java
${catchers}`));
});
