// Some kinds through @kubernetes/client-node's typed APIs, with JSON patches and the status: node typed.js NAMESPACE, with KUBECONFIG set.
import { strict as assert } from 'node:assert';
import { AppsV1Api, BatchV1Api, CoreV1Api, KubeConfig, PatchStrategy, RbacAuthorizationV1Api, setHeaderOptions } from '@kubernetes/client-node';

const [namespace] = process.argv.slice(2);
const config = new KubeConfig();
config.loadFromDefault();
const json = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch);
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'main', image: 'none' }] } };
const selector = { matchLabels: { a: 'b' } };
const checked = { type: 'example.com/Checked', status: 'True', lastTransitionTime: new Date(1.7e12), reason: 'Checked', message: 'by the client' };

const kinds = [
  [CoreV1Api, 'ConfigMap', { data: { key: 'value' } }],
  [CoreV1Api, 'Secret', { stringData: { key: 'value' } }],
  [CoreV1Api, 'Service', { spec: { ports: [{ port: 80 }] } }, true],
  [CoreV1Api, 'ServiceAccount', {}],
  [CoreV1Api, 'Endpoints', { subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }] }],
  [CoreV1Api, 'LimitRange', { spec: { limits: [{ type: 'Pod', max: { cpu: '1k' } }] } }],
  [CoreV1Api, 'PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources: { requests: { storage: '1Gi' } } } }],
  [CoreV1Api, 'Pod', { spec: { ...template.spec, nodeSelector: { no: 'where' } } }, true],
  [CoreV1Api, 'PodTemplate', { template }],
  [CoreV1Api, 'ResourceQuota', { spec: { hard: { secrets: '1k' } } }],
  [CoreV1Api, 'ReplicationController', { spec: { replicas: 0, selector: { a: 'b' }, template } }, true],
  [AppsV1Api, 'Deployment', { spec: { replicas: 0, selector, template } }, true],
  [AppsV1Api, 'ReplicaSet', { spec: { replicas: 0, selector, template } }, true],
  [AppsV1Api, 'StatefulSet', { spec: { replicas: 0, serviceName: 'typed', selector, template } }, true],
  [BatchV1Api, 'Job', { spec: { suspend: true, template: { spec: { ...template.spec, restartPolicy: 'Never' } } } }],
  [RbacAuthorizationV1Api, 'Role', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }],
];

for (const [type, kind, content, status] of kinds) {
  const api = config.makeApiClient(type);
  const name = `node-typed-${kind.toLowerCase()}`;
  const call = (verb, more, options) => api[`${verb}Namespaced${kind}${more.status ? 'Status' : ''}`]({ name, namespace, ...more.of }, options);
  const made = await call('create', { of: { body: { metadata: { name }, ...content } } });
  assert.ok(made.metadata.creationTimestamp instanceof Date, kind);
  const patched = await call('patch', { of: { body: [{ op: 'add', path: '/metadata/labels', value: { 'by-json': 'yes' } }] } }, json);
  assert.equal(patched.metadata.labels['by-json'], 'yes', kind);
  for (let left = 10; ; left--) {
    const found = await call('read', {});
    found.metadata.annotations = { 'by-model': 'yes' };
    try {
      assert.equal((await call('replace', { of: { body: found } })).metadata.annotations['by-model'], 'yes', kind);
      break;
    } catch (fault) {
      if (fault.code !== 409 || left === 0) throw fault;
    }
  }
  if (status) {
    const body = { status: { conditions: [checked] } };
    const merge = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);
    const shown = await call('patch', { status: true, of: { body } }, merge);
    assert.ok(shown.status.conditions.some((condition) => condition.type === checked.type), kind);
  }
  assert.ok((await call('list', {})).items.some((item) => item.metadata.name === name), kind);
  await call('delete', { of: { gracePeriodSeconds: 0 } });
}

console.log(`client-node: ${kinds.length} typed kinds as expected`);
process.exit(0);
