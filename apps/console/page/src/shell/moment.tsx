import { useEffect, useState } from 'react';
import { local, localAndUtc, relative, utc } from '../model/times.js';

const TICK_MS = 1_000;

/** The time now, anew each second while it is shown. */
export function useNow(isTicking = true): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!isTicking) return undefined;
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [isTicking]);
  return nowMs;
}

/** A moment in the viewer's zone, in UTC on hover. */
export function Moment({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={utc(at)}>
      {local(at)}
    </time>
  );
}

/** How long ago a moment was; the moment itself on hover. */
export function Ago({ at, nowMs }: { readonly at: string; readonly nowMs: number }) {
  return (
    <time dateTime={at} title={localAndUtc(at)}>
      {relative(at, nowMs)}
    </time>
  );
}
