/** Whether `path` is `directory` or lies below it; both without a trailing slash. */
export function isWithin(path: string, directory: string): boolean {
  return (
    path.startsWith(directory) &&
    (path.length === directory.length ||
      directory === '/' ||
      directory === '' ||
      path.charCodeAt(directory.length) === SLASH)
  );
}

/** The path of `name` in a directory without a trailing slash. */
export function below(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

/** The directories above the last name of a relative path, outermost first: `a/b/c` -> `a`, `a/b`. */
export function partsAbove(path: string): readonly string[] {
  const parts: string[] = [];
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1))
    parts.push(path.slice(0, slash));
  return parts;
}

const SLASH = 0x2f;
