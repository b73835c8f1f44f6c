'use strict';

// Objects: read, watched, written, deleted.

const assert = require('node:assert/strict');
const grpc = require('@grpc/grpc-js');
const { take, refused, eventually } = require('../server');

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

module.exports = ({ call, stream: open, metadata }) => ({
  async 'create: the typed message and the document come back'() {
    const { object } = await call('Create', { type: deployments, namespace, document: manifest(2), view: 'VIEW_BOTH' });
    assert.equal(object.typed, 'deployment');
    assert.deepEqual([object.deployment.replicas, object.deployment.containers[0].image], [2, 'web:1']);
    assert.equal(JSON.parse(object.document).spec.strategy.type, 'RollingUpdate');
  },

  async 'watch: the pods of the deployment appear'() {
    const stream = open('Watch', { type: pods, namespace, selection: { labels: 'app=grpc-js' }, view: 'VIEW_TYPED' });
    const [event] = await take(stream, 1);

    // A map that is known by its descriptor alone is a list of entries.
    const label = event.object.pod.metadata.labels.find(({ key }) => key === 'app');
    assert.deepEqual([event.type, label.value], ['ADDED', 'grpc-js']);
  },

  async 'list: pages show one revision'() {
    const first = await call('List', { type: pods, namespace, selection: { labels: 'app=grpc-js' }, limit: 1 });
    const second = await call('List', { type: pods, namespace, selection: { labels: 'app=grpc-js' }, limit: 1, continue: first.continue });
    assert.equal(first.resource_version, second.resource_version);
    assert.notDeepEqual(first.items[0].document, second.items[0].document);
  },

  async 'update: a stale document is refused'() {
    const { document } = await call('Get', { object: web });
    const { object } = await call('Update', { object: web, document: manifest(3), view: 'VIEW_TYPED' });
    assert.equal(object.deployment.replicas, 3);
    await refused(call('Update', { object: web, document }), grpc.status.ABORTED);
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
    const stream = open('Logs', { namespace, pod: 'nobody' });
    await refused(take(stream, 1), grpc.status.NOT_FOUND);
  },

  async 'delete: gone'() {
    await call('Delete', { object: web, propagation: 'FOREGROUND' });
    await eventually('the deployment is gone', async () => !await call('Get', { object: web }).then(() => true, () => false));
    await refused(call('Get', { object: web }), grpc.status.NOT_FOUND);
  },
});
