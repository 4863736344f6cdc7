/* pkg_info: what is installed, or what a package file holds. */
#include "info.h"

static const struct { const char *name; bool required; } metadata[] = {
  {"+CONTENTS", true}, {"+COMMENT", true}, {"+DESC", true}, {"+INSTALL", false}, {"+DEINSTALL", false},
  {"+DISPLAY", false}, {"+MTREE_DIRS", false}, {"+BUILD_VERSION", false}, {"+BUILD_INFO", false},
  {"+SIZE_PKG", false}, {"+SIZE_ALL", false}, {"+PRESERVE", false}, {"+REQUIRED_BY", false},
  {"+INSTALLED_INFO", false}};

static bool by_file;
enum which { NAMED, ALL, BY_USER };
static enum which which = NAMED;
struct info_options info_options = {.lead = ""};

static void usage(void) {
  fputs("usage: pkg_info [-BbcDdFfhIikLmNnpqRrSsVvX] [-E pkg-name] [-e pkg-name]\n"
    "                [-K pkg_dbdir] [-l prefix] pkg-name ...\n"
    "       pkg_info [-a | -u] [flags]\n"
    "       pkg_info [-Q variable] pkg-name ...\n", stderr);
  exit(1);
}

bool info_shows(char letter) { return strchr(info_options.shown, letter) != NULL; }

/* Only what is asked for is read: a missing file that nobody wants is no fault. */
static bool wanted(enum part part) {
  switch (part) {
  case CONTENTS: case PRESERVE: return !info_options.index_only && !info_options.variable;
  case COMMENTED: return info_shows('c') || info_options.index_only || info_options.summary;
  case DESC: return info_shows('d') || info_options.summary;
  case BUILD_INFO: case INSTALLED_INFO: return info_options.variable || info_shows('B') || info_options.summary;
  case SIZE_PKG: return info_options.summary || info_shows('s');
  case SIZE_ALL: return info_shows('S');
  case REQUIRED_BY: return info_shows('R') || info_shows('r');
  case SHOWN: return info_shows('D');
  case INSTALL: return info_shows('i');
  case DEINSTALL: return info_shows('k');
  case MTREE: return info_shows('m');
  case BUILD_VERSION: return info_shows('b');
  default: return false;
  }
}

struct package read_entry(const char *name) {
  struct package package = {.name = name, .installed = true};
  for (enum part part = CONTENTS; part < METADATA; part++) {
    if (!wanted(part)) continue;
    package.texts[part] = slurp(entry_file(name, metadata[part].name));
    if (!package.texts[part] && (errno != ENOENT || metadata[part].required))
      err(2, "cannot read meta data file %s of package %s", metadata[part].name, name);
  }
  return package;
}

static struct package read_archive(struct archive *archive, const char *name) {
  struct package package = {.name = name, .file = is_url(name) ? NULL : name};
  struct member member;
  int found = 0;
  while (next_member(archive, &member) == 1) {
    enum part part = CONTENTS;
    while (part < METADATA && strcmp(metadata[part].name, member.name) != 0) part++;
    if (part == METADATA) break;
    char *text = member_text(archive, &member);
    if (!text) errx(2, "cannot read package meta data");
    found += metadata[part].required;
    if (wanted(part)) package.texts[part] = text;
  }
  if (found != 3) package.name = NULL;
  return package;
}

static int tell(const char *name) {
  struct package package;
  if (is_url(name) || is_file(name)) {
    struct archive *archive = open_archive(name);
    if (!archive) {
      warnx("can't find package `%s', skipped", name);
      return -1;
    }
    package = read_archive(archive, name);
    if (!package.name) {
      warnx("invalid package `%s' skipped", name);
      return 1;
    }
  } else {
    char *directory = entry_directory(name);
    if (!is_directory(directory) && !link_to_directory(directory)) {
      struct list found = {0};
      if (!entries_named(name, &found)) errx(EXIT_FAILURE, "Error during search in pkgdb for %s", name);
      int failures = 0;
      for (size_t at = 0; at < found.count; at++) failures += tell(found.items[at]);
      if (!found.count) warnx("can't find package `%s'", name);
      return found.count ? failures : 1;
    }
    package = read_entry(name);
  }
  show_package(&package);
  return 0;
}

