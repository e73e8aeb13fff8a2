#!/bin/sh
# Makes a folder of programs that run the PostgreSQL lying in another system's
# root folder, such as one made by debootstrap, without entering that root: by
# its own loader with its own libraries. So it needs no rights and no mounts,
# and the data stays where it is.
#
#   programs-of-root.sh ROOT TARGET   prints the folder, a value for GORMANGO_PG_BIN
#
# TARGET is created or filled anew; the user that PostgreSQL runs as must be
# able to enter TARGET and ROOT.
set -eu
root=$(cd "$1" && pwd) target=$2
bin=
for dir in "$root"/usr/lib/postgresql/*/bin; do
	[ -x "$dir/postgres" ] && bin=$dir
done
[ -n "$bin" ] || { echo "programs-of-root.sh: no PostgreSQL in $root/usr/lib/postgresql" >&2; exit 1; }
loader=
for file in "$root"/lib64/ld-linux-*.so.? "$root"/lib/ld-linux-*.so.?; do
	[ -x "$file" ] && loader=$file && break
done
[ -n "$loader" ] || { echo "programs-of-root.sh: no loader in $root/lib64 or $root/lib" >&2; exit 1; }
libraries=
for dir in "$root"/usr/local/lib/*-linux-gnu* "$root"/usr/lib/*-linux-gnu* "$root"/lib/*-linux-gnu* "$root"/usr/lib; do
	[ -d "$dir" ] && libraries=${libraries:+$libraries:}$dir
done
version=${bin%/bin} version=${version##*/}

# PostgreSQL finds its share and lib from the place of its program, so the
# layout is that of the root.
mkdir -p "$target"
target=$(cd "$target" && pwd)
prefix=$target/usr/lib/postgresql/$version
rm -rf "$target/usr"
mkdir -p "$prefix/bin" "$target/usr/share"
ln -s "$root/usr/lib/postgresql/$version/lib" "$prefix/lib"
ln -s "$root/usr/share/postgresql" "$target/usr/share/postgresql"
for program in "$bin"/*; do
	name=${program##*/}
	cat >"$prefix/bin/$name" <<END
#!/bin/sh
exec '$loader' --library-path '$libraries' --argv0 '$prefix/bin/$name' '$program' "\$@"
END
done
chmod 755 "$target" "$target/usr" "$target/usr/lib" "$target/usr/lib/postgresql" "$prefix" "$prefix/bin" "$prefix/bin"/*
chmod 755 "$target/usr/share"
echo "$prefix/bin"
