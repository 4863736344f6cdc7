#!/bin/sh
# A double of bmake for tests: the targets of a pkgsrc package directory, with pkgsrc's texts.
# A Makefile is lines of VAR=VALUE and VAR?=VALUE; ${VAR} in a value is looked up when it is used. What a build makes
# lies beside it: double/NAME-VERSION.tgz, and the commands that its steps show in double/extract, build, install.
prefix='@prefix@'
database='@database@'
wanted=
assigned=
shown=

name_of_program=bmake

stopped() {
  echo "*** Error code 1"
  echo
  echo "Stop."
  echo "bmake$1: stopped in $directory"
}

fail() {
  level=$1
  while [ "$level" -gt 0 ]; do
    stopped "[$level]"
    level=$((level - 1))
  done
  stopped ''
  exit 1
}

value_of() {
  for assignment in $assigned; do
    [ "${assignment%%=*}" = "$1" ] && { echo "${assignment#*=}"; return; }
  done
  raw=$(cat Makefile "${MAKECONF:-$prefix/etc/mk.conf}" 2>/dev/null | sed -n "s/^$1?*=[[:space:]]*//p" | tail -n 1)
  case $1:$raw in
    WRKOBJDIR: | PACKAGES:) raw=$directory/work ;;
    WRKDIR:) raw='${WRKOBJDIR}/${PKGPATH}/wrk' ;;
    PKGNAME:) raw='${DISTNAME}' ;;
    PREFIX:) raw=$prefix ;;
    PKGPATH:) raw=$(cd .. && basename "$PWD")/$(basename "$directory") ;;
  esac
  expand "$raw" "$1"
}

expand() {
  text=$1
  case $text in
    *'${'*'}'*)
      before=${text%%'${'*}
      rest=${text#*'${'}
      (expand "$before$(value_of "${rest%%\}*}")${rest#*\}}")
      ;;
    *) printf '%s\n' "$text" ;;
  esac
}

package_name() {
  revision=$(value_of PKGREVISION)
  echo "$(value_of PKGNAME)${revision:+nb$revision}"
}

lines_of() {
  [ -f "double/$1" ] && while IFS= read -r line; do expand "$line"; done <"double/$1"
}

need_list() {
  [ -f "$database/pkg-vulnerabilities" ] && return
  echo "WARNING: No $database/pkg-vulnerabilities file found." >&2
  echo "WARNING: To fix run: \`$prefix/sbin/pkg_admin -K $database fetch-pkg-vulnerabilities'." >&2
}

umask_warning() {
  [ "$(umask)" = 0022 ] && return
  echo "WARNING: Your umask is \`\`$(umask)''." >&2
  echo "WARNING: If this is not desired, set it to an appropriate value (022) and install" >&2
  echo "WARNING: this package again by \`\`$prefix/bin/bmake deinstall reinstall''." >&2
}

# Everything up to a binary package; $1 is how deep in makes a failure is.
build() {
  name=$(package_name)
  work=$(value_of WRKDIR)
  [ -f "$work/.packages/$name.tgz" ] && return
  [ -n "$(value_of LICENSE)" ] || echo "WARNING: [license.mk] Every package should define a LICENSE."
  need_list
  echo "===> Skipping vulnerability checks."
  echo "===> Installing dependencies for $name"
  echo "===> Overriding tools for $name"
  echo "===> Extracting for $name"
  mkdir -p "$work" || fail "$1"
  lines_of extract
  echo "===> Patching for $name"
  echo "===> Creating toolchain wrappers for $name"
  if [ -f double/build ]; then
    echo "===> Building for $name"
    if [ -n "$(value_of BREAK)" ]; then
      echo false
      fail "$1"
    fi
    lines_of build
    echo "=> Unwrapping files-to-be-installed."
  fi
  echo "===> Installing for $name"
  echo "=> Generating pre-install file lists"
  echo "=> Creating installation directories"
  umask_warning
  lines_of install
  echo "=> Automatic manual page handling"
  echo "=> Generating post-install file lists"
  echo "=> Checking file-check results for $name"
  echo "=> Checking for non-existent script interpreters in $name"
  echo "=> Checking for missing run-time search paths in $name"
  echo "=> Checking for work-directory references in $name"
  echo "=> Creating binary package $work/.packages/$name.tgz"
  mkdir -p "$work/.packages" && cp "double/$name.tgz" "$work/.packages/" || fail "$1"
}

