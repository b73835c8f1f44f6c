'use strict';

// A client of grainhouse.v1.Objects that knows of it only what the server's reflection tells.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const PATIENCE_MS = 60_000;
const SERVICE = 'grainhouse.v1.Objects';
const FORM = { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true };

const deadline = () => ({ deadline: Date.now() + PATIENCE_MS });

// The descriptors of the service and all that it uses, as the server tells them.
function reflect(address, credentials) {
  const { ServerReflection } = grpc.loadPackageDefinition(
    loader.loadSync(path.join(__dirname, 'proto/reflection.proto'), FORM)).grpc.reflection.v1alpha;
  const client = new ServerReflection(address, credentials);
  return new Promise((resolve, reject) => {
    const stream = client.ServerReflectionInfo(deadline());
    stream.on('error', reject);
    stream.on('data', (answer) => resolve(answer.file_descriptor_response.file_descriptor_proto));
    stream.on('end', () => client.close());
    stream.write({ file_containing_symbol: SERVICE });
    stream.end();
  });
}

// google.protobuf.FileDescriptorSet: each file as field 1, with its length.
function descriptorSet(files) {
  const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
  return Buffer.concat(files.flatMap((file) => [Buffer.from([0x0a, ...varint(file.length)]), file]));
}

// The first messages of a stream.
function take(stream, count) {
  return new Promise((resolve, reject) => {
    const taken = [];
    stream.on('data', (message) => {
      taken.push(message);
      if (taken.length === count) {
        stream.on('error', () => {});
        stream.cancel();
        resolve(taken);
      }
    });
    stream.on('error', reject);
    stream.on('end', () => reject(new Error(`the stream ended after ${taken.length} messages`)));
  });
}

async function refused(promise, code) {
  const error = await promise.then(() => null, (cause) => cause);
  assert.ok(error, `expected ${grpc.status[code]}, was answered`);
  assert.equal(error.code, code, `expected ${grpc.status[code]}: ${error.message}`);
  assert.ok(error.metadata.get('grpc-status-details-bin')[0]?.includes('type.googleapis.com/grainhouse.v1.Status'), 'the details have no Status');
  return error;
}

async function eventually(what, holds) {
  const last = Date.now() + PATIENCE_MS;
  while (!await holds()) {
    assert.ok(Date.now() < last, `not within ${PATIENCE_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function connect({ address, ca, token }) {
  const credentials = grpc.credentials.createSsl(fs.readFileSync(ca));
  const loaded = grpc.loadPackageDefinition(loader.loadFileDescriptorSetFromBuffer(descriptorSet(await reflect(address, credentials)), FORM));
  const { Objects } = loaded.grainhouse.v1;
  const client = new Objects(address, credentials);
  const called = new Set();

  const metadata = (more = {}) => {
    const sent = new grpc.Metadata();
    sent.set('authorization', `Bearer ${token}`);
    Object.entries(more).forEach(([name, value]) => sent.set(name, value));
    return sent;
  };

  return {
    metadata,
    call(method, request, sent = metadata()) {
      called.add(method);
      return new Promise((resolve, reject) =>
        client[method](request, sent, deadline(), (error, response) => (error ? reject(error) : resolve(response))));
    },
    stream(method, request) {
      called.add(method);
      return client[method](request, metadata(), deadline());
    },
    exec() {
      called.add('Exec');
      return client.Exec(metadata(), deadline());
    },
    uncalled: () => Object.keys(Objects.service).filter((method) => !called.has(method)),
    close: () => client.close(),
  };
}

module.exports = { connect, take, refused, eventually };
