import type { BackupType } from '#contracts';
import { ClientFailure, RC_USAGE } from './failure.js';

/** The documented command line (reference 4.2): keywords in any letter case, down to the shortest form in capital letters. */

export interface BackupOptions {
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
}

export type ClientCommand =
  | {
      readonly kind: 'backup';
      readonly databases: readonly string[] | '*';
      readonly type: BackupType;
      readonly options: BackupOptions;
    }
  | { readonly kind: 'queryTdp' | 'queryExchange'; readonly options: BackupOptions }
  | {
      readonly kind: 'queryTsm';
      readonly databases: readonly string[] | '*' | null;
      readonly type: BackupType | null;
      readonly options: BackupOptions;
    };

interface OptionForm {
  /** As documented: capital letters are the shortest form. */
  readonly form: string;
  readonly takesValue: boolean;
  readonly values?: readonly string[];
}

const YES_NO = ['Yes', 'No'];
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

export function parseCommand(argv: readonly string[]): ClientCommand {
  const [verb = '', ...rest] = argv;
  if (matchesForm(verb, 'BACKup')) return parseBackup(rest);
  if (matchesForm(verb, 'Query')) return parseQuery(rest);
  throw usage(
    verb === '' ? 'a command is missing' : `the command '${verb}' is not one that this emulation has (backup, query)`,
  );
}

function parseBackup(argv: readonly string[]): ClientCommand {
  const { words, options } = splitOptions(argv, BACKUP);
  const [list, typeWord, extra] = words;
  if (list === undefined || typeWord === undefined) throw usage('backup needs a database list and a type');
  if (extra !== undefined) throw usage(`'${extra}' is too much; a database list has no blank after a comma`);
  return { kind: 'backup', databases: parseList(list), type: parseType(typeWord), options };
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

function onlyOptions(argv: readonly string[]): BackupOptions {
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
): { readonly words: readonly string[]; readonly options: BackupOptions } {
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
    if (form.values?.every((each) => each.toLowerCase() !== value?.toLowerCase()) === true) {
      throw usage(`'${value ?? ''}' is not one of ${form.values.join(', ')} for '/${name}'`);
    }
    given.set(form.form, value ?? '');
  }
  return { words, options: toOptions(given) };
}

function splitOnce(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1).replace(/^"(.*)"$/, '$1')];
}

function toOptions(given: ReadonlyMap<string, string>): BackupOptions {
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
  };
}

function usage(problem: string): ClientFailure {
  return new ClientFailure(RC_USAGE, [`ACN0005E Invalid command line: ${problem}.`]);
}
