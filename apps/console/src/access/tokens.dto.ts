import { Type } from 'class-transformer';
import { IsArray, IsInt, IsString, IsUUID, Max, MaxLength, Min, MinLength, ValidateNested } from 'class-validator';
import { ACCESS_ROLES, IsOneOf, IsUtc, TOKEN_LIFE_MAX_MS, type AccessRole } from '#contracts';

const HOUR_MS = 60 * 60 * 1_000;

export class TokenOrder {
  /** Whom it is for. */
  @IsString() @MinLength(1) @MaxLength(200) readonly name!: string;
  @IsOneOf(ACCESS_ROLES) readonly role!: AccessRole;
  @IsInt() @Min(HOUR_MS) @Max(TOKEN_LIFE_MAX_MS) readonly expiresInMs!: number;
}

export class TokenView {
  @IsUUID() readonly tokenId!: string;
  @IsString() readonly name!: string;
  @IsOneOf(ACCESS_ROLES) readonly role!: AccessRole;
  @IsUtc() readonly createdAt!: string;
  @IsUtc() readonly expiresAt!: string;
}

export class TokenViews {
  @IsArray() @ValidateNested({ each: true }) @Type(() => TokenView) readonly tokens!: readonly TokenView[];
}

export class CreatedToken extends TokenView {
  /** What to sign in with. Nobody can show it again. */
  @IsString() readonly token!: string;
}
