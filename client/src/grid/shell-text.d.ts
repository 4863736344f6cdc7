declare module '*.sh' {
  /** The file's text. */
  const text: string;
  export default text;
}
