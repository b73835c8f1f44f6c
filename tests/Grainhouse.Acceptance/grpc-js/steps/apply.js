'use strict';

// Server-side apply.

const assert = require('node:assert/strict');
const grpc = require('@grpc/grpc-js');
const { refused } = require('../server');

const object = { type: { api_version: 'v1', resource: 'configmaps' }, namespace: 'default', name: 'grpc-js' };
const yaml = (data) => Buffer.from(`apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: grpc-js\ndata:\n${data.map((line) => `  ${line}\n`).join('')}`);

module.exports = ({ call }) => {
  const apply = (manager, data, more = {}, options = {}) =>
    call('Apply', { object, document: yaml(data), options: { field_manager: manager, ...options }, ...more });
  const data = async () => JSON.parse((await call('Get', { object })).document).data;

  return {
    async 'apply: creates, changes, and takes back what is said no more'() {
      await apply('one', ['a: "1"', 'b: "1"']);
      await apply('one', ['a: "2"']);
      assert.deepEqual(await data(), { a: '2' });
    },

    async 'apply: JSON is YAML too'() {
      const document = Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'grpc-js' }, data: { c: '1' } }));
      await call('Apply', { object, document, options: { field_manager: 'two' } });
      assert.deepEqual(await data(), { a: '2', c: '1' });
    },

    async 'apply: what another manager says is refused, and taken over by force'() {
      const conflict = await refused(apply('two', ['a: "3"', 'c: "1"']), grpc.status.ABORTED);
      assert.match(conflict.details, /conflict with "one": \.data\.a/);
      await apply('two', ['a: "3"', 'c: "1"'], { force: true });
      assert.deepEqual(await data(), { a: '3', c: '1' });
    },

    async 'apply: a dry run keeps nothing, and shows all'() {
      const { object: shown } = await apply('two', ['a: "9"'], {}, { dry_run: true });
      assert.deepEqual(JSON.parse(shown.document).data, { a: '9' });
      assert.deepEqual(await data(), { a: '3', c: '1' });
    },

    async 'apply: nobody applies without a name'() {
      const nameless = await refused(apply('', ['a: "1"']), grpc.status.INVALID_ARGUMENT);
      assert.match(nameless.details, /fieldManager: Required value/);
      await call('Delete', { object });
    },
  };
};
