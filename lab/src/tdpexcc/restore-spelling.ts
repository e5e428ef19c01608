/**
 * How `tdpexcc restore` spells what it takes. IBM's page of this command could not be had, so every word here is unconfirmed
 * (reference 4.2); capital letters are the shortest form. Nothing else knows the words. A site that knows better gives the words that
 * differ as JSON in DAG_LAB_RESTORE_SPELLING: `{"intoDatabase":"INTODBname"}`.
 */
export const RESTORE_SPELLING = {
  command: 'RESTore',
  object: 'OBJect',
  intoDatabase: 'INTODB',
  fromServer: 'FROMEXCSERVer',
  eraseExistingLogs: 'ERASEexistinglogs',
  mountDatabases: 'MOUNTDAtabases',
  recover: 'RECOVer',
  applyAllLogs: 'APPLYALLlogs',
  applyRestoredLogs: 'APPLYRESToredlogs',
} as const;

export type RestoreSpelling = Readonly<Record<keyof typeof RESTORE_SPELLING, string>>;

const FORM = /^[A-Z]+[a-z]*$/;

export function restoreSpellingIn(text: string | undefined): RestoreSpelling {
  if (text === undefined) return RESTORE_SPELLING;
  const given: unknown = JSON.parse(text);
  if (typeof given !== 'object' || given === null) throw new Error(`DAG_LAB_RESTORE_SPELLING is no object: ${text}`);
  for (const [key, form] of Object.entries(given)) {
    if (!(key in RESTORE_SPELLING) || typeof form !== 'string' || !FORM.test(form))
      throw new Error(`DAG_LAB_RESTORE_SPELLING: ${key} cannot be spelled ${JSON.stringify(form)}`);
  }
  return { ...RESTORE_SPELLING, ...given };
}
