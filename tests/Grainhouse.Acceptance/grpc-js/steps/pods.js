'use strict';

// What runs: logs, commands, evictions.

const assert = require('node:assert/strict');
const grpc = require('@grpc/grpc-js');
const { refused, take, eventually } = require('../server');

const namespace = 'default';
const pod = 'grpc-js-box';
const named = (resource, name, apiVersion = 'v1') => ({ type: { api_version: apiVersion, resource }, namespace, name });
const bytes = (document) => Buffer.from(JSON.stringify(document));
const manifest = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: pod, labels: { app: pod } },
  spec: {
    runtimeClassName: 'process',
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'main', image: 'none', command: ['sh', '-c', 'echo begun; while :; do sleep 0.2; done'] }],
  },
};
const budget = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: pod },
  spec: { minAvailable: 1, selector: { matchLabels: { app: pod } } },
};

module.exports = ({ call, stream: open, exec }) => {
  // A command that goes on: `say` gives it input, `ended` is all that it said.
  function start(command, more = {}) {
    const running = exec();
    const heard = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), exits: [] };
    running.write({ start: { namespace, pod, command, ...more } });
    const ended = new Promise((resolve, reject) => {
      running.on('data', ({ response, ...message }) => {
        if (response === 'exit') {
          heard.exits.push(message.exit.code);
        } else {
          heard[response] = Buffer.concat([heard[response], message[response]]);
        }
      });
      running.on('error', reject);
      running.on('end', () => resolve(heard));
    });
    ended.catch(() => {});
    return { heard, ended, cancel: () => running.cancel(), end: () => running.end(), say: (message) => new Promise((resolve) => running.write(message, resolve)) };
  }

  const run = (...command) => start(command).ended;

  return {
    async 'pod: applied, and watched until it runs'() {
      await call('Apply', { object: named('pods', pod), document: bytes(manifest), options: { field_manager: 'grpc-js' } });
      const watch = open('Watch', { type: named('pods').type, namespace, selection: { fields: `metadata.name=${pod}` }, view: 'VIEW_TYPED' });
      await new Promise((resolve, reject) => {
        watch.on('data', (event) => event.object.pod.phase === 'Running' && resolve());
        watch.on('error', reject);
        watch.on('end', () => reject(new Error('the watch ended')));
      });
      watch.on('error', () => {});
      watch.cancel();
    },

    async 'logs: followed from the first line'() {
      const [chunk] = await take(open('Logs', { namespace, pod, follow: true }), 1);
      assert.equal(chunk.data.toString(), 'begun\n');
    },

    async 'exec: both outputs and every exit code'() {
      const heard = await run('sh', '-c', 'echo out; echo err >&2; exit 7');
      assert.deepEqual([heard.stdout.toString(), heard.stderr.toString(), heard.exits], ['out\n', 'err\n', [7]]);
      for (const code of [0, 1, 255]) {
        assert.deepEqual((await run('sh', '-c', `exit ${code}`)).exits, [code]);
      }
    },

    async 'exec: a megabyte through cat, its end said by a message'() {
      const sent = Buffer.alloc(1 << 20, 'grainhouse ');
      const cat = start(['cat'], { stdin: true });
      for (let at = 0; at < sent.length; at += 50_000) {
        await cat.say({ stdin: sent.subarray(at, at + 50_000) });
      }
      await cat.say({ close_stdin: {} });
      const heard = await cat.ended;
      assert.ok(heard.stdout.equals(sent), `${heard.stdout.length} bytes came back`);
      assert.deepEqual(heard.exits, [0]);
    },

    async 'exec: the end of the requests is the end of the input'() {
      const counting = start(['wc', '-c'], { stdin: true });
      await counting.say({ stdin: Buffer.from('12345') });
      counting.end();
      assert.equal((await counting.ended).stdout.toString().trim(), '5');
    },

    async 'exec: no argument is lost or read by a shell'() {
      const heard = await run('sh', '-c', 'printf "[%s]" "$@"', 'sh', '', 'a b', '$HOME', 'c&d=e');
      assert.equal(heard.stdout.toString(), '[][a b][$HOME][c&d=e]');
    },

    async 'exec: a terminal has the size that it is told'() {
      const terminal = start(['sh', '-c', 'while [ "$(stty size)" != "31 97" ]; do sleep 0.1; done; stty size; exit 4'], { stdin: true, tty: true });
      await terminal.say({ resize: { width: 97, height: 31 } });
      const heard = await terminal.ended;
      assert.match(heard.stdout.toString(), /31 97/);
      assert.deepEqual(heard.exits, [4]);
    },

    async 'exec: to cancel the call ends the command'() {
      const sleeping = start(['sh', '-c', 'echo $$; exec sleep 1000']);
      await eventually('the command says its id', async () => sleeping.heard.stdout.includes('\n'));
      const id = sleeping.heard.stdout.toString().trim();
      assert.deepEqual((await run('kill', '-0', id)).exits, [0]);
      sleeping.cancel();
      await eventually('the command ends', async () => (await run('sh', '-c', `kill -0 ${id} 2>/dev/null`)).exits[0] !== 0);
    },

    async 'exec: what cannot be is refused'() {
      await refused(start(['true'], { pod: 'nobody' }).ended, grpc.status.NOT_FOUND);
      await refused(start(['true'], { container: 'nobody' }).ended, grpc.status.INVALID_ARGUMENT);
      await refused(start([]).ended, grpc.status.INVALID_ARGUMENT);
      const mute = exec();
      mute.end();
      await refused(take(mute, 1), grpc.status.INVALID_ARGUMENT);
    },

    async 'evict: within the budget only'() {
      const budgets = { type: { api_version: 'policy/v1', resource: 'poddisruptionbudgets' }, namespace };
      await call('Create', { ...budgets, document: bytes(budget) });
      const held = await refused(call('Evict', { namespace, pod }), grpc.status.RESOURCE_EXHAUSTED);
      assert.match(held.details, /violate the pod's disruption budget/);
      await call('Delete', { object: { ...budgets, name: pod } });
      await call('Evict', { namespace, pod, dry_run: true });
      assert.ok((await call('Get', { object: named('pods', pod) })).document.length > 0);
      await call('Evict', { namespace, pod });
      await eventually('the pod is gone', async () => call('Get', { object: named('pods', pod) }).then(() => false, (error) => error.code === grpc.status.NOT_FOUND));
    },
  };
};
