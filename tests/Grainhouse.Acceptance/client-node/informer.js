// makeInformer until a ConfigMap named "mark-end": what it then has, and what it last told, is what a fresh list has.
//   node informer.js NAMESPACE
// Prints "synced", and each mark that it is told of.
import { strict as assert } from 'node:assert';
import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node';

const [namespace] = process.argv.slice(2);
const config = new KubeConfig();
config.loadFromDefault();
const api = config.makeApiClient(CoreV1Api);
const told = new Map();
let lists = 0;
let events = 0;
let ended;
const end = new Promise((resolve) => (ended = resolve));

const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () => {
  lists++;
  return api.listNamespacedConfigMap({ namespace });
});
const note = (map) => {
  events++;
  told.set(map.metadata.name, map.metadata.resourceVersion);
  if (map.metadata.name.startsWith('mark-')) console.log(map.metadata.name);
  if (map.metadata.name === 'mark-end') ended();
};
informer.on('add', note);
informer.on('update', note);
informer.on('delete', (map) => {
  events++;
  told.delete(map.metadata.name);
});
// Its own words for a revision that the history has forgotten are an error with a 410, or a list of its own making.
const again = () => informer.start().catch(() => setTimeout(again, 200));
informer.on('error', () => setTimeout(again, 200));
await informer.start();
console.log('synced');

await end;
const fresh = (await api.listNamespacedConfigMap({ namespace })).items;
const described = (pairs) => [...pairs].map(([name, version]) => `${name}@${version}`).sort();
const truth = described(fresh.map((map) => [map.metadata.name, map.metadata.resourceVersion]));
assert.deepEqual(described(informer.list().map((map) => [map.metadata.name, map.metadata.resourceVersion])), truth);
assert.deepEqual(described(told), truth);
assert.ok(lists > 1, 'it never had to list again');
console.log(`client-node: ${events} events, ${lists} lists`);
process.exit(0);
