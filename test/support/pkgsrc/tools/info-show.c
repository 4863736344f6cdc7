/* pkg_info: what it prints of one package. */
#include "info.h"

static void show_file(const char *text, const char *title) {
  if (!text) return;
  if (!info_options.quiet) printf("%s%s", info_options.lead, title);
  size_t length = strlen(text);
  if (length == 0 || text[length - 1] != '\n') puts(text);
  else fputs(text, stdout);
  printf("\n");
}

static void show_entries(const struct plist *plist, enum kind kind, const char *title) {
  if (!first_of(plist, kind)) return;
  if (!info_options.quiet) printf("%s%s", info_options.lead, title);
  for (size_t at = 0; at < plist->count; at++)
    if (plist->entries[at].kind == kind) puts(plist->entries[at].text);
  printf("\n");
}

static void show_plist(const struct plist *plist, bool only_prefixes, const char *title) {
  static const struct { const char *brief, *full; } names[] = {
    [FILE_ENTRY] = {"", "\tFile: "}, [CWD] = {"@cwd ", "\tCWD to: "}, [EXEC] = {"@exec ", "\tEXEC ''"},
    [UNEXEC] = {"@unexec ", "\tUNEXEC ''"}, [MODE] = {"@chmod ", "\tCHMOD to "}, [OWNER] = {"@chown ", "\tCHOWN to "},
    [GROUP] = {"@chgrp ", "\tCHGRP to "}, [SRC] = {"@src: ", "\tSRC to: "}, [COMMENT] = {"@comment ", "\tComment: "},
    [IGNORE] = {"@ignore", "Ignore next file:"}, [NAME] = {"@name ", "\tPackage name: "},
    [DISPLAY] = {"@display ", "\tInstall message file: "}, [PKGDEP] = {"@pkgdep ", "\tPackage depends on: "},
    [PKGCFL] = {"@pkgcfl ", "\tPackage conflicts with: "}, [PKGDIR] = {"@pkgdir ", "\tManaged directory: "},
    [DIRRM] = {"@dirrm ", "\tObsolete deinstall directory removal hint: "},
    [OPTION] = {"@option ", "\tPackage has option: "},
    [BLDDEP] = {"@blddep ", "\tPackage depends exactly on: "}};
  bool ignored = false;
  if (!info_options.quiet) printf("%s%s", info_options.lead, title);
  for (size_t at = 0; at < plist->count; at++) {
    struct entry entry = plist->entries[at];
    if (only_prefixes && entry.kind != CWD) continue;
    printf("%s%s%s\n", info_options.quiet ? names[entry.kind].brief : names[entry.kind].full,
      entry.kind == IGNORE ? "" : entry.text, ignored && !info_options.quiet ? " (ignored)" : "");
    ignored = entry.kind == IGNORE;
  }
}

static void show_files(const struct plist *plist) {
  const char *directory = ".";
  if (!info_options.quiet) printf("%sFiles:\n", info_options.lead);
  for (size_t at = 0; at < plist->count; at++) {
    if (plist->entries[at].kind == IGNORE) at++;
    else if (plist->entries[at].kind == CWD) directory = plist->entries[at].text;
    else if (plist->entries[at].kind == FILE_ENTRY) printf("%s/%s\n", directory, plist->entries[at].text);
  }
}

static void add_dependents(struct list *all, const char *text) {
  struct list lines = lines_of(text ? text : "");
  for (size_t at = 0; at < lines.count; at++) {
    if (has(all, lines.items[at])) continue;
    add_dependents(all, read_entry(lines.items[at]).texts[REQUIRED_BY]);
    append(all, lines.items[at]);
  }
}

static void show_all_dependents(const struct package *package) {
  struct list all = {0};
  if (!package->installed) return;
  add_dependents(&all, package->texts[REQUIRED_BY]);
  if (!info_options.quiet) printf("%sFull required by list:\n", info_options.lead);
  for (size_t at = all.count; at-- > 0;) puts(all.items[at]);
  if (!info_options.quiet) printf("\n");
}

static void show_as_variable(const char *name, const char *text) {
  struct list lines = lines_of(text ? text : "");
  for (size_t at = 0; at < lines.count; at++) printf("%s=%s\n", name, lines.items[at]);
}

