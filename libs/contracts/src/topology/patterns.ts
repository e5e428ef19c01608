/** True where every key that fits `pattern` also fits `binding`; both are AMQP topic patterns, `#` only at the end. */
export function covers(binding: string, pattern: string): boolean {
  const words = binding.split('.');
  const others = pattern.split('.');
  for (const [index, word] of words.entries()) {
    if (word === '#') return true;
    const other = others[index];
    if (other === undefined || other === '#') return false;
    if (word !== '*' && word !== other) return false;
  }
  return words.length === others.length;
}
