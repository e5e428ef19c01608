import { ACCESS_ROLES, type AccessRole } from '#contracts';

/** True where `role` may do what needs `needed`: each role may do everything that the one before it may. */
export function suffices(role: AccessRole, needed: AccessRole): boolean {
  return ACCESS_ROLES.indexOf(role) >= ACCESS_ROLES.indexOf(needed);
}
