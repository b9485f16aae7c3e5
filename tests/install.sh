#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Completion in the shells that are there, and the installation. install.sh BUILD
# Ends with "N passed, N failed, N skipped".
set -u

build=$(cd "$1" && pwd)
files=$build/completions
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH="$build:$PATH" HOME="$work"
passed=0 failed=0 skipped=0

# expect NAME COMMAND...
expect() {
	local name=$1
	shift
	if "$@" >"$work/why" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $name"
		head -n 10 "$work/why"
	fi
}

# bash_completes WANTED WORD...: it is among what the last word becomes.
bash_completes() {
	local wanted=$1
	shift
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
	"_${1//-/_}"
	printf '%s\n' "${COMPREPLY[@]}" | tee "$work/seen" | grep -qxF -- "$wanted"
}

# fish_completes WANTED LINE
fish_completes() {
	fish -c "source $files/fdpass-replay.fish; source $files/fdpass-record.fish
		complete -C '$2'" | cut -f 1 | grep -qxF -- "$1"
}

for tool in record replay; do
	for option in $("$build/fdpass-$tool" --help | grep -oE -- '--[a-z][a-z-]+' | sort -u); do
		for file in fdpass-$tool.bash _fdpass-$tool fdpass-$tool.fish; do
			expect "$file knows $option" \
				grep -qE -- "(--|-l )${option#--}([^a-z-]|$)" "$files/$file"
		done
	done
	# shellcheck source=/dev/null
	. "$files/fdpass-$tool.bash"
done
expect "bash: an option" bash_completes --columns fdpass-replay --col
expect "bash: a view" bash_completes chains fdpass-replay --view ch
expect "bash: a view behind =" bash_completes chains fdpass-replay --view = ch
expect "bash: a column" bash_completes from.comm fdpass-replay --columns from.c
expect "bash: a column of the view" \
	bash_completes depth fdpass-replay --view chains --columns dep
expect "bash: a second column" \
	bash_completes time,from.comm fdpass-replay --columns time,from.c
expect "bash: a rule" bash_completes no-truncated fdpass-replay --check no-tr
expect "bash: a backend" bash_completes kprobe fdpass-record --backend k
expect "bash: an event of several" \
	bash_completes failed,truncated fdpass-record --dump-on failed,tr
expect "bash: a command" bash_completes true fdpass-record -- tru
touch "$work/--backend"
bash_files() (cd "$work" && bash_completes "$@")
expect "bash: an argument of the command" \
	bash_files --backend fdpass-record -q -- true --ba
expect "bash: which is no option of ours" sh -c '! grep -qx -e --duration "$1"' - "$work/seen"
expect "bash: a file behind --" bash_files --backend fdpass-replay -- --ba
expect "bash: which is no option" sh -c '[ "$(wc -l <"$1")" = 1 ]' - "$work/seen"

if command -v fish >/dev/null; then
	for file in "$files"/*.fish; do
		expect "fish reads $(basename "$file")" fish -n "$file"
	done
	expect "fish: an option" fish_completes --columns 'fdpass-replay --col'
	expect "fish: a view" fish_completes chains 'fdpass-replay --view ch'
	expect "fish: a column of the view" \
		fish_completes depth 'fdpass-replay --view chains --columns dep'
	expect "fish: a second column" \
		fish_completes time,from.comm 'fdpass-replay --columns time,from.c'
	expect "fish: a command" fish_completes true 'fdpass-record -q -- tru'
	expect "fish: an argument of the command" \
		fish_completes --backend 'fdpass-record -- fdpass-record --bac'
	expect "fish: a backend" fish_completes kprobe 'fdpass-record --backend k'
else
	skipped=$((skipped + 1))
fi

# zsh_completes WANTED LINE: a shell in a terminal of its own, and a tab.
zsh_completes() {
	zsh -fc '
		zmodload zsh/zpty
		zpty shell zsh -fi
		zpty -w shell "PS1=; fpath=($1 \$fpath); autoload -U compinit; compinit -u -D"
		zpty -w shell "LISTMAX=9999; setopt noautomenu nobeep; echo read''y"
		zpty -rm shell text "*ready*"
		zpty -wn shell "$3"$'"'\t\t'"'
		timeout=50
		all=
		while ((timeout--)); do
			while zpty -rt shell text; do all+=$text; done
			[[ $all == *"$2"* ]] && exit 0
			sleep 0.1
		done
		print -r -- "$all"
		exit 1' - "$files" "$1" "$2"
}

if command -v zsh >/dev/null; then
	for file in "$files"/_*; do
		expect "zsh reads $(basename "$file")" zsh -n "$file"
	done
	expect "zsh: an option" zsh_completes -columns 'fdpass-replay --colu'
	expect "zsh: a view" zsh_completes transfers 'fdpass-replay --view tra'
	expect "zsh: a column of the view" \
		zsh_completes depth 'fdpass-replay --view chains --columns dep'
	expect "zsh: a command" zsh_completes truncate 'fdpass-record -q -- trunc'
	expect "zsh: an argument of the command" \
		zsh_completes -backend 'fdpass-record -- fdpass-record --backe'
	expect "zsh: a backend" zsh_completes kprobe 'fdpass-record --backend k'
else
	skipped=$((skipped + 1))
fi

install() {
	${MAKE:-make} --no-print-directory "$1" DESTDIR="$work/root" PREFIX=/usr
}

expect "it is installed" install install
expect "and runs from there" "$work/root/usr/bin/fdpass-replay" --version
expect "the unit names the place" \
	grep -q '^ExecStart=.*/usr/bin/fdpass-record' \
	"$work/root/usr/lib/systemd/system/fdpass-record.service"
expect "everything is there" test "$(cd "$work/root" && find . -type f | sort | tr '\n' ' ')" \
	= "./usr/bin/fdpass-record ./usr/bin/fdpass-replay \
./usr/lib/systemd/system/fdpass-record.service \
./usr/share/bash-completion/completions/fdpass-record \
./usr/share/bash-completion/completions/fdpass-replay \
./usr/share/fish/vendor_completions.d/fdpass-record.fish \
./usr/share/fish/vendor_completions.d/fdpass-replay.fish \
./usr/share/man/man1/fdpass-record.1 ./usr/share/man/man1/fdpass-replay.1 \
./usr/share/man/man5/fdpass.5 \
./usr/share/zsh/site-functions/_fdpass-record \
./usr/share/zsh/site-functions/_fdpass-replay "
expect "programs can be executed, pages cannot" test -x "$work/root/usr/bin/fdpass-record" \
	-a ! -x "$work/root/usr/share/man/man5/fdpass.5"
expect "it is uninstalled" install uninstall
expect "and nothing is left" test -z "$(find "$work/root" -type f)"

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
