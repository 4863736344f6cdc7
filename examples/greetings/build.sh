#!/bin/sh
# Builds proto/ from src/ and repo/ from repository/.
#
# The programs are linked as an illumos linker would: sonames, run paths and the interpreter are
# those of illumos, so that the checks have the real thing to read on any machine. They are looked
# at and never run. Without a C compiler for x86-64 the files already in proto/ stay.
set -eu
cd "$(dirname "$0")"

script() { # script SOURCE TARGET MODE
	mkdir -p "proto/$(dirname "$2")"
	cp -f "src/scripts/$1" "proto/$2"
	chmod "$3" "proto/$2"
}

script greet-all usr/bin/greet-all 555
script greet.sh usr/lib/greet/greet.sh 555
script greet-py usr/bin/greet-py 555
script greet-sparc usr/lib/greet/greet-sparc 555
script greetings.txt usr/share/greet/greetings.txt 444
script chime-hourly usr/bin/chime-hourly 555
script chime-quarter usr/lib/chime/quarter 555
script chime-half usr/lib/chime/half 555
script chime-py usr/bin/chime-py 555
script peal.lua usr/bin/peal 555
script toll usr/bin/toll 555
script knell usr/bin/knell 555
script carillon usr/bin/carillon 555
script tubular.sh usr/lib/bells/tubular.sh 444

CC=${CC:-cc}
machine=$("$CC" -dumpmachine 2>/dev/null || echo none)
case $machine in
x86_64-*) ;;
*)
	echo "build.sh: $CC makes no x86-64 programs ($machine): the ELF files already in proto/ stay" >&2
	machine=none
	;;
esac

if [ "$machine" != none ]; then
	objects=$(mktemp -d)
	trap 'rm -rf "$objects"' EXIT
	flags='-O1 -ffreestanding -fno-ident -fno-asynchronous-unwind-tables -fno-stack-protector
		-fcf-protection=none -nostdlib -s -Wl,--build-id=none -Wl,-z,noseparate-code
		-Wl,-z,norelro -Wl,--hash-style=sysv -Wl,--no-as-needed'
	library() { # library SONAME SOURCE TARGET FLAG...
		soname=$1 source=$2 target=$3
		shift 3
		# shellcheck disable=SC2086
		"$CC" $flags -shared -fPIC "-Wl,-soname,$soname" -o "$target" "src/$source" "$@"
	}
	program() { # program SOURCE TARGET FLAG...
		source=$1 target=$2
		shift 2
		# shellcheck disable=SC2086
		"$CC" $flags -pie -fPIE -Wl,-e,main -Wl,--dynamic-linker=/lib/amd64/ld.so.1 \
			-o "$target" "src/$source" "$@"
	}
	mkdir -p proto/usr/lib/amd64 proto/usr/bin
	library libc.so.1 standins.c "$objects/libc.so" -DLIBC
	library libbells.so.1 standins.c "$objects/libbells.so" -DLIBBELLS
	library libgreeting.so.1 libgreeting.c proto/usr/lib/amd64/libgreeting.so.1 "$objects/libc.so"
	cp proto/usr/lib/amd64/libgreeting.so.1 "$objects/libgreeting.so"
	program greet.c proto/usr/bin/greet "$objects/libgreeting.so" "$objects/libc.so"
	program chime.c proto/usr/bin/chime -Wl,-rpath,/opt/bells/lib:/usr/lib/64 -Wl,--enable-new-dtags \
		"$objects/libbells.so" "$objects/libgreeting.so" "$objects/libc.so"
	chmod 555 proto/usr/lib/amd64/libgreeting.so.1 proto/usr/bin/greet proto/usr/bin/chime
	# A program whose copy was interrupted.
	mkdir -p proto/usr/lib/bells
	rm -f proto/usr/lib/bells/cracked
	head -c 300 proto/usr/bin/chime >proto/usr/lib/bells/cracked
	chmod 555 proto/usr/lib/bells/cracked
fi

node make-repository.mjs repository repo
