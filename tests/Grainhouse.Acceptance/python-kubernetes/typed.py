#!/usr/bin/python3
"""Every manifest through the typed models, which refuse null for what they require: created, read, replaced by the model, listed, deleted.

  typed.py MANIFESTS NAMESPACE, with KUBECONFIG set
"""

import re
import sys

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

import documents

# What Debian's client is too old to have models of.
NO_MODEL = {("autoscaling/v2", "HorizontalPodAutoscaler"), ("storage.k8s.io/v1", "CSIStorageCapacity")}

# Fields that its models lose are missing from what it replaces, and may not be taken away.
LOSSY = {("Pod", "full"), ("Job", "indexed")}

# Events made through v1 have no eventTime, upstream as here, and the model of events.k8s.io refuses that.
UNLISTABLE = {("events.k8s.io/v1", "Event")}


def api_of(version):
    """apps/v1 is AppsV1Api, v1 CoreV1Api, rbac.authorization.k8s.io/v1 RbacAuthorizationV1Api."""
    group, _, version = version.rpartition("/")
    words = (group or "core").removesuffix(".k8s.io").split(".")
    return getattr(client, "".join(word.capitalize() for word in words) + version.capitalize() + "Api")()


def method(api, verb, kind, namespaced):
    words = re.sub("([a-z0-9])([A-Z])", r"\1_\2", re.sub("([A-Z]+)([A-Z][a-z])", r"\1_\2", kind)).lower()
    return getattr(api, f"{verb}_namespaced_{words}" if namespaced else f"{verb}_{words}")


def without_server_fields(model):
    """A model as the document it came from, without what changes by itself."""
    found = client.ApiClient().sanitize_for_serialization(model)
    return {key: value for key, value in found.items() if key not in ("metadata", "status", "apiVersion", "kind")}


def replace(call, name, place):
    """Another writer may come between the read and the write, as on every cluster: then once more."""
    for left in reversed(range(10)):
        found = call("read", name, *place)
        found.metadata.annotations = {**(found.metadata.annotations or {}), "by-model": "yes"}
        try:
            replaced = call("replace", name, *place, found)
        except ApiException as refused:
            if refused.status != 409 or left == 0:
                raise
        else:
            assert replaced.metadata.annotations["by-model"] == "yes", replaced.metadata
            assert without_server_fields(replaced) == without_server_fields(found), (found, replaced)
            return


def way(document):
    api = api_of(document["apiVersion"])
    name, namespace = document["metadata"]["name"], document["metadata"].get("namespace")
    place = (namespace,) if namespace else ()

    def call(verb, *arguments, **more):
        return method(api, verb, document["kind"], bool(namespace))(*arguments, **more)

    made = call("create", *place, document)
    assert made.metadata.uid, made
    if (document["kind"], name) not in LOSSY:
        replace(call, name, place)
    patched = call("patch", name, *place, {"metadata": {"annotations": {"by-model": None, "by-patch": "yes"}}})
    assert patched.metadata.annotations["by-patch"] == "yes" and "by-model" not in patched.metadata.annotations, patched.metadata
    if (document["apiVersion"], document["kind"]) not in UNLISTABLE:
        assert name in [item.metadata.name for item in call("list", *place).items], "not in the list"
    call("delete", name, *place, grace_period_seconds=0)


def main(folder, namespace):
    config.load_kube_config()
    known = {}
    for resource in client.CoreV1Api().get_api_resources().resources:
        known[("v1", resource.kind)] = resource.namespaced
    for group in client.ApisApi().get_api_versions().groups:
        for version in group.versions:
            found = client.ApiClient().call_api(
                f"/apis/{version.group_version}", "GET", response_type="V1APIResourceList", auth_settings=["BearerToken"])[0]
            for resource in found.resources:
                known.setdefault((version.group_version, resource.kind), resource.namespaced)
    made = documents.load(folder, namespace, lambda document: known[(document["apiVersion"], document["kind"])])
    made = [document for document in made if (document["apiVersion"], document["kind"]) not in NO_MODEL]
    faults = []
    for document in made:
        try:
            way(document)
        except (ApiException, AssertionError, AttributeError, KeyError, TypeError, ValueError) as fault:
            faults.append(f"{document['apiVersion']} {document['kind']} {document['metadata']['name']}: {type(fault).__name__} {fault}")
    print("\n".join(faults) or f"python-kubernetes: {len(made)} manifests by their models as expected")
    sys.exit(1 if faults else 0)


main(*sys.argv[1:])
