'use strict';

// Checks the gateway's gRPC door with an implementation that is not ours: @grpc/grpc-js, real TLS, a real certificate.
//   node check.js --address 127.0.0.1:6443 --ca DATA/pki/ca.crt --token JOIN_TOKEN [--node NAME]

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const PATIENCE_MS = 15_000;
const SERVICE = 'grainhouse.agent.v1.AgentGateway';

const { values: args } = parseArgs({
  options: {
    address: { type: 'string' },
    ca: { type: 'string' },
    token: { type: 'string' },
    node: { type: 'string', default: 'grpc-js-check' },
  },
});
for (const name of ['address', 'ca', 'token']) {
  if (!args[name]) {
    console.error(`--${name} is missing`);
    process.exit(2);
  }
}

const load = (file) =>
  grpc.loadPackageDefinition(loader.loadSync(file, { keepCase: true, longs: Number, enums: String, oneofs: true }));
const agentProto = path.join(__dirname, '../../../interfaces/Grainhouse.Interfaces/Agents/agent.proto');
const { AgentGateway } = load(agentProto).grainhouse.agent.v1;
const { Health } = load(path.join(__dirname, 'proto/health.proto')).grpc.health.v1;
const { ServerReflection } = load(path.join(__dirname, 'proto/reflection.proto')).grpc.reflection.v1alpha;

const authority = fs.readFileSync(args.ca);
const anonymous = grpc.credentials.createSsl(authority);
const deadline = () => ({ deadline: Date.now() + PATIENCE_MS });
const clients = [];

function connect(Service, credentials = anonymous) {
  const client = new Service(args.address, credentials);
  clients.push(client);
  return client;
}

function call(client, method, request, metadata = new grpc.Metadata()) {
  return new Promise((resolve, reject) =>
    client[method](request, metadata, deadline(), (error, response) => (error ? reject(error) : resolve(response))));
}

async function refused(promise, code) {
  const error = await promise.then(() => null, (cause) => cause);
  assert.ok(error, `expected ${grpc.status[code]}, was answered`);
  assert.equal(error.code, code, `expected ${grpc.status[code]}: ${error.message}`);
}

// The next message of a stream; an error or the end is a rejection.
function next(stream) {
  return new Promise((resolve, reject) => {
    const settle = (how) => (value) => {
      stream.removeAllListeners('data').removeAllListeners('end').removeAllListeners('error');
      stream.pause();
      stream.on('error', () => {});
      how(value);
    };
    stream.on('data', settle(resolve));
    stream.on('error', settle(reject));
    stream.on('end', settle(() => reject(new Error('the stream ended'))));
    stream.resume();
  });
}

const bearer = (token) => {
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  return metadata;
};

function newKey(node) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'grainhouse-grpc-js-'));
  try {
    const key = path.join(directory, 'key.pem');
    const request = execFileSync('openssl', [
      'req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
      '-keyout', key, '-subj', `/CN=${node}`, '-outform', 'DER',
    ], { stdio: ['ignore', 'pipe', 'ignore'] });
    return { key: fs.readFileSync(key), request };
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}

const pem = (der) => Buffer.from(
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----\n`);

const steps = {
  async 'health: the server and the agents\' service are serving'() {
    const health = connect(Health);
    for (const service of ['', SERVICE]) {
      assert.equal((await call(health, 'Check', { service })).status, 'SERVING');
    }
    await refused(call(health, 'Check', { service: 'no.such.Service' }), grpc.status.NOT_FOUND);
  },

  async 'health: a watch tells the state at once'() {
    const watch = connect(Health).Watch({ service: '' }, deadline());
    assert.equal((await next(watch)).status, 'SERVING');
    watch.cancel();
  },

  async 'reflection: the services are listed and described'() {
    const stream = connect(ServerReflection).ServerReflectionInfo(deadline());
    stream.write({ list_services: '*' });
    const names = (await next(stream)).list_services_response.service.map((service) => service.name);
    assert.ok(names.includes(SERVICE) && names.includes('grpc.health.v1.Health'), names.join());
    stream.write({ file_containing_symbol: SERVICE });
    const files = (await next(stream)).file_descriptor_response.file_descriptor_proto;
    assert.ok(files.some((file) => file.includes('AgentGateway')));
    stream.end();
  },

  async 'join: a wrong token and a bad name are refused'() {
    const client = connect(AgentGateway);
    const { request } = newKey(args.node);
    const ask = { node_name: args.node, certificate_request: request };
    await refused(call(client, 'Join', ask, bearer('wrong')), grpc.status.UNAUTHENTICATED);
    await refused(call(client, 'Join', ask), grpc.status.UNAUTHENTICATED);
    await refused(call(client, 'Join', { ...ask, node_name: 'Not/A/Node' }, bearer(args.token)), grpc.status.INVALID_ARGUMENT);
    await refused(
      call(client, 'Join', { ...ask, certificate_request: Buffer.from('junk') }, bearer(args.token)), grpc.status.INVALID_ARGUMENT);
  },

  async 'attach: without a certificate it is refused'() {
    await refused(next(connect(AgentGateway).Attach(deadline())), grpc.status.UNAUTHENTICATED);
  },

  async 'join, attach: the certificate opens a session; reports are acknowledged'() {
    const { key, request } = newKey(args.node);
    const joined = await call(
      connect(AgentGateway), 'Join', { node_name: args.node, certificate_request: request }, bearer(args.token));
    assert.equal(pem(joined.authority).toString().replace(/\s/g, ''), authority.toString().replace(/\s/g, ''));
    const agent = connect(AgentGateway, grpc.credentials.createSsl(authority, key, pem(joined.certificate)));

    const stranger = agent.Attach(deadline());
    stranger.write({ sequence: 1, hello: { node_name: 'somebody-else', protocol: 1, instance: 'x' } });
    await refused(next(stranger), grpc.status.PERMISSION_DENIED);

    const future = agent.Attach(deadline());
    future.write({ sequence: 1, hello: { node_name: args.node, protocol: 99, instance: 'x' } });
    await refused(next(future), grpc.status.FAILED_PRECONDITION);

    const session = agent.Attach(deadline());
    session.write({ sequence: 1, hello: { node_name: args.node, agent_version: 'grpc-js', protocol: 1, instance: `js-${process.pid}` } });
    const first = await next(session);
    assert.equal(first.directive, 'snapshot');
    session.write({ sequence: 2, heartbeat: { node: { cpu_nanocores: 1, memory_bytes: 1 } } });
    for (let directive = first; !(directive.ack >= 2);) {
      directive = await next(session);
    }
    session.end();

    const tunnel = agent.Tunnel(deadline());
    tunnel.write({ tunnel_id: 'nobody-waits-for-this' });
    await refused(next(tunnel), grpc.status.NOT_FOUND);
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
  clients.forEach((client) => client.close());
  process.exitCode = failures === 0 ? 0 : 1;
}

main();
