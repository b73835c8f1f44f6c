#!/usr/bin/env bash
# Builds the Go client of the acceptance tests from client-go as Debian has it: in the source of its package kubernetes, which is
# fetched with apt. Says where the program is. What was built once is kept.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/grainhouse-go-client
program=$cache/go-client-$(cat "$here"/*.go | sha256sum | cut -c1-16)

if [ ! -x "$program" ]; then
  mkdir -p "$cache/apt/parts" "$cache/apt/lists/partial" "$cache/source" "$cache/path/src/k8s.io" "$cache/path/src/go-client"
  if ! ls "$cache"/apt/kubernetes_*.orig.tar.* >/dev/null 2>&1; then
    # The machine's own sources, asked for source packages instead.
    for list in /etc/apt/sources.list.d/*.sources; do sed 's/^Types: deb$/Types: deb-src/' "$list" >"$cache/apt/parts/$(basename "$list")"; done
    if [ -e /etc/apt/sources.list ]; then sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$cache/apt/parts/main.list"; fi
    options=(-qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$cache/apt/parts" -o Dir::State::lists="$cache/apt/lists")
    apt-get "${options[@]}" update >&2
    (cd "$cache/apt" && apt-get "${options[@]}" source --download-only kubernetes >&2)
  fi

  tar xf "$cache"/apt/kubernetes_*.orig.tar.* -C "$cache/source" --strip-components=1 --wildcards '*/staging/src/k8s.io' '*/vendor'
  for folder in "$cache"/source/vendor/*/; do
    name=$(basename "$folder")
    [ "$name" = k8s.io ] || ln -sfn "$folder" "$cache/path/src/$name"
  done
  for folder in "$cache"/source/vendor/k8s.io/*/ "$cache"/source/staging/src/k8s.io/*/; do
    ln -sfn "${folder%/}" "$cache/path/src/k8s.io/$(basename "$folder")"
  done

  cp "$here"/*.go "$cache/path/src/go-client/"
  (cd "$cache/path/src/go-client" && GOPATH=$cache/path GO111MODULE=off go build -ldflags '-s -w' -o "$program" .)
fi

echo "$program"