package() {
  packages=$(value_of PACKAGES)
  echo "===> Building binary package for $name"
  echo "=> Creating binary package $packages/All/$name.tgz"
  mkdir -p "$packages/All" && cp "$work/.packages/$name.tgz" "$packages/All/" || fail "$1"
}

add() {
  "$prefix/sbin/pkg_add" -K "$database" "$@" "$work/.packages/$name.tgz"
}

# The tools know what each dependent said about the package; replacing it makes that unsafe.
replace() {
  echo "===> Replacing for $name"
  echo "===> Updating using binary package of $name"
  echo "$prefix/sbin/pkg_add -K $database -U -D $work/.packages/$name.tgz"
  dependents=$(cat "$database/$("$prefix/sbin/pkg_info" -E "${name%-*}")/+REQUIRED_BY" 2>/dev/null)
  add -U -D || fail 1
  for dependent in $dependents; do
    "$prefix/sbin/pkg_admin" set unsafe_depends_strict=YES "$dependent"
    "$prefix/sbin/pkg_admin" set unsafe_depends=YES "$dependent"
  done
}

# Removes first and builds afterwards: the reason why nobody should use it.
update() {
  name=$(package_name)
  need_list
  echo "===> Skipping vulnerability checks."
  old=$("$prefix/sbin/pkg_info" -E "${name%-*}") && {
    echo "===> Deinstalling for $name"
    echo "Running $prefix/sbin/pkg_delete -K $database -r $old"
    "$prefix/sbin/pkg_delete" -K "$database" -r "$old" || fail 1
  }
  build 2
  add || fail 2
}

target() {
  case $1 in
    clean)
      echo "===> Cleaning for $(package_name)"
      rm -rf "$(value_of WRKDIR)"
      ;;
    show-var) value_of "$(value_of VARNAME)" ;;
    show-depends)
      kind=$(value_of VARNAME)
      for dependency in $(value_of "${kind:-DEPENDS}"); do echo "$dependency"; done | sort -u
      ;;
    package) build 1 && package 1 ;;
    package-install | install | '')
      build 2
      [ "$1" = package-install ] && package 2
      echo "===> Installing binary package of $name"
      add || fail 2
      ;;
    replace) build 1 && package 1 && replace ;;
    update) update ;;
    *)
      echo "$name_of_program: don't know how to make $1. Stop" >&2
      echo >&2
      echo "$name_of_program: stopped in $directory" >&2
      exit 2
      ;;
  esac
}

directory=$PWD
while [ $# -gt 0 ]; do
  case $1 in
    -C) shift && cd "$1" && directory=$PWD || exit 2 ;;
    -f) shift ;;
    -V) shift && shown="$shown $1" ;;
    VARNAMES=*) names=${1#*=} ;;
    *=*) assigned="$assigned $1" ;;
    *) wanted="$wanted $1" ;;
  esac
  shift
done
if [ ! -f "$prefix/share/mk/sys.mk" ]; then
  printf 'bmake: no system rules (sys.mk).\n\nbmake: stopped in %s\n' "$directory"
  exit 2
fi
for variable in $shown; do value_of "$variable"; done
[ -n "$shown" ] && exit 0
for goal in ${wanted:-install}; do
  if [ "$goal" = show-vars ]; then
    for variable in $names; do value_of "$variable"; done
  else
    target "$goal"
  fi
done
