#!/usr/bin/python3
"""Checks the gateway's grainhouse.v1 service with Python's grpcio, knowing nothing but what server reflection tells.

  check.py --address 127.0.0.1:6443 --ca DATA/pki/ca.crt --token ADMIN_TOKEN
"""

import argparse
import json

import grpc
from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

SERVICE = "grainhouse.v1.Objects"
PATIENCE = 15
NAMESPACE = "default"


def own_file(name, package, messages):
    """A file of messages for what Debian's grpcio brings no module of: {message: [(field, number, type, repeated)]}."""
    file = descriptor_pb2.FileDescriptorProto(name=name, package=package, syntax="proto3")
    for title, fields in messages.items():
        message = file.message_type.add(name=title)
        for field, number, kind, repeated in fields:
            entry = message.field.add(name=field, number=number, label=3 if repeated else 1)
            if isinstance(kind, str):
                entry.type, entry.type_name = 11, kind
            else:
                entry.type = kind
    return file


TEXT, BYTES, INT32 = 9, 12, 5
OWN = [
    own_file("reflection.proto", "grpc.reflection.v1alpha", {
        "ServerReflectionRequest": [("file_containing_symbol", 4, TEXT, False), ("list_services", 7, TEXT, False)],
        "FileDescriptorResponse": [("file_descriptor_proto", 1, BYTES, True)],
        "ServiceResponse": [("name", 1, TEXT, False)],
        "ListServiceResponse": [("service", 1, ".grpc.reflection.v1alpha.ServiceResponse", True)],
        "ServerReflectionResponse": [
            ("file_descriptor_response", 4, ".grpc.reflection.v1alpha.FileDescriptorResponse", False),
            ("list_services_response", 6, ".grpc.reflection.v1alpha.ListServiceResponse", False)],
    }),
    own_file("google/rpc/status.proto", "google.rpc", {
        "Status": [("code", 1, INT32, False), ("message", 2, TEXT, False), ("details", 3, ".google.protobuf.Any", True)],
    }),
]


class Types:
    """Message classes from descriptors."""

    def __init__(self):
        self.pool = descriptor_pool.DescriptorPool()
        for module in (any_pb2, timestamp_pb2):
            self.pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
        for file in OWN:
            if file.package == "google.rpc":
                file.dependency.append(any_pb2.DESCRIPTOR.name)
            self.pool.Add(file)
        self.factory = message_factory.MessageFactory(self.pool)

    def learn(self, files):
        waiting = {file.name: file for file in files}

        def add(file):
            for needed in file.dependency:
                if needed in waiting:
                    add(waiting.pop(needed))
            try:
                self.pool.FindFileByName(file.name)
            except KeyError:
                self.pool.Add(file)

        while waiting:
            add(waiting.popitem()[1])

    def make(self, name):
        return self.factory.GetPrototype(self.pool.FindMessageTypeByName(name))

    def service(self, name):
        return self.pool.FindServiceByName(name)


class Client:
    """Calls of a service by its descriptor."""

    def __init__(self, channel, types, service, token):
        self.types, self.metadata = types, [("authorization", f"Bearer {token}")]
        self.calls = {}
        for method in types.service(service).methods:
            proto = descriptor_pb2.MethodDescriptorProto()
            method.CopyToProto(proto)
            make = channel.unary_stream if proto.server_streaming else channel.unary_unary
            self.calls[method.name] = (
                types.make(method.input_type.full_name),
                make(f"/{service}/{method.name}",
                     request_serializer=lambda message: message.SerializeToString(),
                     response_deserializer=types.make(method.output_type.full_name).FromString))

    def __call__(self, method, **fields):
        request, call = self.calls[method]
        return call(request(**fields), metadata=self.metadata, timeout=PATIENCE)


