'use strict';

// Checks the gateway's grainhouse.v1 service with an implementation that is not ours: @grpc/grpc-js, real TLS, the real proto.
//   node objects.js --address 127.0.0.1:6443 --ca DATA/pki/ca.crt --token ADMIN_TOKEN

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const PATIENCE_MS = 15_000;
const { values: args } = parseArgs({ options: { address: { type: 'string' }, ca: { type: 'string' }, token: { type: 'string' } } });
for (const name of ['address', 'ca', 'token']) {
  if (!args[name]) {
    console.error(`--${name} is missing`);
    process.exit(2);
  }
}

const protos = path.join(__dirname, '../../../interfaces/Grainhouse.Interfaces/Api');
const loaded = grpc.loadPackageDefinition(loader.loadSync('grainhouse/v1/objects.proto', {
  keepCase: true, longs: Number, enums: String, oneofs: true, includeDirs: [protos],
}));
const { Objects } = loaded.grainhouse.v1;
const credentials = grpc.credentials.createSsl(fs.readFileSync(args.ca));
const client = new Objects(args.address, credentials);

const metadata = (more = {}) => {
  const sent = new grpc.Metadata();
  sent.set('authorization', `Bearer ${args.token}`);
  Object.entries(more).forEach(([name, value]) => sent.set(name, value));
  return sent;
};
const call = (method, request, sent = metadata()) => new Promise((resolve, reject) =>
  client[method](request, sent, { deadline: Date.now() + PATIENCE_MS }, (error, response) => (error ? reject(error) : resolve(response))));

async function refused(promise, code) {
  const error = await promise.then(() => null, (cause) => cause);
  assert.ok(error, `expected ${grpc.status[code]}, was answered`);
  assert.equal(error.code, code, `expected ${grpc.status[code]}: ${error.message}`);
  assert.ok(error.metadata.get('grpc-status-details-bin')[0]?.includes('type.googleapis.com/grainhouse.v1.Status'), 'the details have no Status');
  return error;
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

const namespace = 'default';
const deployments = { api_version: 'apps/v1', resource: 'deployments' };
const pods = { api_version: 'v1', resource: 'pods' };
const web = { type: deployments, namespace, name: 'grpc-js' };
const manifest = (replicas) => Buffer.from(JSON.stringify({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'grpc-js' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'grpc-js' } },
    template: { metadata: { labels: { app: 'grpc-js' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
  },
}));

const steps = {
  async 'create: the typed message and the document come back'() {
    const { object } = await call('Create', { type: deployments, namespace, document: manifest(2), view: 'VIEW_BOTH' });
    assert.equal(object.typed, 'deployment');
    assert.deepEqual([object.deployment.replicas, object.deployment.containers[0].image], [2, 'web:1']);
    assert.equal(JSON.parse(object.document).spec.strategy.type, 'RollingUpdate');
  },

  async 'watch: the pods of the deployment appear'() {
    const stream = client.Watch(
      { type: pods, namespace, selection: { labels: 'app=grpc-js' }, view: 'VIEW_TYPED' }, metadata(), { deadline: Date.now() + PATIENCE_MS });
    const names = (await take(stream, 2)).map((event) => `${event.type} ${event.object.pod.metadata.labels.app}`);
    assert.equal(names[0], 'ADDED grpc-js');
  },

  async 'list: pages show one revision'() {
    const first = await call('List', { type: pods, namespace, selection: { labels: 'app=grpc-js' }, limit: 1 });
    const second = await call('List', { type: pods, namespace, selection: { labels: 'app=grpc-js' }, limit: 1, continue: first.continue });
    assert.equal(first.resource_version, second.resource_version);
    assert.notDeepEqual(first.items[0].document, second.items[0].document);
  },

  async 'scale subresource: patched and read'() {
    const patch = Buffer.from('{"spec":{"replicas":1}}');
    await call('Patch', { object: web, type: 'MERGE', patch, subresource: 'scale' });
    assert.equal(JSON.parse((await call('Get', { object: web, subresource: 'scale' })).document).spec.replicas, 1);
  },

  async 'dry run: nothing is kept'() {
    await call('Patch', { object: web, type: 'MERGE', patch: Buffer.from('{"spec":{"replicas":9}}'), options: { dry_run: true } });
    assert.equal((await call('Get', { object: web, view: 'VIEW_TYPED' })).deployment.replicas, 1);
  },

  async 'unknown field: a warning, or refused'() {
    const patch = Buffer.from('{"spec":{"nonsense":1}}');
    const { warnings } = await call('Patch', { object: web, type: 'MERGE', patch, options: { dry_run: true } });
    assert.ok(warnings.some((words) => words.includes('nonsense')), warnings.join());
    await refused(call('Patch', { object: web, type: 'MERGE', patch, options: { field_validation: 'STRICT' } }), grpc.status.INVALID_ARGUMENT);
  },

  async 'who asks: no token, a wrong one, another user'() {
    await refused(call('Get', { object: web }, new grpc.Metadata()), grpc.status.UNAUTHENTICATED);
    await refused(call('Get', { object: web }, metadata({ authorization: 'Bearer wrong' })), grpc.status.UNAUTHENTICATED);
    const denied = await refused(call('Get', { object: web }, metadata({ 'impersonate-user': 'jane' })), grpc.status.PERMISSION_DENIED);
    assert.ok(denied.details.includes('User "jane" cannot get resource "deployments"'), denied.details);
  },

  async 'logs: of a pod that is not there'() {
    const stream = client.Logs({ namespace, pod: 'nobody' }, metadata(), { deadline: Date.now() + PATIENCE_MS });
    await refused(take(stream, 1), grpc.status.NOT_FOUND);
  },

  async 'delete: gone'() {
    await call('Delete', { object: web, propagation: 'FOREGROUND' });
    const last = Date.now() + PATIENCE_MS;
    while (await call('Get', { object: web }).then(() => true, () => false)) {
      assert.ok(Date.now() < last, 'the deployment stays');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await refused(call('Get', { object: web }), grpc.status.NOT_FOUND);
  },
};

async function main() {
  let failures = 0;
  for (const [name, run] of Object.entries(steps)) {
    try {
      await run();
      console.log(`ok      ${name}`);
    } catch (error) {
      failures++;
      console.log(`FAILED  ${name}: ${error.message}`);
    }
  }
  client.close();
  process.exitCode = failures === 0 ? 0 : 1;
}

main();
