/** What is known of one member and one backup type from backups that ended well. */
export interface LearnedRate {
  readonly member: string;
  readonly backupType: string;
  readonly bytesPerSecond: number;
  /** How far the observations are from it on average, as a share of it. */
  readonly spreadShare: number;
  readonly observations: number;
}

export interface Observation {
  readonly member: string;
  readonly backupType: string;
  readonly bytes: number;
  readonly durationMs: number;
}

export interface LearningSettings {
  /** Weight of the newest observation once there are enough of them. */
  readonly newestShare: number;
  /** Smaller backups say more of starting and ending than of moving bytes. */
  readonly bytesMin: number;
  /** An observation counts as no more than so many times the rate known, and no less than that part of it. */
  readonly outlierFactor: number;
  /** Observations after which the rate is trusted as much as one assumed. */
  readonly halfTrustObservations: number;
  /** How long a measurement within a run weighs as much as what was expected before it. */
  readonly expectationWorthMs: number;
  /** What a member is taken to do of which nothing is known. */
  readonly assumedBytesPerSecond: number;
}

export const LEARNING_SETTINGS: LearningSettings = {
  newestShare: 0.3,
  bytesMin: 64 * 1024 * 1024,
  outlierFactor: 3,
  halfTrustObservations: 1,
  expectationWorthMs: 120_000,
  assumedBytesPerSecond: 200 * 1024 * 1024,
};

/** Keyed by {@link rateKey}. */
export type Throughput = ReadonlyMap<string, LearnedRate>;

export function rateKey(member: string, backupType: string): string {
  return `${member}\n${backupType}`;
}

/** Takes in one backup that ended well. What is too small to tell anything changes nothing. */
export function learn(
  throughput: Throughput,
  observation: Observation,
  settings: LearningSettings = LEARNING_SETTINGS,
): Throughput {
  const { member, backupType, bytes, durationMs } = observation;
  if (!(bytes >= settings.bytesMin && durationMs > 0 && Number.isFinite(bytes / durationMs))) return throughput;
  const key = rateKey(member, backupType);
  const known = throughput.get(key);
  const seen = (bytes * 1_000) / durationMs;
  return new Map(throughput).set(key, known ? adjusted(known, seen, settings) : first(observation, seen));
}

function first({ member, backupType }: Observation, bytesPerSecond: number): LearnedRate {
  return { member, backupType, bytesPerSecond, spreadShare: 0, observations: 1 };
}

/** The mean of the first few, later a moving mean: neither does the first one stick, nor does one bad night. */
function adjusted(known: LearnedRate, seen: number, settings: LearningSettings): LearnedRate {
  const { outlierFactor, newestShare } = settings;
  const rate = known.bytesPerSecond;
  const counted = Math.min(rate * outlierFactor, Math.max(rate / outlierFactor, seen));
  const weight = Math.max(newestShare, 1 / (known.observations + 1));
  const deviationShare = Math.abs(counted - rate) / rate;
  return {
    ...known,
    bytesPerSecond: rate + weight * (counted - rate),
    spreadShare: known.spreadShare + weight * (deviationShare - known.spreadShare),
    observations: known.observations + 1,
  };
}

export interface Expected {
  readonly bytesPerSecond: number;
  /** 0: assumed, nothing is known. Towards 1: learned from many backups that agree. */
  readonly confidence: number;
  readonly source: 'member' | 'otherMembers' | 'assumed';
}

/**
 * What to reckon with: the member's own rate for this type, drawn towards what its peers do as long as little is known of it;
 * the median of its peers if nothing is; what is assumed if nothing is known of them either.
 */
export function expected(
  throughput: Throughput,
  member: string,
  backupType: string,
  settings: LearningSettings = LEARNING_SETTINGS,
): Expected {
  const peers = [...throughput.values()].filter((rate) => rate.backupType === backupType && rate.member !== member);
  const common = peers.length > 0 ? median(peers.map(({ bytesPerSecond }) => bytesPerSecond)) : undefined;
  const own = throughput.get(rateKey(member, backupType));
  if (!own) {
    if (common === undefined)
      return { bytesPerSecond: settings.assumedBytesPerSecond, confidence: 0, source: 'assumed' };
    return { bytesPerSecond: common, confidence: 0, source: 'otherMembers' };
  }
  const trust = own.observations / (own.observations + settings.halfTrustObservations);
  const prior = common ?? own.bytesPerSecond;
  const bytesPerSecond = prior + trust * (own.bytesPerSecond - prior);
  return { bytesPerSecond, confidence: trust / (1 + own.spreadShare), source: 'member' };
}

/** What a member moved since the run began, finished or not. */
export interface Measured {
  readonly bytes: number;
  readonly busyMs: number;
}

/**
 * The rate to reckon with in the middle of a run: what was expected counts as so much time of measurement, so that the first seconds say
 * little and an hour says nearly all.
 */
export function corrected(
  bytesPerSecond: number,
  measured: Measured,
  settings: LearningSettings = LEARNING_SETTINGS,
): number {
  const busyMs = settings.expectationWorthMs + measured.busyMs;
  if (busyMs <= 0) return bytesPerSecond;
  return (bytesPerSecond * settings.expectationWorthMs + measured.bytes * 1_000) / busyMs;
}

function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  const middle = ascending.length >> 1;
  return ascending.length % 2 === 1 ? ascending[middle] : (ascending[middle - 1] + ascending[middle]) / 2;
}
