import { DateTime } from 'luxon';

/** How the client writes dates and times; it follows its own configuration file (reference 4.4). */
export interface ListingFormats {
  /** DATEformat, 1 to 7. */
  readonly date: number;
  /** TIMEformat, 1 to 4. */
  readonly time: number;
  /** In which the client writes its times: `local`, or a name like `Europe/Berlin`. */
  readonly zone: string;
}

/** DATEformat by number. Only the first is confirmed; the order of the others is the documentation's ([IBM-SPS SET]). */
const DATE_FORMATS = ['MM/dd/yyyy', 'dd-MM-yyyy', 'yyyy-MM-dd', 'dd.MM.yyyy', 'yyyy.MM.dd', 'yyyy/MM/dd', 'dd/MM/yyyy'];
const TIME_FORMATS = ['HH:mm:ss', 'HH,mm,ss', 'HH.mm.ss', 'hh:mm:ssa'];

/** A date and a time of any of the formats, one after the other. */
export const MOMENT =
  /(?<![\d.])(\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4})[ \t]+(\d{1,2}[:.,]\d{2}[:.,]\d{2})(?:[ \t]?([AaPp])[Mm]?\b)?/;

const STAMP_NAME = /^\d{14}$/;
/** Further apart than this, the date is written in another format than we think. */
const DISAGREEMENT_MAX_MS = 24 * 60 * 60 * 1_000;

/**
 * When a backup was taken. The date column and the object's name both tell; where they contradict each other, the name is
 * believed, for its form depends on no setting.
 */
export function momentOf(match: RegExpExecArray | null, objectName: string, formats: ListingFormats): string | null {
  const named = STAMP_NAME.test(objectName) ? read(objectName, 'yyyyMMddHHmmss', formats.zone) : null;
  const written = match === null ? null : readWritten(match, formats);
  if (written === null || named === null) return written?.toISOString() ?? named?.toISOString() ?? null;
  const isContradiction = Math.abs(written.getTime() - named.getTime()) > DISAGREEMENT_MAX_MS;
  return (isContradiction ? named : written).toISOString();
}

function readWritten([, date = '', time = '', half]: RegExpExecArray, formats: ListingFormats): Date | null {
  const wanted = DATE_FORMATS[formats.date - 1];
  const isHalf = half !== undefined;
  const timeFormat = isHalf ? TIME_FORMATS[3] : TIME_FORMATS[formats.time - 1];
  const text = (format: string | undefined): Date | null =>
    format === undefined ? null : read(`${date} ${time}${isHalf ? `${half}M` : ''}`, format, formats.zone);
  return text(wanted === undefined || timeFormat === undefined ? undefined : `${wanted} ${timeFormat}`);
}

function read(text: string, format: string, zone: string): Date | null {
  const moment = DateTime.fromFormat(text, format, { zone, locale: 'en-US' });
  return moment.isValid ? moment.toJSDate() : null;
}

/** DATEformat and TIMEformat as `query tdp` shows them; what it does not show is taken as 1. */
export function formatsIn(lines: readonly string[], zone: string): ListingFormats {
  const setting = (name: string): number => {
    for (const line of lines) {
      const value = new RegExp(`^\\s*${name}[ .:]+(\\d)\\s*$`, 'i').exec(line)?.[1];
      if (value !== undefined) return Number(value);
    }
    return 1;
  };
  return { date: setting('DATEformat'), time: setting('TIMEformat'), zone };
}