static int print_matches(const char *pattern) {
  struct list all = {0};
  bool found = false;
  if (!entries(&all)) {
    warnx("cannot iterate pkgdb");
    return 1;
  }
  for (size_t at = 0; at < all.count; at++) {
    if (!matches(pattern, all.items[at])) continue;
    if (!info_options.quiet) puts(all.items[at]);
    found = true;
  }
  return !found;
}

static int print_best(const char *pattern) {
  char *best = best_entry(pattern);
  if (best && !info_options.quiet) puts(best);
  return !best;
}

static const char *owner_of(const char *path) {
  const char *owner = index_get(path);
  if (!owner) errx(EXIT_FAILURE, "No matching pkg for %s.", path);
  return owner;
}

static int tell_named(int count, char **names) {
  int failures = 0;
  struct list chosen = {0};
  if (count == 0) {
    warnx("missing package name(s)");
    usage();
  }
  if (by_file && !index_open(false)) err(EXIT_FAILURE, "cannot open pkgdb");
  for (int at = 0; at < count; at++) {
    size_t before = chosen.count, root = strlen(database());
    if (by_file) append(&chosen, strdup(owner_of(names[at])));
    else if (is_pattern(names[at])) {
      if (!entries_matching(names[at], &chosen)) errx(EXIT_FAILURE, "Error during search in pkgdb for %s", names[at]);
      if (chosen.count == before) errx(EXIT_FAILURE, "No matching pkg for %s.", names[at]);
    } else append(&chosen, strncmp(names[at], database(), root) == 0 && names[at][root] == '/'
        ? names[at] + root + 1 : names[at]);
  }
  for (size_t at = 0; at < chosen.count; at++) failures += tell(chosen.items[at]);
  return failures;
}

static int tell_all(void) {
  struct list all = {0};
  int failures = 0;
  if (by_file) return !index_dump();
  if (!entries(&all)) return 1;
  for (size_t at = 0; at < all.count; at++)
    if (which == ALL || !automatic(all.items[at])) failures += tell(all.items[at]);
  return failures;
}

struct questions { const char *matching, *best; };

static void add_letter(int option) {
  size_t length = strlen(info_options.shown);
  if (length < sizeof info_options.shown - 1) info_options.shown[length] = (char)option;
}

static void take_option(int option, struct questions *questions) {
  switch (option) {
  case 'a': which = ALL; break;
  case 'u': which = BY_USER; break;
  case 'E': questions->best = optarg; break;
  case 'e': questions->matching = optarg; break;
  case 'F': by_file = true; break;
  case 'I': info_options.index_only = true; break;
  case 'K': set_database(optarg, 3); break;
  case 'l': info_options.lead = optarg; break;
  case 'Q': info_options.variable = optarg; break;
  case 'q': info_options.quiet = true; break;
  case 'V': puts(kit_version()); exit(0);
  case 'v': strcpy(info_options.shown, "cdfikDmRNnsS"); break;
  case 'X': info_options.summary = true; break;
  case 'h': usage(); break;
  case '.': break;
  default: add_letter(option);
  }
}

int pkg_info(int count, char **arguments) {
  struct questions asked = {0};
  const char *letters = ".aBbcDde:E:fFhIiK:kLl:mNnpQ:qrRsSuvVX";
  for (int option; (option = next_option(count, arguments, letters, usage)) != -1;)
    take_option(option, &asked);
  read_configuration();
  count -= optind, arguments += optind;
  struct info_options *show = &info_options;
  bool nothing = !*show->shown && !show->index_only && !show->variable && !show->summary;
  if (count == 0 && nothing && !asked.matching) {
    info_options.index_only = true;
    if (which == NAMED) which = ALL;
  }
  if (asked.matching && asked.best) warnx("-E and -e are mutally exlusive"), usage();
  if (count != 0 && asked.matching) warnx("can't give any additional arguments to -e"), usage();
  if (count != 0 && asked.best) warnx("can't give any additional arguments to -E"), usage();
  if (count != 0 && which != NAMED) warnx("can't use both -a/-u and package name"), usage();
  if (nothing && !info_options.index_only) strcpy(info_options.shown, "cdRnD");
  if (asked.matching && by_file) {
    if (!index_open(false)) err(EXIT_FAILURE, "cannot open pkgdb");
    asked.matching = strdup(owner_of(asked.matching));
  }
  if (asked.matching) return print_matches(asked.matching);
  if (asked.best) return print_best(asked.best);
  return which == NAMED ? tell_named(count, arguments) : tell_all();
}
