/** A name of the protocol as people read it: `completedWithErrors` is completed with errors. */
export function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
