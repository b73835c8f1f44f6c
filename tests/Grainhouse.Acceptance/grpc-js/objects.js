'use strict';

// Checks the gateway's grainhouse.v1 service, every call of it, with an implementation that is not ours: @grpc/grpc-js, real TLS,
// and descriptors from the server's own reflection. Its node must run plain processes.
//   node objects.js --address 127.0.0.1:6443 --ca DATA/pki/ca.crt --token ADMIN_TOKEN

const assert = require('node:assert/strict');
const { parseArgs } = require('node:util');
const { connect } = require('./server');

const { values: args } = parseArgs({ options: { address: { type: 'string' }, ca: { type: 'string' }, token: { type: 'string' } } });
for (const name of ['address', 'ca', 'token']) {
  if (!args[name]) {
    console.error(`--${name} is missing`);
    process.exit(2);
  }
}

async function main() {
  const server = await connect(args);
  const steps = {
    ...require('./steps/objects')(server),
    ...require('./steps/apply')(server),
    ...require('./steps/pods')(server),
    async 'every call of the service was tried'() {
      assert.deepEqual(server.uncalled(), []);
    },
  };
  let failures = 0;
  for (const [name, run] of Object.entries(steps)) {
    try {
      await run();
      console.log(`ok      ${name}`);
    } catch (error) {
      failures++;
      console.log(`FAILED  ${name}: ${error.stack}`);
    }
  }
  server.close();
  process.exitCode = failures === 0 ? 0 : 1;
}

main();
