/** Times are milliseconds since 1970 UTC; booleans are 0 and 1; names of members and databases are Exchange's own spelling. */
export const SCHEMA = `
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE members (
  name TEXT PRIMARY KEY,
  fqdn TEXT NOT NULL,
  dag TEXT NOT NULL,
  site TEXT NOT NULL,
  storageServer TEXT NOT NULL,
  hasClient INTEGER NOT NULL,
  stopped INTEGER NOT NULL DEFAULT 0,
  rateBytesPerSecond INTEGER NOT NULL,
  version TEXT NOT NULL,
  -- Null: what the disk under the lab really has.
  freeBytes INTEGER,
  restoresFail INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE databases (
  guid TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  sizeBytes INTEGER NOT NULL,
  logPrefix TEXT NOT NULL,
  circularLogging INTEGER NOT NULL DEFAULT 0,
  mounted INTEGER NOT NULL DEFAULT 1,
  allowFileRestore INTEGER NOT NULL DEFAULT 0,
  edbPath TEXT NOT NULL,
  logPath TEXT NOT NULL,
  activeMember TEXT NOT NULL,
  generation INTEGER NOT NULL DEFAULT 0,
  nextGenerationAt INTEGER NOT NULL DEFAULT 0,
  mountWhenMemberStarts INTEGER NOT NULL DEFAULT 0,
  lastFullAt INTEGER, lastIncrementalAt INTEGER, lastDifferentialAt INTEGER, lastCopyAt INTEGER,
  moveId TEXT, moveTo TEXT, moveDueAt INTEGER, moveInitiator TEXT, moveCategory TEXT,
  moveMounts INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE copies (
  database TEXT NOT NULL REFERENCES databases (guid),
  member TEXT NOT NULL REFERENCES members (name),
  preference INTEGER NOT NULL,
  status TEXT NOT NULL,
  statusDueAt INTEGER,
  replayLagMs INTEGER NOT NULL DEFAULT 0,
  copied INTEGER NOT NULL DEFAULT 0,
  replayed INTEGER NOT NULL DEFAULT 0,
  lowestLog INTEGER NOT NULL DEFAULT 1,
  copyDueAt INTEGER,
  suspendComment TEXT,
  errorMessage TEXT,
  lineage TEXT NOT NULL,
  integrity TEXT NOT NULL DEFAULT 'clean',
  -- The last restore into these files, until they are mounted.
  restoreId TEXT,
  seedSource TEXT, seedBytes INTEGER, seedAt INTEGER,
  volume TEXT NOT NULL,
  PRIMARY KEY (database, member)
);

-- Backup times are part of the log stream: a copy knows one once it replayed the generation that carries it.
CREATE TABLE headers (
  database TEXT NOT NULL REFERENCES databases (guid),
  type TEXT NOT NULL,
  at INTEGER NOT NULL,
  coveredGeneration INTEGER NOT NULL,
  visibleGeneration INTEGER NOT NULL
);
CREATE INDEX headersOfDatabase ON headers (database, type);

-- One row for each backup ever begun; the rows are the history that verification reads.
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  database TEXT NOT NULL REFERENCES databases (guid),
  member TEXT NOT NULL REFERENCES members (name),
  type TEXT NOT NULL,
  phase TEXT NOT NULL,
  pid INTEGER NOT NULL,
  processStarted TEXT,
  objectName TEXT NOT NULL UNIQUE,
  firstLog INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  startedAt INTEGER NOT NULL,
  goneAt INTEGER,
  endedAt INTEGER,
  outcome TEXT,
  reason TEXT,
  cleaned INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX sessionsOpen ON sessions (endedAt, database);

-- One row for each restore ever begun. Names instead of references: a recovery database is removed afterwards.
CREATE TABLE restores (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  -- Target database, or the folder of a restore of files.
  target TEXT NOT NULL,
  targetName TEXT NOT NULL,
  objectName TEXT NOT NULL,
  member TEXT NOT NULL,
  pid INTEGER NOT NULL,
  processStarted TEXT,
  bytes INTEGER NOT NULL DEFAULT 0,
  generation INTEGER,
  startedAt INTEGER NOT NULL,
  goneAt INTEGER,
  endedAt INTEGER,
  outcome TEXT,
  reason TEXT
);
CREATE INDEX restoresOpen ON restores (endedAt, target);

CREATE TABLE events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  operationId TEXT NOT NULL,
  guid TEXT NOT NULL,
  fromMember TEXT NOT NULL,
  toMember TEXT NOT NULL,
  initiator TEXT NOT NULL,
  category TEXT NOT NULL,
  -- The member that held the PAM role then: the event is in its log alone.
  writtenOn TEXT NOT NULL,
  at INTEGER NOT NULL
);

CREATE TABLE storedBackups (
  objectName TEXT PRIMARY KEY,
  sessionId TEXT NOT NULL UNIQUE,
  database TEXT NOT NULL REFERENCES databases (guid),
  member TEXT NOT NULL,
  role TEXT NOT NULL,
  type TEXT NOT NULL,
  firstLog INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  lineage TEXT NOT NULL,
  -- Size of the database file, stored or not, at that moment.
  edbBytes INTEGER NOT NULL,
  logPrefix TEXT NOT NULL,
  -- Of the server that it was taken on.
  exchangeVersion TEXT NOT NULL,
  startedAt INTEGER NOT NULL,
  endedAt INTEGER NOT NULL
);
`;
