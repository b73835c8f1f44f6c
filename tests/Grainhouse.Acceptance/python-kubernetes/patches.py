"""One patch of each type for any object, and how the object shows that it had it."""

import json

MANAGER = "python-kubernetes"


def all_types(document):
    """(content type, body, label that is then there) of each."""
    meta = {key: document["metadata"][key] for key in ("name", "namespace") if key in document["metadata"]}
    apply = {"apiVersion": document["apiVersion"], "kind": document["kind"], "metadata": {**meta, "labels": {"by-apply": "yes"}}}
    return [
        ("application/merge-patch+json", {"metadata": {"labels": {"by-merge": "yes"}}}, "by-merge"),
        ("application/json-patch+json", [
            {"op": "test", "path": "/metadata/labels/by-merge", "value": "yes"},
            {"op": "add", "path": "/metadata/labels/by-json", "value": "yes"}], "by-json"),
        ("application/strategic-merge-patch+json", {"metadata": {"labels": {"by-strategic": "yes"}}}, "by-strategic"),
        ("application/apply-patch+yaml", json.dumps(apply), "by-apply"),
    ]


def applied(found):
    """Whether the object knows the applied label to be this manager's."""
    return any(
        entry["manager"] == MANAGER and entry["operation"] == "Apply"
        and "f:by-apply" in entry["fieldsV1"]["f:metadata"]["f:labels"]
        for entry in found["metadata"].get("managedFields", []))
