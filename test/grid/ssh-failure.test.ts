import assert from 'node:assert/strict';
import { type SshEnd, sshFailure } from '../../client/src/grid/ssh-failure.ts';

/** How far a call of ssh came, in ssh's own words at `DEBUG1`. */
const CONNECTING = 'debug1: Connecting to north [10.0.0.1] port 22.\n';
const CONNECTED = `${CONNECTING}debug1: Connection established.\n`;
const LET_IN = `${CONNECTED}Authenticated to north ([10.0.0.1]:22) using "publickey".\n`;
const SHARED = 'debug1: auto-mux: Trying existing master\n';
const SESSION = `${SHARED}debug1: mux_client_request_session: master session id: 2\n`;
const REFUSED = 'ssh: connect to host north port 22: Connection refused\n';

suite('grid: what a failure of ssh means', () => {
  const cases: readonly [name: string, end: Partial<SshEnd>, kind: string, words: RegExp][] = [
    ['nobody listens', { log: CONNECTING + REFUSED }, 'unreached', /Connection refused/],
    [
      'the network is cut',
      { log: `${CONNECTING}ssh: connect to host 10.77.0.12 port 22: Connection timed out\n` },
      'unreached',
      /timed out/,
    ],
    [
      'the name is unknown',
      { log: 'ssh: Could not resolve hostname x.invalid: Name or service not known\n' },
      'unreached',
      /Could not resolve/,
    ],
    [
      'the host says nothing',
      { log: `${CONNECTED}Connection timed out during banner exchange\n` },
      'unreached',
      /banner exchange/,
    ],
    [
      'the host hangs up at once',
      { log: `${CONNECTED}kex_exchange_identification: Connection closed by remote host\n` },
      'unreached',
      /closed by remote host/,
    ],
    [
      'our time is over before it lets us in',
      { log: CONNECTED, stopped: 'time-out' },
      'unreached',
      /within 9 s/,
    ],
    [
      'it is aborted before it lets us in',
      { log: CONNECTED, stopped: 'aborted' },
      'unreached',
      /no longer waited/,
    ],
    ['ssh said nothing at all', { log: '' }, 'unsure', /dropped the connection/],
    [
      'ssh had not written anything when our time was over',
      { log: '', stopped: 'time-out' },
      'unsure',
      /within 9 s/,
    ],
    ['the connection ends after it let us in', { log: LET_IN }, 'unsure', /dropped/],
    [
      'an older ssh let us in',
      { log: `${CONNECTED}debug1: Authentication succeeded (publickey).\n` },
      'unsure',
      /dropped/,
    ],
    ['a shared connection ends', { log: SESSION }, 'unsure', /dropped/],
    ['a shared connection lets us wait', { log: SHARED, stopped: 'time-out' }, 'unsure', /within 9 s/],
    [
      'a shared connection ends while it is asked, and a new one is refused',
      {
        log: `${SHARED}mux_client_request_session: read from master failed: Broken pipe\n${CONNECTING}${REFUSED}`,
      },
      'unsure',
      /refused/,
    ],
    [
      'a stale socket, and nobody listens',
      {
        log: `${SHARED}debug1: Control socket connect(/x): Connection refused\n${CONNECTING}${REFUSED}`,
      },
      'unreached',
      /Connection refused/,
    ],
    [
      'the begin mark was seen, whatever ssh says',
      { log: CONNECTING + REFUSED, begun: true },
      'unsure',
      /dropped/,
    ],
    [
      'the remote side speaks like ssh',
      { log: LET_IN, remote: `${REFUSED}root@north: Permission denied (publickey).\n` },
      'unsure',
      /dropped/,
    ],
    [
      'the key is refused',
      { log: `${CONNECTED}ann@north: Permission denied (publickey,gssapi-with-mic).\n` },
      'denied',
      /ssh-add/,
    ],
    [
      'too many keys',
      {
        log: `${CONNECTED}Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\nDisconnected from 10.0.0.1 port 22\n`,
      },
      'denied',
      /IdentitiesOnly/,
    ],
    [
      'no method in common',
      {
        log: `${CONNECTED}Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa\n`,
      },
      'denied',
      /no method in common .*ssh-rsa/,
    ],
    [
      'no sh there',
      { log: LET_IN, exit: 127, remote: 'bash: sh: command not found\n' },
      'denied',
      /does not run sh/,
    ],
    [
      'the password has expired',
      { log: LET_IN, exit: 1, remote: 'WARNING: Your password has expired.\n' },
      'denied',
      /password has expired/,
    ],
    ['the shell ends without a word', { log: LET_IN, exit: 0 }, 'unsure', /exit code 0/],
  ];
  for (const [name, end, kind, words] of cases) {
    test(`${name}: ${kind}`, () => {
      const failure = sshFailure({ destination: 'north' }, { ...lost, ...end });
      assert.equal(failure.kind, kind);
      assert.match(failure.reason, words);
      assert.match(failure.reason, /\bnorth\b.*: ssh\b|ssh-add/);
    });
  }

  test('remote words are cut and cannot steer a terminal', () => {
    const remote = `\u001b]0;x\u0007 not available \u202e${'y'.repeat(5000)}`;
    const { reason } = sshFailure({ destination: 'north' }, { ...lost, log: LET_IN, exit: 1, remote });
    assert.match(reason, /\\e\]0;x\\x07 not available \\u202ey/);
    assert(reason.length < 500);
    assert.doesNotMatch(reason, /\p{Cc}|\p{Cf}/u);
  });

  test('words in a command to copy are quoted', () => {
    const log = `${CONNECTED}Host key verification failed.\n`;
    const host = { destination: 'north', config: "/home/ann/my 'ssh'" };
    assert.match(
      sshFailure(host, { ...lost, log }).reason,
      /ssh -F '\/home\/ann\/my '\\''ssh'\\''' north true$/,
    );
  });
});

const lost: SshEnd = { exit: 255, seconds: 9, maxBytes: 1000, log: '', begun: false, remote: '' };
