#!/usr/bin/env bash
# Builds kube-apiserver, a peer of the benchmarks, from Debian's source of Kubernetes. Says where the program is. What was built
# once is kept. The first time takes minutes and 2 GB of memory.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=${XDG_CACHE_HOME:-$HOME/.cache}/grainhouse-kubernetes/kube-apiserver

if [ ! -x "$program" ]; then
  cd "$("$here/source.sh")"
  export GOPATH=${PWD%/src/k8s.io/kubernetes} GO111MODULE=off CGO_ENABLED=0
  version=$(ls "$("$here/../../debian-source.sh" kubernetes)"/kubernetes_*.orig.tar.* | sed -E 's/.*(_|really)([0-9.]+)\.orig\..*/v\2/')

  # The one file that the source is without: Kubernetes' own makefile makes it before it builds, from all packages with this mark.
  generated=pkg/generated/openapi/zz_generated.openapi.go
  if [ ! -e "$generated" ]; then
    go build -o "$GOPATH/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
    marked=$(grep -rl --include='*.go' '^// *+k8s:openapi-gen=' cmd pkg plugin staging/src | grep -v -e /code-generator/ -e /sample-apiserver/ -e _test.go)
    packages=$(xargs -n1 dirname <<<"$marked" | sed 's|^staging/src|vendor|; s|^|k8s.io/kubernetes/|' | LC_ALL=C sort -u | paste -sd,)
    "$GOPATH/openapi-gen" -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
      -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$GOPATH/violations" >&2
  fi

  symbols=k8s.io/kubernetes/vendor/k8s.io/component-base/version
  go build -ldflags "-s -w -X $symbols.gitVersion=$version -X $symbols.gitMajor=1 -X $symbols.gitMinor=$(cut -d. -f2 <<<"$version")" \
    -o "$program.new" ./cmd/kube-apiserver
  mv "$program.new" "$program"
fi

echo "$program"
