#include "double.h"

/* Filled in when a kit is made: see `toolProgram` in ../tools.ts. */
static volatile const char prefix_slot[1024] = "@packwright-double-prefix@";
static volatile const char database_slot[1024] = "@packwright-double-database@";
static volatile const char version_slot[64] = "@packwright-double-version@";

const char *kit_prefix(void) { return (const char *)prefix_slot; }
const char *kit_database(void) { return (const char *)database_slot; }
const char *kit_version(void) { return (const char *)version_slot; }

int main(int count, char **arguments) {
  const char *name = program_invocation_short_name;
  if (strcmp(name, "pkg_add") == 0) return pkg_add(count, arguments);
  if (strcmp(name, "pkg_delete") == 0) return pkg_delete(count, arguments);
  if (strcmp(name, "pkg_info") == 0) return pkg_info(count, arguments);
  if (strcmp(name, "pkg_admin") == 0) return pkg_admin(count, arguments);
  errx(2, "no such tool");
}
