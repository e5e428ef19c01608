const REQUIRED_MAJOR = 20;

/** Must run before anything that an older Node cannot even parse is imported. */
export function requireNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= REQUIRED_MAJOR) return;
  console.error(
    `This needs Node.js ${REQUIRED_MAJOR} or newer; this is ${process.versions.node}. Install it from https://nodejs.org`,
  );
  process.exit(2);
}
