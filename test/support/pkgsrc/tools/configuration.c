/* pkg_install.conf, the environment, and what holds without them. */
#include "double.h"

const char *configuration_file;

static struct { const char *name, *value; } settings[] = {
  {"ACCEPTABLE_LICENSES", NULL}, {"ACTIVE_FTP", NULL}, {"CACHE_INDEX", "yes"}, {"CHECK_LICENSE", "no"},
  {"CHECK_END_OF_LIFE", "yes"}, {"CHECK_VULNERABILITIES", "never"},
  {"DEFAULT_ACCEPTABLE_LICENSES",
   "apache-1.1 apache-2.0 arphic-public artistic artistic-2.0 boost-license cc-by-sa-v3.0 cc0-1.0-universal "
   "cddl-1.0 cecill-2.1 cpl-1.0 epl-v1.0 eupl-v1.1 gfsl gnu-fdl-v1.1 gnu-fdl-v1.2 gnu-fdl-v1.3 gnu-gpl-v1 "
   "gnu-gpl-v2 gnu-lgpl-v2 gnu-lgpl-v2.1 gnu-gpl-v3 gnu-lgpl-v3 hpnd ibm-public-license-1.0 info-zip ipafont isc "
   "lppl-1.0 lppl-1.2 lppl-1.3c lucent miros mit mpl-1.0 mpl-1.1 mpl-2.0 mplusfont ofl-v1.0 ofl-v1.1 openssl "
   "original-bsd modified-bsd 2-clause-bsd paratype php png-license postgresql-license public-domain "
   "python-software-foundation qpl-v1.0 sgi-free-software-b-v2.0 sleepycat-public unlicense vera-ttf-license w3c "
   "x11 zlib zpl-2.0 zpl-2.1"},
  {"GPG", NULL}, {"GPG_KEYRING_PKGVULN", NULL}, {"IGNORE_PROXY", NULL}, {"IGNORE_URL", NULL}, {"PKG_DBDIR", NULL},
  {"PKG_PATH", NULL}, {"PKG_REFCOUNT_DBDIR", NULL}, {"PKGVULNDIR", NULL},
  {"PKGVULNURL", "http://ftp.NetBSD.org/pub/NetBSD/packages/vulns/pkg-vulnerabilities.gz"},
  {"VERBOSE_NETIO", NULL}, {"VERIFIED_INSTALLATION", "never"}};

static const size_t setting_count = sizeof settings / sizeof *settings;

const char *setting(const char *name) {
  for (size_t at = 0; at < setting_count; at++)
    if (strcmp(settings[at].name, name) == 0) return settings[at].value;
  return NULL;
}

static void set(const char *name, const char *value) {
  for (size_t at = 0; at < setting_count; at++)
    if (strcmp(settings[at].name, name) == 0 && value) settings[at].value = value;
}

static void read_file(void) {
  const char *path = configuration_file ? configuration_file : format("%s/etc/pkg_install.conf", kit_prefix());
  char *text = slurp(path);
  if (!text) {
    if (errno != ENOENT) warn("Can't open '%s' for reading", path);
    return;
  }
  for (size_t at = 0; at < setting_count; at++) {
    char *value = variable_in(text, settings[at].name);
    if (value) settings[at].value = value;
  }
}

void read_configuration(void) {
  read_file();
  if (getenv("PKG_DBDIR")) set_database(getenv("PKG_DBDIR"), 2);
  else if (setting("PKG_DBDIR")) set_database(setting("PKG_DBDIR"), 1);
  set("PKG_DBDIR", database());
  set("PKG_PATH", getenv("PKG_PATH"));
  set("PKG_REFCOUNT_DBDIR", getenv("PKG_REFCOUNT_DBDIR"));
  if (!setting("PKG_REFCOUNT_DBDIR")) set("PKG_REFCOUNT_DBDIR", format("%s.refcount", database()));
  if (!setting("PKGVULNDIR")) set("PKGVULNDIR", database());
}
