import { z } from 'zod';
import { cronFault, knownZone } from '../maintenance.ts';
import { duration, line, said } from './values.ts';

/** One entry of `maintenance`. */
export function maintenanceWindow() {
  return z.union([once(), recurring()]);
}

function once() {
  return z
    .strictObject({
      from: moment()
        .describe('Begin, UTC unless it says otherwise.')
        .meta({ examples: ['2027-01-08T06:00Z'] }),
      to: moment()
        .describe('End.')
        .meta({ examples: ['2027-01-08T18:00+01:00'] }),
      reason: reason(),
    })
    .refine(({ from, to }) => !(timeOf(from) >= timeOf(to)), {
      path: ['to'],
      error: said('The end is not after the begin', 'change `from` or `to`'),
    })
    .describe('From one time to another.');
}

function recurring() {
  return z
    .strictObject({
      cron: line(200)
        .superRefine((text, context) => {
          const fault = cronFault(text);
          if (fault !== undefined) context.addIssue({ code: 'custom', message: said(...fault) });
        })
        .describe('When it begins: minute, hour, day of the month, month, day of the week.')
        .meta({ examples: ['0 6 * * TUE', '0 22 L * *'] }),
      for: duration('1m', '31d')
        .describe('How long it takes.')
        .meta({ examples: ['4h'] }),
      zone: line(100)
        .refine(knownZone, {
          error: said('This time zone is not known', 'write a name such as Europe/Stockholm or UTC'),
        })
        .optional()
        .describe('Time zone of `cron`. Default: UTC.')
        .meta({ examples: ['Europe/Stockholm'] }),
      reason: reason(),
    })
    .describe('Again and again.');
}

function reason() {
  return line(500)
    .optional()
    .describe('Shown with the site while it lasts.')
    .meta({ examples: ['cooling'] });
}

function moment() {
  return z
    .string()
    .regex(MOMENT, {
      error: said('This is no time', 'write it as 2027-01-08T06:00Z, with Z or an offset such as +01:00'),
    })
    .refine(text => !MOMENT.test(text) || !Number.isNaN(timeOf(text)), {
      error: said('There is no such time', 'look at day and hour'),
    });
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?)? ?(Z|[+-]\d{2}:\d{2})?$/;

/** Milliseconds since 1970 of a time of the file; NaN for one that does not exist, such as 30 February. */
export function timeOf(text: string): number {
  const [, day = '', clock = '00:00', seconds = ':00', zone = 'Z'] = MOMENT.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return Number.NaN;
  return Date.parse(`${day}T${clock}${seconds}${zone}`);
}
