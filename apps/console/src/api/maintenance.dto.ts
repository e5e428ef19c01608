import { IsBoolean, IsInt, IsOptional, IsString, Min } from 'class-validator';

/** How a member is drained; which one stands in the path. */
export class DrainOrder {
  @IsString() readonly reason!: string;
  /** By when the member should be free, counted from now. */
  @IsOptional() @IsInt() @Min(1_000) readonly deadlineMs?: number;
  /** Stop what still runs at the deadline (without one: at once); it goes on elsewhere. Default: it may finish. */
  @IsOptional() @IsBoolean() readonly stopRunning?: boolean;
}
