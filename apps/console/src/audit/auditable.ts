/** Larger requests are left out of the audit log; the run that they became keeps them. */
const REQUEST_MAX_CHARACTERS = 16_000;
const SECRET_FIELDS: readonly string[] = ['token', 'code', 'secret', 'password'];

/** A request's body as it may be kept: no secrets, and not too large. */
export function auditable(body: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const kept = Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      SECRET_FIELDS.includes(name) ? '(not kept)' : (value as unknown),
    ]),
  );
  return JSON.stringify(kept).length <= REQUEST_MAX_CHARACTERS ? kept : null;
}
