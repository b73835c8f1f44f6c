#!/usr/bin/env bash
# Checks the gateway's gRPC services (agents, objects, health, reflection) with @grpc/grpc-js and Python's grpcio against a live
# cluster whose node runs plain processes. GRAINHOUSE_EXECUTABLE may name a published program.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=$(mktemp -d)
port=$((20000 + RANDOM % 20000))
if [ -n "${GRAINHOUSE_EXECUTABLE:-}" ]; then
  grainhouse=("$GRAINHOUSE_EXECUTABLE")
else
  grainhouse=(dotnet cli/Grainhouse.Cli/bin/Release/net10.0/grainhouse.dll)
fi
own=(--data "$data/data" --kubeconfig "$data/kubeconfig" --runtime process)
"${grainhouse[@]}" up "${own[@]}" --port "$port" >"$data/up.log" 2>&1 &
up=$!
finish() {
  "${grainhouse[@]}" down "${own[@]}" --purge >/dev/null || true
  kill "$up" 2>/dev/null || true
  wait "$up" 2>/dev/null || true
  rm -rf "$data"
}
trap finish EXIT

for _ in $(seq 1 240); do
  curl -sk "https://127.0.0.1:$port/readyz" | grep -q '^ok' && break
  sleep 0.25
done
(cd tests/Grainhouse.Acceptance/grpc-js && npm ci --no-audit --no-fund --silent)
pki="$data/data/pki"
server=(--address "127.0.0.1:$port" --ca "$pki/ca.crt")
admin=$(cat "$pki/admin.token")
check() { "$@" || { cat "$data/up.log"; exit 1; }; }
check node tests/Grainhouse.Acceptance/grpc-js/objects.js "${server[@]}" --token "$admin"
check /usr/bin/python3 tests/Grainhouse.Acceptance/grpcio/check.py "${server[@]}" --token "$admin"

# Last: it joins a node that runs nothing.
check node tests/Grainhouse.Acceptance/grpc-js/check.js "${server[@]}" --token "$(cat "$pki/join.token")"
