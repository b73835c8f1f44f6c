#!/usr/bin/python3
"""List and watch.Watch, as informers do, until a ConfigMap named "mark-end": what was told is then what a fresh list has.

  informer.py NAMESPACE CHANGES, with KUBECONFIG set

Prints "synced", and each mark that it is told of. At "mark-counted" it has been told of exactly so many changes, one by one.
"""

import sys
import time

import urllib3
from kubernetes import client, config, watch
from kubernetes.client.exceptions import ApiException

urllib3.disable_warnings()
config.load_kube_config()
api = client.CoreV1Api()
namespace, expected = sys.argv[1], int(sys.argv[2])
state, lists, expired, events = {}, 0, 0, 0


def listed():
    found = api.list_namespaced_config_map(namespace)
    return {item.metadata.name: item.metadata.resource_version for item in found.items}, found.metadata.resource_version


def enter(event):
    global events
    events += 1
    found = event["object"].metadata
    if event["type"] == "DELETED":
        assert found.name in state, f"{found.name} went without having been"
        del state[found.name]
    else:
        assert (found.name in state) == (event["type"] == "MODIFIED"), f"{event['type']} {found.name} does not follow"
        state[found.name] = found.resource_version
    if found.name.startswith("mark-"):
        print(found.name, flush=True)
    if found.name == "mark-counted":
        assert events == expected, f"{events} events, not {expected}"
    return found.resource_version


version = None
while "mark-end" not in state:
    try:
        if version is None:
            state, version = listed()
            lists += 1
            print("synced" if lists == 1 else "\n".join(name for name in state if name.startswith("mark-")), flush=True)
            continue
        for event in watch.Watch().stream(api.list_namespaced_config_map, namespace, resource_version=version, timeout_seconds=60):
            version = enter(event)
            if "mark-end" in state:
                break
    except ApiException as refused:
        if refused.status == 410:
            version, expired = None, expired + 1
        elif refused.status < 500 and refused.status != 429:
            raise
    except urllib3.exceptions.HTTPError:
        time.sleep(0.2)

# The client puts the connection of a watch that it left back among those for the next request, which would wait for the watch's end.
api = client.CoreV1Api(client.ApiClient())
truth, _ = listed()
assert state == truth, sorted(set(state.items()) ^ set(truth.items()))
assert expired > 0, "the history was never too old"
print(f"python-kubernetes: {events} events, {lists} lists, {expired} times 410")