static void show_build_info(const char *text) {
  static const char *const names[] = {"PKGPATH", "CATEGORIES", "PROVIDES", "REQUIRES", "PKG_OPTIONS", "OPSYS",
    "OS_VERSION", "MACHINE_ARCH", "LICENSE", "HOMEPAGE", "PKGTOOLS_VERSION", "BUILD_DATE", "PREV_PKGPATH",
    "SUPERSEDES"};
  struct list lines = lines_of(text);
  for (size_t at = 0; at < lines.count; at++) {
    size_t length = strcspn(lines.items[at], "=");
    for (size_t name = 0; name < sizeof names / sizeof *names; name++)
      if (strlen(names[name]) == length && strncmp(names[name], lines.items[at], length) == 0)
        puts(lines.items[at]);
  }
}

static void show_summary(const struct package *package) {
  for (size_t at = 0; at < package->plist.count; at++) {
    struct entry entry = package->plist.entries[at];
    if (entry.kind == NAME) printf("PKGNAME=%s\n", entry.text);
    if (entry.kind == PKGDEP) printf("DEPENDS=%s\n", entry.text);
    if (entry.kind == PKGCFL) printf("CONFLICTS=%s\n", entry.text);
  }
  show_as_variable("COMMENT", package->texts[COMMENTED]);
  show_as_variable("SIZE_PKG", package->texts[SIZE_PKG]);
  if (package->texts[BUILD_INFO]) show_build_info(package->texts[BUILD_INFO]);
  else warnx("Build information missing");
  struct stat status;
  if (package->file && stat(package->file, &status) == 0) {
    const char *slash = strrchr(package->file, '/');
    printf("FILE_NAME=%s\nFILE_SIZE=%lld\n", slash ? slash + 1 : package->file, (long long)status.st_size);
  }
  show_as_variable("DESCRIPTION", package->texts[DESC]);
  putchar('\n');
}

static void show_parts(const struct package *package) {
  char *const *texts = package->texts;
  if (!info_options.quiet) printf("%sInformation for %s:\n\n", info_options.lead, package->name);
  if (!info_options.quiet && texts[PRESERVE]) puts("*** PACKAGE MAY NOT BE DELETED ***");
  if (info_shows('c')) show_file(texts[COMMENTED], "Comment:\n");
  if (info_shows('n')) show_entries(&package->plist, PKGDEP, "Requires:\n");
  if (info_shows('N')) show_entries(&package->plist, BLDDEP, "Built using:\n");
  if (info_shows('R')) show_file(texts[REQUIRED_BY], "Required by:\n");
  if (info_shows('r')) show_all_dependents(package);
  if (info_shows('d')) show_file(texts[DESC], "Description:\n");
  if (info_shows('D')) show_file(texts[SHOWN], "Install notice:\n");
  if (info_shows('f')) show_plist(&package->plist, false, "Packing list:\n");
  if (info_shows('i')) show_file(texts[INSTALL], "Install script:\n");
  if (info_shows('k')) show_file(texts[DEINSTALL], "De-Install script:\n");
  if (info_shows('m')) show_file(texts[MTREE], "mtree file:\n");
  if (info_shows('p')) show_plist(&package->plist, true, "Prefix(s):\n");
  if (info_shows('L')) show_files(&package->plist);
  if (info_shows('b')) show_file(texts[BUILD_VERSION], "Build version:\n");
  if (info_shows('B')) show_file(texts[BUILD_INFO], "Build information:\n");
  if (info_shows('B')) show_file(texts[INSTALLED_INFO], "Installed information:\n");
  if (info_shows('s')) show_file(texts[SIZE_PKG], "Size of this package in bytes: ");
  if (info_shows('S')) show_file(texts[SIZE_ALL], "Size in bytes including required pkgs: ");
  if (!info_options.quiet && texts[PRESERVE]) puts("*** PACKAGE MAY NOT BE DELETED ***\n");
  if (!info_options.quiet) puts(info_options.lead);
}

static void show_variable(const struct package *package) {
  bool own = strpbrk(info_options.variable, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL;
  char *text = package->texts[own ? INSTALLED_INFO : BUILD_INFO];
  if (!text && !own) warnx("Build information missing");
  char *value = text ? variable_in(text, info_options.variable) : NULL;
  if (value) puts(value);
}

void show_package(struct package *package) {
  if (info_options.index_only) {
    if (!info_options.quiet) printf("%s%-19s ", info_options.lead, package->name);
    size_t length = strlen(package->texts[COMMENTED]);
    printf("%s%s", package->texts[COMMENTED],
      length && package->texts[COMMENTED][length - 1] == '\n' ? "" : "\n");
    return;
  }
  if (info_options.variable) {
    show_variable(package);
    return;
  }
  package->plist = plist_of(package->texts[CONTENTS]);
  if (info_options.summary) show_summary(package);
  else show_parts(package);
}
