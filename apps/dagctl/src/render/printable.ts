const LINE_MAX_CHARACTERS = 300;

/** What a stranger wrote, in one line of bounded length. */
export function oneLine(text: string): string {
  const plain = printable(text.replaceAll(/\s+/g, ' '));
  return plain.length > LINE_MAX_CHARACTERS ? `${plain.slice(0, LINE_MAX_CHARACTERS)}…` : plain;
}

/** What a stranger wrote must not move the cursor, nor turn the text around it: such characters are shown by their number. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const number = character.codePointAt(0) ?? 0;
    return `\\u{${number.toString(16)}}`;
  });
}
