#!/usr/bin/env bash
# Fetches a source package of Debian's with apt, without being root. Says the folder with its tarballs. What was fetched once is kept.
# usage: debian-source.sh PACKAGE
set -euo pipefail
cache=${XDG_CACHE_HOME:-$HOME/.cache}/grainhouse-sources
folder=$cache/$1

if ! ls "$folder"/*.dsc >/dev/null 2>&1; then
  mkdir -p "$folder" "$cache/apt/parts" "$cache/apt/lists/partial"
  # The machine's own sources, asked for source packages instead.
  for list in /etc/apt/sources.list.d/*.sources; do sed 's/^Types: deb$/Types: deb-src/' "$list" >"$cache/apt/parts/$(basename "$list")"; done
  if [ -e /etc/apt/sources.list ]; then sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$cache/apt/parts/main.list"; fi
  options=(-qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$cache/apt/parts" -o Dir::State::lists="$cache/apt/lists")
  options+=(-o APT::Sandbox::User="$(id -un)")
  apt-get "${options[@]}" update >&2
  (cd "$folder" && apt-get "${options[@]}" source --download-only "$1" >&2)
fi

echo "$folder"
