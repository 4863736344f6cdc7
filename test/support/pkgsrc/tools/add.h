/* What the parts of pkg_add share: one package on its way. */
#ifndef ADD_H
#define ADD_H

#include "double.h"

/* The metadata files of a package, in the order that a package has them. */
enum { CONTENTS = 0, INSTALL = 3, SHOWN = 5, BUILD_INFO = 8, INSTALLED_INFO = 13, METADATA = 14 };
struct metadata_file { const char *name; mode_t mode; };
extern const struct metadata_file metadata[METADATA];

struct task {
  const char *name, *prefix;
  char *directory, *final_directory, *other;
  struct plist plist;
  char *texts[METADATA];
  struct archive *archive;
  struct member member;
  bool has_member;
  int unfinished;
  struct member unfinished_member;
  struct list dependencies;
};

enum outcome { GO_ON, DONE, FAILED };

struct add_options { bool as_dependency, force_depends, force_depending, no_install, replace, replace_same; };
extern struct add_options add_options;

/* add-checks.c: whether a package may be added; each complains by itself. */
bool acceptable(const struct task *task);
enum outcome already_there(struct task *task);
bool right_platform(const struct task *task);
bool other_version_may_go(struct task *task);
bool declared_conflict(const struct task *task);
bool clash_of_files(const struct task *task);

/* add-files.c: the steps of adding it; the last two undo what was done, and are false. */
bool write_metadata(const struct task *task);
bool remove_old(struct task *task);
bool run_install_script(const struct task *task, const char *stage);
bool extract(struct task *task);
void register_dependencies(const struct task *task);
bool drop_entry(const struct task *task);
bool drop_files(const struct task *task);

#endif
