import type { BackupType } from '#contracts';
import { ClientFailure, RC_USAGE } from './failure.js';
import { RESTORE_SPELLING, type RestoreSpelling } from './restore-spelling.js';

/** The documented command line (reference 4.2): keywords in any letter case, down to the shortest form in capital letters. */

export interface ClientOptions {
  readonly configFile?: string;
  readonly logFile?: string;
  readonly optionFile?: string;
  readonly dagNode?: string;
  readonly excludedDatabases: readonly string[];
  readonly excludeDagActive: boolean;
  readonly excludeDagPassive: boolean;
  readonly excludeNonDag: boolean;
  readonly preferDagPassive: boolean;
  readonly minimumIntervalMinutes: number;
  readonly quiet: boolean;
  readonly object?: string;
  readonly intoDatabase?: string;
  readonly intoFolder?: string;
  /** Server under whose node the backups are. */
  readonly fromServer?: string;
  readonly eraseExistingLogs: boolean;
  /** Which logs are applied at the end, in the words of {@link RESTORE_SPELLING}. */
  readonly recover?: string;
  readonly mountDatabases: boolean;
  /** Backups that a newer one has replaced are wanted too. */
  readonly inactiveToo: boolean;
}

export type ClientCommand =
  | {
      readonly kind: 'backup';
      readonly databases: readonly string[] | '*';
      readonly type: BackupType;
      readonly options: ClientOptions;
    }
  | {
      readonly kind: 'restore' | 'restoreFiles';
      readonly databases: readonly string[] | '*';
      readonly type: BackupType;
      readonly options: ClientOptions;
    }
  | { readonly kind: 'queryTdp' | 'queryExchange'; readonly options: ClientOptions }
  | {
      readonly kind: 'queryTsm';
      readonly databases: readonly string[] | '*' | null;
      readonly type: BackupType | null;
      readonly options: ClientOptions;
    };

interface OptionForm {
  /** As documented: capital letters are the shortest form. */
  readonly form: string;
  /** What the option is called here, where its form can be another one. */
  readonly key?: string;
  readonly takesValue: boolean;
  readonly values?: readonly string[];
}

const YES = 'Yes';
const YES_NO = [YES, 'No'];
const COMMON: readonly OptionForm[] = [
  { form: 'CONFIGfile', takesValue: true },
  { form: 'LOGFile', takesValue: true },
  { form: 'LOGPrune', takesValue: true },
];
const SERVER: readonly OptionForm[] = [
  { form: 'DAGNODe', takesValue: true },
  { form: 'TSMNODe', takesValue: true },
  { form: 'TSMOPTFile', takesValue: true },
  { form: 'TSMPassword', takesValue: true },
];
const BACKUP: readonly OptionForm[] = [
  ...COMMON,
  ...SERVER,
  { form: 'BACKUPDESTination', takesValue: true, values: ['TSM', 'LOCAL', 'BOTH'] },
  { form: 'EXCLUDEDAGACTive', takesValue: false },
  { form: 'EXCLUDEDAGPASsive', takesValue: false },
  { form: 'EXCLUDENONDAGDbs', takesValue: false },
  { form: 'EXCLUDEDB', takesValue: true },
  { form: 'MINimumbackupinterval', takesValue: true },
  { form: 'MOUNTWait', takesValue: true, values: YES_NO },
  { form: 'OFFLOAD', takesValue: false },
  { form: 'PREFERDAGPASsive', takesValue: false },
  { form: 'Quiet', takesValue: false },
  {
    form: 'SKIPINTEGRITYCHECK',
    takesValue: true,
    values: [...YES_NO, 'SKIPDBCHECKIFHEALTHY', 'SKIPDBANDLOGCHECKIFHEALTHY'],
  },
];
const QUERY_TSM: readonly OptionForm[] = [
  ...COMMON,
  ...SERVER,
  { form: 'ACtive', takesValue: false },
  { form: 'ALl', takesValue: false },
  { form: 'DEtail', takesValue: false },
  { form: 'FROMEXCSERVer', takesValue: true },
];

