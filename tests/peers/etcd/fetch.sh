#!/usr/bin/env bash
# Fetches etcd, below kube-apiserver in the benchmarks, from its Debian package, with apt, without installing it. Says where the
# program is. What was fetched once is kept.
set -euo pipefail
cache=${XDG_CACHE_HOME:-$HOME/.cache}/grainhouse-etcd
program=$cache/usr/bin/etcd

if [ ! -x "$program" ]; then
  mkdir -p "$cache"
  (cd "$cache" && apt-get download -qq etcd-server >&2 && dpkg -x etcd-server_*.deb .)
fi

echo "$program"
