/** Stands before every line that a suite prints, and tells it from what else the workbench logs. */
export const outputMark = '\u2063';