const RESTORE_FILES: readonly OptionForm[] = [
  ...COMMON,
  ...SERVER,
  { form: 'FROMEXCSERVer', takesValue: true },
  { form: 'INTO', takesValue: true },
  { form: 'MOUNTWait', takesValue: true, values: YES_NO },
  { form: 'OBJect', takesValue: true },
  { form: 'Quiet', takesValue: false },
];

const restoreForms = (spelling: RestoreSpelling): readonly OptionForm[] => [
  ...COMMON,
  ...SERVER,
  { form: 'BACKUPDESTination', takesValue: true, values: ['TSM', 'LOCAL'] },
  { form: 'MOUNTWait', takesValue: true, values: YES_NO },
  { form: 'Quiet', takesValue: false },
  { key: 'OBJect', form: spelling.object, takesValue: true },
  { key: 'INTODB', form: spelling.intoDatabase, takesValue: true },
  { key: 'FROMEXCSERVer', form: spelling.fromServer, takesValue: true },
  { key: 'ERASEexistinglogs', form: spelling.eraseExistingLogs, takesValue: true, values: YES_NO },
  { key: 'MOUNTDAtabases', form: spelling.mountDatabases, takesValue: true, values: YES_NO },
  {
    key: 'RECOVer',
    form: spelling.recover,
    takesValue: true,
    values: [spelling.applyAllLogs, spelling.applyRestoredLogs],
  },
];

const TYPES: readonly (readonly [string, BackupType])[] = [
  ['FULL', 'full'],
  ['COPY', 'copy'],
  ['INCRemental', 'incremental'],
  ['DIFFerential', 'differential'],
];
const MINUTES = /^\d{1,4}$/;

/** True when the word is the form, or a part of its beginning that has at least the capital letters. */
export function matchesForm(word: string, form: string): boolean {
  const shortest = /^[A-Z]+/.exec(form)?.[0].length ?? form.length;
  return word.length >= shortest && form.toLowerCase().startsWith(word.toLowerCase());
}

export function parseCommand(argv: readonly string[], spelling: RestoreSpelling = RESTORE_SPELLING): ClientCommand {
  const [verb = '', ...rest] = argv;
  if (matchesForm(verb, 'BACKup')) return parseDatabases('backup', rest, BACKUP);
  if (matchesForm(verb, 'Query')) return parseQuery(rest);
  if (matchesForm(verb, 'RESTOREFiles')) return parseDatabases('restoreFiles', rest, RESTORE_FILES);
  if (matchesForm(verb, spelling.command)) return parseRestore(rest, spelling);
  throw usage(
    verb === ''
      ? 'a command is missing'
      : `the command '${verb}' is not one that this emulation has (backup, query, restore, restorefiles)`,
  );
}

function parseDatabases<Kind extends 'backup' | 'restore' | 'restoreFiles'>(
  kind: Kind,
  argv: readonly string[],
  forms: readonly OptionForm[],
): {
  readonly kind: Kind;
  readonly databases: readonly string[] | '*';
  readonly type: BackupType;
  readonly options: ClientOptions;
} {
  const { words, options } = splitOptions(argv, forms);
  const [list, typeWord, extra] = words;
  if (list === undefined || typeWord === undefined) throw usage(`${kind} needs a database list and a type`);
  if (extra !== undefined) throw usage(`'${extra}' is too much; a database list has no blank after a comma`);
  return { kind, databases: parseList(list), type: parseType(typeWord), options };
}

function parseRestore(argv: readonly string[], spelling: RestoreSpelling): ClientCommand {
  const command = parseDatabases('restore', argv, restoreForms(spelling));
  const { intoDatabase, object } = command.options;
  const isOne = command.databases !== '*' && command.databases.length === 1;
  if (!isOne && (intoDatabase !== undefined || object !== undefined))
    throw usage('an object or another target database goes with one database alone');
  return command;
}

