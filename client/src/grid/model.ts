/** The vocabulary of jobs at sites: read this first. */
export type * from './model/backend.ts';
export type * from './model/command.ts';
export type * from './model/job.ts';
export type * from './model/material.ts';
export type * from './model/report.ts';
export type * from './model/site.ts';
export type * from './model/sites-file.ts';
