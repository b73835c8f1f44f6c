#!/usr/bin/env bash
# Fetches the source of Kubernetes as Debian has it, with apt, and unpacks it below a GOPATH of its own, where its own tools want
# to find it. Says where it is. What was unpacked once is kept.
set -euo pipefail
cache=${XDG_CACHE_HOME:-$HOME/.cache}/grainhouse-kubernetes
source=$cache/path/src/k8s.io/kubernetes

if [ ! -d "$source" ]; then
  mkdir -p "$cache/apt/parts" "$cache/apt/lists/partial" "$(dirname "$source")"
  if ! ls "$cache"/apt/kubernetes_*.orig.tar.* >/dev/null 2>&1; then
    # The machine's own sources, asked for source packages instead.
    for list in /etc/apt/sources.list.d/*.sources; do sed 's/^Types: deb$/Types: deb-src/' "$list" >"$cache/apt/parts/$(basename "$list")"; done
    if [ -e /etc/apt/sources.list ]; then sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$cache/apt/parts/main.list"; fi
    options=(-qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$cache/apt/parts" -o Dir::State::lists="$cache/apt/lists")
    apt-get "${options[@]}" update >&2
    (cd "$cache/apt" && apt-get "${options[@]}" source --download-only kubernetes >&2)
  fi

  # Moved into place when it is whole.
  unpacked=$(mktemp -d "$cache/unpacked-XXXXXX")
  tar xf "$cache"/apt/kubernetes_*.orig.tar.* -C "$unpacked" --strip-components=1
  mv "$unpacked" "$source"
fi

echo "$source"