function parseQuery(argv: readonly string[]): ClientCommand {
  const [what = '', ...rest] = argv;
  if (matchesForm(what, 'TDP')) return { kind: 'queryTdp', options: onlyOptions(rest) };
  if (matchesForm(what, 'EXCHange')) return { kind: 'queryExchange', options: onlyOptions(rest) };
  if (!matchesForm(what, 'TSM')) throw usage(`query '${what}' is not one of tdp, exchange, tsm`);
  const { words, options } = splitOptions(rest, QUERY_TSM);
  const [list, typeWord, extra] = words;
  if (extra !== undefined) throw usage(`'${extra}' is too much`);
  return {
    kind: 'queryTsm',
    databases: list === undefined ? null : parseList(list),
    type: typeWord === undefined ? null : parseType(typeWord),
    options,
  };
}

function onlyOptions(argv: readonly string[]): ClientOptions {
  const { words, options } = splitOptions(argv, COMMON);
  if (words[0] !== undefined) throw usage(`'${words[0]}' is too much`);
  return options;
}

function parseType(word: string): BackupType {
  const found = TYPES.find(([form]) => matchesForm(word, form));
  if (found === undefined) throw usage(`'${word}' is not one of FULL, COPY, INCRemental, DIFFerential`);
  return found[1];
}

/** A trailing comma, as IBM's own DAG script leaves one, is taken. */
function parseList(text: string): readonly string[] | '*' {
  if (text === '*') return '*';
  const names = text.split(',').map((name) => name.replace(/^"(.*)"$/, '$1'));
  if (names.at(-1) === '' && names.length > 1) names.pop();
  if (names.some((name) => name === '')) throw usage(`'${text}' is not a list of database names`);
  return names;
}

function splitOptions(
  argv: readonly string[],
  forms: readonly OptionForm[],
): { readonly words: readonly string[]; readonly options: ClientOptions } {
  const words: string[] = [];
  const given = new Map<string, string>();
  for (const argument of argv) {
    if (!argument.startsWith('/')) {
      words.push(argument);
      continue;
    }
    const [name, value] = splitOnce(argument.slice(1));
    const form = forms.find((each) => matchesForm(name, each.form));
    if (form === undefined) throw usage(`the option '/${name}' is not known here`);
    if (form.takesValue === (value === undefined || value === '')) {
      throw usage(form.takesValue ? `the option '/${name}' needs a value` : `the option '/${name}' takes no value`);
    }
    given.set(form.key ?? form.form, form.values === undefined ? (value ?? '') : oneOf(form.values, value ?? '', name));
  }
  return { words, options: toOptions(given) };
}

/** The value in its documented form. */
function oneOf(values: readonly string[], value: string, option: string): string {
  const found = values.find((each) => matchesForm(value, each));
  if (found === undefined) throw usage(`'${value}' is not one of ${values.join(', ')} for '/${option}'`);
  return found;
}

function splitOnce(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1).replace(/^"(.*)"$/, '$1')];
}

function toOptions(given: ReadonlyMap<string, string>): ClientOptions {
  const minutes = given.get('MINimumbackupinterval') ?? '0';
  if (!MINUTES.test(minutes)) throw usage(`'${minutes}' is not a number of minutes from 1 to 9999`);
  const excluded = given.get('EXCLUDEDB');
  return {
    configFile: given.get('CONFIGfile'),
    logFile: given.get('LOGFile'),
    optionFile: given.get('TSMOPTFile'),
    dagNode: given.get('DAGNODe'),
    excludedDatabases: excluded === undefined ? [] : excluded.split(','),
    excludeDagActive: given.has('EXCLUDEDAGACTive'),
    excludeDagPassive: given.has('EXCLUDEDAGPASsive'),
    excludeNonDag: given.has('EXCLUDENONDAGDbs'),
    preferDagPassive: given.has('PREFERDAGPASsive'),
    minimumIntervalMinutes: Number(minutes),
    quiet: given.has('Quiet'),
    object: given.get('OBJect'),
    intoDatabase: given.get('INTODB'),
    intoFolder: given.get('INTO'),
    fromServer: given.get('FROMEXCSERVer'),
    eraseExistingLogs: given.get('ERASEexistinglogs') === YES,
    recover: given.get('RECOVer'),
    mountDatabases: given.get('MOUNTDAtabases') === YES,
    inactiveToo: given.has('ALl'),
  };
}

function usage(problem: string): ClientFailure {
  return new ClientFailure(RC_USAGE, [`ACN0005E Invalid command line: ${problem}.`]);
}
