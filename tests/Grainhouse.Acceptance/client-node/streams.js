// exec, attach and port-forward with @kubernetes/client-node: node streams.js NAMESPACE DOCKER_POD PROCESS_POD, with KUBECONFIG set.
import { strict as assert } from 'node:assert';
import { PassThrough, Readable } from 'node:stream';
import { once } from 'node:events';
import { Attach, Exec, KubeConfig, PortForward } from '@kubernetes/client-node';

const [namespace, docker, plain] = process.argv.slice(2);
const config = new KubeConfig();
config.loadFromDefault();

function gather(stream) {
  const chunks = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

async function exec(pod, command, stdin, tty = false) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const out = gather(stdout);
  const err = gather(stderr);
  let ended;
  const status = new Promise((resolve) => (ended = resolve));
  const socket = await new Exec(config).exec(namespace, pod, 'main', command, stdout, stderr, stdin, tty, ended);
  const result = await status;
  socket.close();
  return { protocol: socket.protocol, out: out(), err: err(), status: result };
}

function exitCode(status) {
  return status.status === 'Success' ? 0 : Number(status.details.causes.find((cause) => cause.reason === 'ExitCode').message);
}

for (const pod of [docker, plain]) {
  const failed = await exec(pod, ['sh', '-c', 'echo out; echo err >&2; exit 9'], null);
  assert.equal(failed.out, 'out\n');
  assert.equal(failed.err, 'err\n');
  assert.equal(exitCode(failed.status), 9);

  const echoed = await exec(pod, ['cat'], Readable.from(['from ', 'node']));
  assert.equal(echoed.out, 'from node');
  assert.equal(exitCode(echoed.status), 0);

  const terminal = await exec(pod, ['sh', '-c', 'test -t 0 && echo terminal'], null, true);
  assert.equal(terminal.out, 'terminal\r\n');
}

{
  const stdout = new PassThrough();
  const socket = await new Attach(config).attach(namespace, plain, 'main', stdout, null, null, false);
  const [chunk] = await once(stdout, 'data');
  assert.match(chunk.toString(), /tick/);
  socket.close();
}

{
  const stdout = new PassThrough();
  const errors = new PassThrough();
  const text = gather(stdout);
  const input = new PassThrough();
  const socket = await new PortForward(config).portForward(namespace, docker, [8080], stdout, errors, input);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  input.write('GET /index.html HTTP/1.0\r\n\r\n');
  await closed;
  assert.match(text(), /^HTTP\/1\.[01] 200 OK[^]*served\n$/);
}

console.log('client-node: exec, attach and port-forward as expected');
process.exit(0);
