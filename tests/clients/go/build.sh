#!/usr/bin/env bash
# Builds the Go client of the acceptance tests from client-go as Debian has it: in its source of Kubernetes. Says where the program
# is. What was built once is kept.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/grainhouse-go-client
program=$cache/go-client-$(cat "$here"/*.go | sha256sum | cut -c1-16)

if [ ! -x "$program" ]; then
  source=$("$here/../../peers/kubernetes/source.sh")
  mkdir -p "$cache/path/src/k8s.io" "$cache/path/src/go-client"
  for folder in "$source"/vendor/*/; do
    name=$(basename "$folder")
    [ "$name" = k8s.io ] || ln -sfn "$folder" "$cache/path/src/$name"
  done
  for folder in "$source"/vendor/k8s.io/*/ "$source"/staging/src/k8s.io/*/; do
    ln -sfn "${folder%/}" "$cache/path/src/k8s.io/$(basename "$folder")"
  done

  cp "$here"/*.go "$cache/path/src/go-client/"
  (cd "$cache/path/src/go-client" && GOPATH=$cache/path GO111MODULE=off go build -ldflags '-s -w' -o "$program" .)
fi

echo "$program"
