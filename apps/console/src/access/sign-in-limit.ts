import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ProblemError, problem } from '../http/problem.js';

/** Tries to sign in from one address, right or wrong. */
export const SIGN_INS_MAX = 10;
const WITHIN_S = 60;
const MS_PER_S = 1_000;

/** Makes guessing slow. The secrets are too long to be guessed at all; this keeps the log readable and the console free. */
@Injectable()
export class SignInLimit {
  private readonly limiter = new RateLimiterMemory({ points: SIGN_INS_MAX, duration: WITHIN_S });

  /** Rejects with a problem when this address has tried too often. */
  async take(address: string): Promise<void> {
    try {
      await this.limiter.consume(address);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const waitS = Math.ceil(refusal.msBeforeNext / MS_PER_S);
      throw new ProblemError(
        problem(
          429,
          'access.too-many-tries',
          `More than ${SIGN_INS_MAX} tries to sign in from ${address} within ${WITHIN_S} s. Try again in ${waitS} s.`,
        ),
      );
    }
  }
}
