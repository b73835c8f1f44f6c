// Every kind through @kubernetes/client-node's KubernetesObjectApi: created, read, listed, replaced, patched in all ways, and deleted.
//   node kinds.js MANIFESTS NAMESPACE, with KUBECONFIG set
import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiException, CustomObjectsApi, KubeConfig, KubernetesObjectApi, PatchStrategy, loadAllYaml, setHeaderOptions } from '@kubernetes/client-node';

const [folder, namespace] = process.argv.slice(2);
const MANAGER = 'client-node';
const PATIENCE = 20_000;
const config = new KubeConfig();
config.loadFromDefault();
const objects = KubernetesObjectApi.makeApiClient(config);
const grouped = config.makeApiClient(CustomObjectsApi);

// A node is nobody's to apply, so there is no manifest of one.
const documents = [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'varied-node' }, spec: { unschedulable: true } }];
for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml')).sort()) {
  documents.push(...loadAllYaml(readFileSync(join(folder, file), 'utf8')).filter((document) => document));
}

async function refused(code, act) {
  await assert.rejects(act, (fault) => fault instanceof ApiException && fault.code === code);
}

// Another writer may come between the read and the write, as on every cluster: then once more.
async function unlessConflict(act) {
  for (let left = 10; ; left--) {
    try {
      return await act();
    } catch (fault) {
      if (fault.code !== 409 || left === 0) throw fault;
    }
  }
}

function patches(header) {
  const labels = (name) => ({ ...header, metadata: { ...header.metadata, labels: { [name]: 'yes' } } });
  return [
    [PatchStrategy.MergePatch, labels('by-merge'), 'by-merge'],
    [PatchStrategy.StrategicMergePatch, labels('by-strategic'), 'by-strategic'],
    [PatchStrategy.ServerSideApply, labels('by-apply'), 'by-apply'],
  ];
}

// The object API reads from the patch itself whose it is, so that it cannot be a list. Kinds without a group have theirs in typed.js.
async function patchByJson({ apiVersion, metadata }, resource) {
  const [group, version] = apiVersion.split('/');
  const ask = { group, version, plural: resource.name, ...metadata, body: [{ op: 'add', path: '/metadata/labels/by-json', value: 'yes' }] };
  const json = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch);
  return metadata.namespace ? grouped.patchNamespacedCustomObject(ask, json) : grouped.patchClusterCustomObject(ask, json);
}

async function way(document, resource, step) {
  const { apiVersion, kind, metadata } = document;
  const header = { apiVersion, kind, metadata: { name: metadata.name, ...(metadata.namespace && { namespace: metadata.namespace }) } };

  step('create');
  const made = await objects.create(document);
  assert.ok(made.metadata.uid);
  await refused(409, () => objects.create(document));

  step('list');
  const list = await objects.list(apiVersion, kind, metadata.namespace);
  assert.equal(list.kind, `${kind}List`);
  assert.ok(list.items.some((item) => item.metadata.name === metadata.name));

  step('replace');
  const replaced = await unlessConflict(async () => {
    const found = await objects.read(header);
    found.metadata.labels = { ...found.metadata.labels, 'by-replace': 'yes' };
    return objects.replace(found);
  });
  assert.equal(replaced.metadata.labels['by-replace'], 'yes');

  for (const [type, body, label] of patches(header)) {
    step(type);
    const force = type === PatchStrategy.ServerSideApply ? true : undefined;
    await objects.patch(body, undefined, undefined, MANAGER, force, type);
    assert.equal((await objects.read(header)).metadata.labels[label], 'yes');
  }
  if (apiVersion.includes('/')) {
    step(PatchStrategy.JsonPatch);
    assert.equal((await patchByJson(header, resource)).metadata.labels['by-json'], 'yes');
  }
  const managed = (await objects.read(header)).metadata.managedFields;
  assert.ok(managed.some((entry) => entry.manager === MANAGER && entry.operation === 'Apply'));

  step('delete');
  await objects.delete(header, undefined, undefined, 0, undefined, 'Background');
  const end = Date.now() + PATIENCE;
  while (await objects.read(header).then(() => true, (fault) => { if (fault.code !== 404) throw fault; return false; })) {
    assert.ok(Date.now() < end, 'it did not go');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const faults = [];
const done = new Set();
for (const document of documents) {
  const key = `${document.apiVersion} ${document.kind}`;
  if (done.has(key)) continue;
  done.add(key);
  let at = 'discovery';
  try {
    const resource = await objects.resource(document.apiVersion, document.kind);
    if (resource.namespaced) document.metadata.namespace ??= namespace;
    await way(document, resource, (name) => (at = name));
  } catch (fault) {
    faults.push(`${key} ${document.metadata.name}: ${at}: ${fault.stack ?? fault}`);
  }
}

console.log(faults.join('\n') || `client-node: ${done.size} kinds as expected`);
process.exit(faults.length ? 1 : 0);
