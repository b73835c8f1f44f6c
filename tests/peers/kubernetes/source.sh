#!/usr/bin/env bash
# Unpacks the source of Kubernetes as Debian has it below a GOPATH of its own, where its own tools want to find it. Says where it is.
# What was unpacked once is kept.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/grainhouse-kubernetes
source=$cache/path/src/k8s.io/kubernetes

if [ ! -d "$source" ]; then
  archive=$("$here/../../debian-source.sh" kubernetes)
  mkdir -p "$(dirname "$source")"
  # Moved into place when it is whole.
  unpacked=$(mktemp -d "$cache/unpacked-XXXXXX")
  tar xf "$archive"/kubernetes_*.orig.tar.* -C "$unpacked" --strip-components=1
  mv "$unpacked" "$source"
fi

echo "$source"
