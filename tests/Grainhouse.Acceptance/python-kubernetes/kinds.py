#!/usr/bin/python3
"""Every kind through the dynamic client: created, read, listed, replaced, patched in all ways, its status written, and deleted.

  kinds.py MANIFESTS NAMESPACE, with KUBECONFIG set
"""

import sys
import time

from kubernetes import config
from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic import DynamicClient
from kubernetes.dynamic.exceptions import DynamicApiError

import documents
import patches

PATIENCE = 20
CONDITION = {"type": "example.com/Checked", "status": "True", "reason": "Checked", "message": "by the client", "lastTransitionTime": "2024-01-01T00:00:00Z"}

# Kinds whose status is what a client's own controller would write; the others' is written back as it was read.
WITH_CONDITIONS = {"Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Node", "Service"}


def until(what, act):
    """What act returns, once that is true."""
    end = time.monotonic() + PATIENCE
    while True:
        found = act()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError("not in time: " + what)
        time.sleep(0.05)


def unless_conflict(act):
    """Another writer may come between the read and the write, as on every cluster: then once more."""
    for _ in range(10):
        try:
            return act()
        except DynamicApiError as refused:
            if refused.status != 409:
                raise
    return act()


class Kind:
    """One document's way."""

    def __init__(self, resource, document):
        self.resource = resource
        self.document = document
        self.where = {key: document["metadata"][key] for key in ("name", "namespace") if key in document["metadata"]}

    def read(self):
        return self.resource.get(**self.where).to_dict()

    def gone(self):
        try:
            self.read()
            return False
        except DynamicApiError as refused:
            assert refused.status == 404, refused
            return True

    def create(self):
        made = self.resource.create(body=self.document, namespace=self.where.get("namespace")).to_dict()
        assert made["metadata"]["uid"] and made["metadata"]["resourceVersion"], made
        try:
            self.resource.create(body=self.document, namespace=self.where.get("namespace"))
        except DynamicApiError as refused:
            assert refused.status == 409, refused
        else:
            raise AssertionError("created twice")

    def listed(self):
        listed = self.resource.get(namespace=self.where.get("namespace")).to_dict()
        assert listed["kind"] == self.resource.kind + "List", listed["kind"]
        assert self.where["name"] in [item["metadata"]["name"] for item in listed["items"]], "not in the list"

    def replace(self):
        def once():
            found = self.read()
            found["metadata"].setdefault("labels", {})["by-replace"] = "yes"
            return self.resource.replace(body=found, **self.where).to_dict()
        assert unless_conflict(once)["metadata"]["labels"]["by-replace"] == "yes"
        stale = self.read()
        stale["metadata"]["resourceVersion"] = "1"
        try:
            self.resource.replace(body=stale, **self.where)
        except DynamicApiError as refused:
            assert refused.status == 409, refused
        else:
            raise AssertionError("a stale replace was taken")

    def patch(self):
        for content, body, label in patches.all_types(self.document):
            more = {"field_manager": patches.MANAGER, "force_conflicts": True} if "apply" in content else {}
            # Past the resource's own method: that would turn the list and the text into something else.
            path = self.resource.path(**self.where)
            self.resource.client.request("patch", path, body=body, content_type=content, **more)
            found = self.read()
            assert found["metadata"]["labels"].get(label) == "yes", (content, found["metadata"])
        assert patches.applied(found), found["metadata"].get("managedFields")

    def status(self):
        status = self.resource.subresources.get("status")
        if status is None:
            return
        if self.resource.kind in WITH_CONDITIONS:
            body = {"status": {"conditions": [CONDITION]}}
            found = status.patch(body=body, content_type="application/strategic-merge-patch+json", **self.where).to_dict()
            assert CONDITION["type"] in [condition["type"] for condition in found["status"]["conditions"]], found.get("status")
        else:
            unless_conflict(lambda: status.replace(body=status.get(**self.where).to_dict(), **self.where))
        assert status.get(**self.where).to_dict()["metadata"]["name"] == self.where["name"]

    def delete(self):
        self.resource.delete(**self.where, body={"gracePeriodSeconds": 0, "propagationPolicy": "Background"})
        until("its end", self.gone)

    def way(self):
        return self.create, self.listed, self.replace, self.patch, self.status, self.delete


def main(folder, namespace):
    dynamic = DynamicClient(config.new_client_from_config())
    every = {(resource.group_version, resource.kind): resource for resource in dynamic.resources.search()
             if not resource.kind.endswith("List") and "create" in (resource.verbs or [])}
    made = documents.load(folder, namespace, lambda document: every[(document["apiVersion"], document["kind"])].namespaced)
    faults = [f"{version} {kind}: no document" for version, kind in every
              if kind not in documents.NOT_KEPT and (version, kind) not in {(one["apiVersion"], one["kind"]) for one in made}]
    done = set()
    for document in made:
        key = (document["apiVersion"], document["kind"])
        if key in done:
            continue
        done.add(key)
        name = ""
        try:
            for step in Kind(every[key], document).way():
                name = step.__name__
                step()
        except (DynamicApiError, ApiException, AssertionError, KeyError, TypeError, ValueError) as fault:
            faults.append(f"{key[0]} {key[1]} {document['metadata']['name']}: {name}: {type(fault).__name__} {fault}")
    print("\n".join(faults) or f"python-kubernetes: {len(done)} kinds as expected")
    sys.exit(1 if faults else 0)


main(*sys.argv[1:])
