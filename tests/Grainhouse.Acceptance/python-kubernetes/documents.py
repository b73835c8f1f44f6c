"""The documents that the checks make: every manifest of a folder, in a namespace, and one of each kind that the folder has not."""

import glob
import os

import yaml

# A node is nobody's to apply, so there is no manifest of one.
MORE = [{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "varied-node"}, "spec": {"unschedulable": True}}]

# Created to have something answered or done; there is nothing to read afterwards.
NOT_KEPT = {
    "Binding", "SelfSubjectReview", "TokenReview",
    "LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview",
}


def load(folder, namespace, namespaced):
    """All documents; namespaced tells whether a document's kind is."""
    found = list(MORE)
    for file in sorted(glob.glob(os.path.join(folder, "*.yaml"))):
        with open(file, encoding="utf-8") as text:
            found += [document for document in yaml.safe_load_all(text) if document]
    for document in found:
        if namespaced(document):
            document["metadata"].setdefault("namespace", namespace)
    return found