def reflect(channel, types):
    ask = channel.stream_stream(
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=types.make("grpc.reflection.v1alpha.ServerReflectionResponse").FromString)
    request = types.make("grpc.reflection.v1alpha.ServerReflectionRequest")
    answers = list(ask(iter([request(list_services="*"), request(file_containing_symbol=SERVICE)]), timeout=PATIENCE))
    names = [service.name for service in answers[0].list_services_response.service]
    assert SERVICE in names and "grpc.health.v1.Health" in names, names
    types.learn([descriptor_pb2.FileDescriptorProto.FromString(file)
                 for file in answers[1].file_descriptor_response.file_descriptor_proto])


def refused(types, code, call):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, f"expected {code}, got {error.code()}: {error.details()}"
        trailer = dict(error.trailing_metadata()).get("grpc-status-details-bin")
        detail = types.make("google.rpc.Status").FromString(trailer).details[0]
        assert detail.type_url == "type.googleapis.com/grainhouse.v1.Status", detail.type_url
        return types.make("grainhouse.v1.Status").FromString(detail.value)
    raise AssertionError(f"expected {code}, was answered")


def config_map(name, data):
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": {"check": "grpcio"}}, "data": data}).encode()


def main():
    parser = argparse.ArgumentParser()
    for name in ("address", "ca", "token"):
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    with open(args.ca, "rb") as file:
        credentials = grpc.ssl_channel_credentials(file.read())
    with grpc.secure_channel(args.address, credentials) as channel:
        types = Types()
        reflect(channel, types)
        print("ok      reflection: the service is listed and described")
        objects = Client(channel, types, SERVICE, args.token)
        kind = {"api_version": "v1", "resource": "configmaps"}
        named = {"type": kind, "namespace": NAMESPACE, "name": "grpcio"}

        start = objects("List", type=kind, namespace=NAMESPACE).resource_version
        made = objects("Create", type=kind, namespace=NAMESPACE, document=config_map("grpcio", {"a": "1"}))
        found = objects("Get", object=named)
        assert found == made.object and json.loads(found.document)["data"] == {"a": "1"}, found
        print("ok      create, get: the document is stored")

        status = refused(types, grpc.StatusCode.ALREADY_EXISTS,
                         lambda: objects("Create", type=kind, namespace=NAMESPACE, document=config_map("grpcio", {})))
        assert (status.code, status.reason, status.name) == (409, "AlreadyExists", "grpcio"), status
        status = refused(types, grpc.StatusCode.INVALID_ARGUMENT,
                         lambda: objects("Create", type=kind, namespace=NAMESPACE, document=config_map("Not A Name", {})))
        assert status.reason == "Invalid" and status.causes[0].field == "metadata.name", status
        stranger = Client(channel, types, SERVICE, "wrong")
        refused(types, grpc.StatusCode.UNAUTHENTICATED, lambda: stranger("Get", object=named))
        print("ok      errors: the Status is in the details")

        patched = objects("Patch", object=named, type=2, patch=b'{"data":{"a":"2"}}').object
        stale = json.loads(found.document)
        refused(types, grpc.StatusCode.ABORTED, lambda: objects("Update", object=named, document=json.dumps(stale).encode()))
        objects("Delete", object=named)
        refused(types, grpc.StatusCode.NOT_FOUND, lambda: objects("Get", object=named))
        print("ok      patch, update, delete")

        watch = objects("Watch", type=kind, namespace=NAMESPACE, resource_version=start, selection={"labels": "check=grpcio"})
        events = [next(watch) for _ in range(3)]
        watch.cancel()
        assert [event.type for event in events] == [1, 2, 3], events
        assert events[1].resource_version == patched.resource_version
        print("ok      watch: every change once and in order")

        port = {"name": "http", "port": 80, "targetPort": 8080}
        service = objects("Create", type={"api_version": "v1", "resource": "services"}, namespace=NAMESPACE, view=1, document=json.dumps(
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "grpcio"}, "spec": {"selector": {"a": "b"}, "ports": [port]}}).encode())
        assert service.object.WhichOneof("typed") == "service" and not service.object.document, service
        assert service.object.service.ports[0].target_port == "8080" and service.object.service.selector == {"a": "b"}, service
        objects("Delete", object={"type": {"api_version": "v1", "resource": "services"}, "namespace": NAMESPACE, "name": "grpcio"})
        print("ok      typed messages")


main()
