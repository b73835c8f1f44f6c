#!/usr/bin/env bash
# Builds Debian's Prometheus with its discovery of Kubernetes, which Debian leaves out: Prometheus from the source of Debian's package
# prometheus with Debian's patches, its libraries from Debian's packages, and client-go from the source of Debian's package kubernetes.
# Nothing is installed. Says where the program is. What was built once is kept.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/grainhouse-prometheus
program=$cache/prometheus-$(cat "$here/build.sh" | sha256sum | cut -c1-16)
work=$cache/work
path=$work/path
prometheus=$path/src/github.com/prometheus/prometheus
kubernetes=$path/src/k8s.io

unpack_prometheus() {
  local folder
  folder=$("$here/../../debian-source.sh" prometheus)
  mkdir -p "$prometheus"
  tar xf "$folder"/prometheus_*.orig.tar.* -C "$prometheus" --strip-components=1
  tar xf "$folder"/prometheus_*.debian.tar.* -C "$prometheus"
  (cd "$prometheus" && while read -r name; do patch -p1 -s -i "debian/patches/$name"; done <debian/patches/series)
}

# Libraries as Debian builds it with, without those of other clouds' discoveries, as packages that are unpacked and not installed.
unpack_libraries() {
  local clouds='azure|digitalocean|docker|dgryski|genproto|gophercloud|google-api|google-grpc|grpc|hetzner|ionos|kolo|linode|oauth2-google|opentracing|ovh|pprof|scaleway|vultr|zookeeper'
  local wanted
  mkdir -p "$work/packages"
  wanted=$(grep -oE 'golang-[^ ,]+-dev' "$prometheus/debian/control" | grep -vE "$clouds")
  # As if nothing was installed here, so that all that they depend on is named.
  # shellcheck disable=SC2086
  wanted=$(apt-get install --simulate --no-install-recommends -qq -o Dir::State::status=/dev/null $wanted | sed -nE 's/^Inst (golang-[^ ]+-dev) .*/\1/p')
  # shellcheck disable=SC2086
  (cd "$work/packages" && apt-get download -qq -o APT::Sandbox::User="$(id -un)" $wanted >&2)
  for package in "$work"/packages/*.deb; do dpkg -x "$package" "$work/libraries"; done
}

# client-go has libraries of its own versions beneath it, where Go looks for them first.
unpack_client() {
  local source
  source=$("$here/../../peers/kubernetes/source.sh")
  mkdir -p "$kubernetes"
  cp -a "$source"/staging/src/k8s.io/{api,apimachinery,client-go} "$source/vendor" "$kubernetes"
  find "$kubernetes/vendor/k8s.io" -type l -delete
}

# Debian's client-go is older than discovery.k8s.io/v1: that is v1beta1 with topology renamed, and fields that Prometheus does not read.
add_discovery_v1() {
  local types=$kubernetes/api/discovery client=$kubernetes/client-go/kubernetes
  cp -r "$types/v1beta1" "$types/v1"
  sed -i -e 's/v1beta1/v1/g' -e 's/\bTopology\b/DeprecatedTopology/g' -e 's/json:"topology,/json:"deprecatedTopology,/' "$types"/v1/*.go

  cp -r "$client/typed/discovery/v1beta1" "$client/typed/discovery/v1"
  sed -i -e 's/^package v1beta1/package v1/' -e 's#/discovery/v1beta1"#/discovery/v1"#' -e 's/V1beta1/V1/g' "$client"/typed/discovery/v1/*.go

  # In the client and the scheme: beside each line on v1beta1 the same on v1, and the one function of several lines.
  sed -i -E -e '/^(func|\/\/)|return/b' -e '/discoveryv1beta1/{p; s/([vV]1)beta1/\1/g}' "$client/clientset.go" "$client/scheme/register.go"
  echo 'func (c *Clientset) DiscoveryV1() discoveryv1.DiscoveryV1Interface { return c.discoveryV1 }' >>"$client/clientset.go"
}

# What else this Prometheus uses that this client-go has not: that adding a handler may fail, and the name of an annotation.
add_later_words() {
  sed -i -E -e 's/^(.*\bAddEventHandler\(handler ResourceEventHandler\))/\1 (interface{}, error)/' \
    -e 's/^\ts\.AddEventHandlerWithResyncPeriod\(.*/&\n\treturn nil, nil/' "$kubernetes/client-go/tools/cache/shared_informer.go"
  echo 'const EndpointsOverCapacity = "endpoints.kubernetes.io/over-capacity"' >>"$kubernetes/api/core/v1/annotation_key_constants.go"
}

# Takes back what Debian's patch takes away, and lets plugins.go, where Prometheus says what it is built with, name this discovery alone.
# Google's way of authentication goes with Google's discovery; and what this client-go measures comes without a context.
enable_discovery() {
  sed -i -E -e '/^\/\/ ?(go:build|\+build) ignore/d' -e '/auth\/gcp"/d' "$prometheus"/discovery/kubernetes/*.go
  sed -i -e '/^\t"context"$/d' -e 's/ctx context.Context, //' "$prometheus/discovery/kubernetes/client_metrics.go"
  printf 'package plugins\n\nimport _ "github.com/prometheus/prometheus/discovery/kubernetes"\n' >"$prometheus/plugins/plugins.go"
}

if [ ! -x "$program" ]; then
  rm -rf "$work"
  unpack_prometheus
  unpack_libraries
  unpack_client
  add_discovery_v1
  add_later_words
  enable_discovery
  version=$(sed -nE '1s/.*\((.*)\).*/\1/p' "$prometheus/debian/changelog")
  (cd "$prometheus" && GOPATH=$path:$work/libraries/usr/share/gocode GO111MODULE=off \
    go build -ldflags "-s -w -X github.com/prometheus/common/version.Version=$version" -o "$program" ./cmd/prometheus)
  rm -rf "$work"
fi

echo "$program"
