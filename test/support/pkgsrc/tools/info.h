/* What the parts of pkg_info share. */
#ifndef INFO_H
#define INFO_H

#include "double.h"

enum part { CONTENTS, COMMENTED, DESC, INSTALL, DEINSTALL, SHOWN, MTREE, BUILD_VERSION, BUILD_INFO, SIZE_PKG,
  SIZE_ALL, PRESERVE, REQUIRED_BY, INSTALLED_INFO, METADATA };

struct package { const char *name, *file; char *texts[METADATA]; bool installed; struct plist plist; };

struct info_options {
  bool quiet, index_only, summary;
  const char *variable, *lead;
  /* The letters of what is to be shown. */
  char shown[64];
};
extern struct info_options info_options;

/* Whether a part of what is known of a package was asked for by its letter. */
bool info_shows(char letter);

/* What was asked for of an installed package. */
struct package read_entry(const char *name);

/* info-show.c */
void show_package(struct package *package);

#endif
