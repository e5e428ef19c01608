import { IsOptional, IsString, MaxLength } from 'class-validator';
import { ACCESS_ROLES, IsOneOf, IsUtc, type AccessRole } from '#contracts';

const SECRET_MAX_LENGTH = 300;

export class SignIn {
  @IsString() @MaxLength(SECRET_MAX_LENGTH) readonly token!: string;
}

export class SignInByLink {
  @IsString() @MaxLength(SECRET_MAX_LENGTH) readonly code!: string;
}

export class SessionView {
  @IsString() readonly actor!: string;
  @IsOneOf(ACCESS_ROLES) readonly role!: AccessRole;
  @IsUtc() readonly validUntil!: string;
  /** To be sent with each change, in the header X-CSRF-Token; null for callers with a token of their own. */
  @IsOptional() @IsString() readonly csrfToken!: string | null;
}
