#!/usr/bin/env bash
# Checks the gateway's gRPC services (agents, objects, health, reflection) with @grpc/grpc-js and Python's grpcio against a live silo.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=$(mktemp -d)
port=$((20000 + RANDOM % 20000))
dotnet cli/Grainhouse.Cli/bin/Release/net10.0/grainhouse.dll silo --data "$data" --port "$port" >"$data/silo.log" 2>&1 &
silo=$!
finish() {
  kill "$silo" 2>/dev/null || true
  wait "$silo" 2>/dev/null || true
  rm -rf "$data"
}
trap finish EXIT

for _ in $(seq 1 120); do
  curl -sk "https://127.0.0.1:$port/readyz" | grep -q '^ok' && break
  sleep 0.25
done
(cd tests/Grainhouse.Acceptance/grpc-js && npm ci --no-audit --no-fund --silent)
server=(--address "127.0.0.1:$port" --ca "$data/pki/ca.crt")
admin=$(cat "$data/pki/admin.token")
node tests/Grainhouse.Acceptance/grpc-js/check.js "${server[@]}" --token "$(cat "$data/pki/join.token")" || { cat "$data/silo.log"; exit 1; }
node tests/Grainhouse.Acceptance/grpc-js/objects.js "${server[@]}" --token "$admin" || { cat "$data/silo.log"; exit 1; }
/usr/bin/python3 tests/Grainhouse.Acceptance/grpcio/check.py "${server[@]}" --token "$admin" || { cat "$data/silo.log"; exit 1; }
