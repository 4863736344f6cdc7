import assert from 'node:assert/strict';
import { maintenanceAt } from '../../client/src/grid/maintenance.ts';
import type { MaintenanceWindow } from '../../client/src/grid/model.ts';

const ONCE: MaintenanceWindow = {
  kind: 'once',
  from: '2027-01-08T06:00:00.000Z',
  to: '2027-01-08T18:00:00.000Z',
  reason: 'cooling',
};

/** Of every night at half past two, Berlin's clock, for an hour. */
const NIGHTLY: MaintenanceWindow = {
  kind: 'recurring',
  cron: '30 2 * * *',
  minutes: 60,
  zone: 'Europe/Berlin',
};

suite('maintenanceAt', () => {
  const cases: readonly [
    name: string,
    windows: readonly MaintenanceWindow[],
    time: string,
    until: string | undefined,
  ][] = [
    ['nothing is planned', [], '2027-01-08T06:00Z', undefined],
    ['just before', [ONCE], '2027-01-08T05:59:59.999Z', undefined],
    ['at the begin', [ONCE], '2027-01-08T06:00Z', '2027-01-08T18:00Z'],
    ['just before the end', [ONCE], '2027-01-08T17:59:59.999Z', '2027-01-08T18:00Z'],
    ['at the end', [ONCE], '2027-01-08T18:00Z', undefined],
    ['a recurring one, just before', [NIGHTLY], '2027-01-08T01:29:59.999Z', undefined],
    ['a recurring one, at its begin', [NIGHTLY], '2027-01-08T01:30Z', '2027-01-08T02:30Z'],
    ['a recurring one, just before its end', [NIGHTLY], '2027-01-08T02:29:59.999Z', '2027-01-08T02:30Z'],
    ['a recurring one, at its end', [NIGHTLY], '2027-01-08T02:30Z', undefined],
    ['in summer the clock of the zone counts', [NIGHTLY], '2027-07-08T00:45Z', '2027-07-08T01:30Z'],
    ['without a zone it is UTC', [{ ...NIGHTLY, zone: 'UTC' }], '2027-07-08T02:45Z', '2027-07-08T03:30Z'],
    ['a begin that summer time skips is later', [NIGHTLY], '2027-03-28T01:15Z', '2027-03-28T02:00Z'],
    ['a begin that comes twice counts once', [NIGHTLY], '2027-10-31T00:45Z', '2027-10-31T01:30Z'],
    ['and not the second time', [NIGHTLY], '2027-10-31T01:45Z', undefined],
    [
      'of windows that overlap the one that ends last',
      [ONCE, { ...NIGHTLY, cron: '0 7 * * *', zone: 'UTC', minutes: 1440 }],
      '2027-01-08T08:00Z',
      '2027-01-09T07:00Z',
    ],
    [
      'one that begins again before it ended starts anew',
      [{ ...NIGHTLY, cron: '0 * * * *', minutes: 90 }],
      '2027-01-08T08:10Z',
      '2027-01-08T09:30Z',
    ],
  ];
  for (const [name, maintenance, time, until] of cases) {
    test(name, () =>
      assert.equal(
        maintenanceAt({ maintenance }, Date.parse(time))?.until,
        until === undefined ? undefined : Date.parse(until),
      ),
    );
  }

  test('the reason is the file’s', () =>
    assert.equal(maintenanceAt({ maintenance: [ONCE] }, Date.parse('2027-01-08T07:00Z'))?.reason, 'cooling'));

  test('or a plain sentence', () =>
    assert.equal(
      maintenanceAt({ maintenance: [NIGHTLY] }, Date.parse('2027-01-08T02:00Z'))?.reason,
      'The site is under maintenance',
    ));
});
