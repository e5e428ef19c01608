<#
The Exchange host of the node agent: one JSON object a line, requests on stdin, answers and events on stdout.
Windows PowerShell 5.1, 64 bit. The account needs the Exchange role View-Only Configuration, and Event Log Readers; for
restores also Database Copies, Databases and Disaster Recovery. A role that is missing hides cmdlets and parameters.
#>
Set-StrictMode -Off
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'
$utf8 = New-Object System.Text.UTF8Encoding($false)
[Console]::OutputEncoding = $utf8
$stdin = New-Object System.IO.StreamReader([Console]::OpenStandardInput(), $utf8)
$stdout = New-Object System.IO.StreamWriter([Console]::OpenStandardOutput(), $utf8)
$stdout.AutoFlush = $true
# Answers and events come from different threads; a synchronised writer keeps every line whole.
$writer = [System.IO.TextWriter]::Synchronized($stdout)

$moveChannel = 'Microsoft-Exchange-HighAvailability/Operational'
$moveSucceeded = 308

function Write-Line($object) {
  $writer.WriteLine((ConvertTo-Json -InputObject $object -Depth 6 -Compress))
}

# Remoted enums are integers with a text, and 5.1 would print the integer.
function As-Text($value) {
  if ($null -eq $value) { return $null }
  $text = [string]$value
  if ($text -eq '') { return $null }
  $text
}

function As-Flag($value) {
  if ($null -eq $value) { return $null }
  [bool]$value
}

# Exchange gives local times; only UTC leaves this script.
function As-Utc($value) {
  if ($null -eq $value) { return $null }
  ([datetime]$value).ToUniversalTime().ToString('o', [cultureinfo]::InvariantCulture)
}

# A ByteQuantifiedSize is of use only as text: '1.572 TB (1,728,485,810,176 bytes)'.
function As-Bytes($value) {
  if ($null -eq $value) { return $null }
  if ([string]$value -match '\(([^)]*)bytes\)') { return ($Matches[1] -replace '\D', '') }
  $null
}

# A server is an ADObjectId, or text in short or long form; the agent folds the forms.
function As-ServerName($value) {
  if ($null -eq $value) { return $null }
  if ($value.PSObject.Properties['Name'] -and $value.Name) { return [string]$value.Name }
  As-Text $value
}

# Exchange gives text about a running seed; only the percentage in it is used. Its form is unconfirmed: not found means not known.
function As-SeedingPercent($value) {
  if ($null -eq $value) { return $null }
  if ([string]$value -match '(?<!\d)(\d{1,3})(?:[.,]\d+)?\s*%') { return [int]$Matches[1] }
  if ([string]$value -match '(?i)percent\w*\s*[:=]\s*(\d{1,3})') { return [int]$Matches[1] }
  $null
}

# Fixed disks with a drive letter or a mount point; one without either cannot hold a path. A report without them is a report.
function Get-Volumes {
  try {
    @(Get-CimInstance -ClassName Win32_Volume -Filter 'DriveType = 3' -ErrorAction Stop |
        Where-Object { $_.Name -and -not $_.Name.StartsWith('\\?\') } |
        ForEach-Object { [ordered]@{ path = [string]$_.Name; freeBytes = As-Text $_.FreeSpace; totalBytes = As-Text $_.Capacity } })
  } catch {
    [Console]::Error.WriteLine("the volumes could not be read: $($_.Exception.Message)")
    @()
  }
}

function Get-Server {
  $me = $env:COMPUTERNAME
  $mailbox = Get-MailboxServer -Identity $me -ErrorAction Stop
  $server = Get-ExchangeServer -Identity $me -ErrorAction Stop
  $dag = $null
  # Asked only with a name: without one the cmdlet answers with every DAG there is.
  $dagName = As-ServerName $mailbox.DatabaseAvailabilityGroup
  if ($dagName) {
    $group = Get-DatabaseAvailabilityGroup -Identity $dagName -ErrorAction Stop
    $dag = [ordered]@{ name = [string]$group.Name; members = @($group.Servers | ForEach-Object { As-ServerName $_ }) }
  }
  [ordered]@{
    name = [string]$mailbox.Name
    fqdn = As-Text $server.Fqdn
    site = (As-Text $server.Site) -replace '^.*/', ''
    version = As-Text $server.AdminDisplayVersion
    dag = $dag
    volumes = @(Get-Volumes)
  }
}

function ConvertTo-Copy($copy, $lags, $active) {
  $name = (As-ServerName $copy.MailboxServer)
  $short = $name.Split('.')[0]
  $isActive = if ($null -ne $copy.ActiveCopy) { [bool]$copy.ActiveCopy } else { $active -and $short -ieq $active.Split('.')[0] }
  [ordered]@{
    server = $name
    active = $isActive
    status = [string]$copy.Status
    activationPreference = $copy.ActivationPreference
    replayLag = $lags[$short.ToLowerInvariant()]
    copyQueueLength = As-Text $copy.CopyQueueLength
    replayQueueLength = As-Text $copy.ReplayQueueLength
    latestFullBackupUtc = As-Utc $copy.LatestFullBackupTime
    suspendComment = As-Text $copy.SuspendComment
    # The name of the volume, not its mount point: a volume may have several of those.
    volume = As-Text $copy.DatabaseVolumeName
    activationSuspended = As-Flag $copy.ActivationSuspended
    seedingPercent = As-SeedingPercent $copy.DatabaseSeedStatus
    errorMessage = As-Text $copy.ErrorMessage
  }
}

# The list holds key/value pairs, or over remoting only their text: '[EX01, 7.00:00:00]'.
function Get-Lags($database) {
  $lags = @{}
  foreach ($entry in @($database.ReplayLagTimes)) {
    if ($null -eq $entry) { continue }
    if ($entry.PSObject.Properties['Key'] -and $entry.Key) {
      $lags[(As-ServerName $entry.Key).Split('.')[0].ToLowerInvariant()] = [string]$entry.Value
    } elseif ([string]$entry -match '^\[\s*([^,\]]+?)\s*,\s*([^\]]+?)\s*\]$') {
      $lags[$Matches[1].Split('.')[0].ToLowerInvariant()] = $Matches[2]
    }
  }
  $lags
}

# The logs on this server that an incremental or differential backup would move. A folder with more files than are counted in
# good time, or one that cannot be read, is not known.
$LogFilesCountedMax = 200000
function Get-LogBytes($database) {
  $since = @($database.LastFullBackup, $database.LastIncrementalBackup | Where-Object { $null -ne $_ } |
      ForEach-Object { ([datetime]$_).ToUniversalTime() } | Sort-Object)
  try {
    [long]$bytes = 0
    $seen = 0
    $folder = [IO.DirectoryInfo]([string]$database.LogFolderPath)
    foreach ($file in $folder.EnumerateFiles("$($database.LogFilePrefix)*.log")) {
      $seen++
      if ($seen -gt $LogFilesCountedMax) { return $null }
      if ($since.Count -eq 0 -or $file.LastWriteTimeUtc -gt $since[-1]) { $bytes += $file.Length }
    }
    [string]$bytes
  } catch { $null }
}

function ConvertTo-Database($database, [bool]$isPublicFolder) {
  $active = if ($database.MountedOnServer) { As-Text $database.MountedOnServer } else { As-ServerName $database.Server }
  $copies = @()
  if ($isPublicFolder -or $database.Recovery) {
    # Neither has DAG copies, and the copy cmdlet knows neither.
    $status = if ($null -eq $database.Mounted) { 'Unknown' } elseif ($database.Mounted) { 'Mounted' } else { 'Dismounted' }
    $copies = @([ordered]@{
        server = As-ServerName $database.Server; active = $true; status = $status; activationPreference = $null; replayLag = '00:00:00'
        copyQueueLength = $null; replayQueueLength = $null; latestFullBackupUtc = As-Utc $database.LastFullBackup; suspendComment = $null
        volume = $null; activationSuspended = $null; seedingPercent = $null; errorMessage = $null
      })
  } else {
    $lags = Get-Lags $database
    $statuses = @(Get-MailboxDatabaseCopyStatus -Identity ([string]$database.Name) -ErrorAction Stop)
    # An active copy named by another copy wins over a database object that was read a moment earlier.
    $named = @($statuses | Where-Object { $_.ActiveCopy } | ForEach-Object { As-ServerName $_.MailboxServer })
    if ($named.Count -eq 1) { $active = $named[0] }
    $copies = @($statuses | ForEach-Object { ConvertTo-Copy $_ $lags $active })
  }
  [ordered]@{
    guid = ([string]$database.Guid).ToLowerInvariant()
    name = [string]$database.Name
    recovery = [bool]$database.Recovery
    publicFolder = $isPublicFolder
    activeServer = $active
    mounted = As-Flag $database.Mounted
    backupInProgress = As-Flag $database.BackupInProgress
    circularLogging = As-Flag $database.CircularLoggingEnabled
    allowFileRestore = As-Flag $database.AllowFileRestore
    edbPath = As-Text $database.EdbFilePath
    logPath = As-Text $database.LogFolderPath
    sizeBytes = As-Bytes $database.DatabaseSize
    logBytes = Get-LogBytes $database
    lastFullBackupUtc = As-Utc $database.LastFullBackup
    lastIncrementalBackupUtc = As-Utc $database.LastIncrementalBackup
    lastDifferentialBackupUtc = As-Utc $database.LastDifferentialBackup
    lastCopyBackupUtc = As-Utc $database.LastCopyBackup
    copies = $copies
  }
}

# One database that cannot be read becomes an entry that the agent reports as a warning.
function ConvertTo-DatabaseOrProblem($database, [bool]$isPublicFolder) {
  try { ConvertTo-Database $database $isPublicFolder }
  catch { [ordered]@{ guid = [string]$database.Guid; name = [string]$database.Name; problem = $_.Exception.Message } }
}

function Get-PublicFolderDatabases {
  # Exchange 2010 and earlier; later versions keep public folders in mailbox databases.
  if (-not (Get-Command -Name Get-PublicFolderDatabase -ErrorAction SilentlyContinue)) { return @() }
  @(Get-PublicFolderDatabase -Server $env:COMPUTERNAME -Status -ErrorAction Stop)
}

function Get-Databases {
  $mailbox = @(Get-MailboxDatabase -Server $env:COMPUTERNAME -Status -ErrorAction Stop)
  @($mailbox | ForEach-Object { ConvertTo-DatabaseOrProblem $_ $false }) +
  @(Get-PublicFolderDatabases | ForEach-Object { ConvertTo-DatabaseOrProblem $_ $true })
}

# The one object with this GUID and whether it is a public folder database, or $null.
function Find-Database($guid) {
  # Never without an identity: $null would mean every database of the organisation.
  $parsed = [guid]::Empty
  if (-not [guid]::TryParse([string]$guid, [ref]$parsed)) { throw "a database is named by its GUID, not by '$guid'" }
  $found = @()
  # Filtered again: an identity that Exchange does not know may be answered with other objects.
  try { $found = @(Get-MailboxDatabase -Identity $parsed.ToString() -Status -ErrorAction Stop | Where-Object { [guid][string]$_.Guid -eq $parsed }) }
  catch { if ($_.FullyQualifiedErrorId -notmatch 'ManagementObjectNotFound') { throw } }
  if ($found.Count -eq 1) { return @{ database = $found[0]; publicFolder = $false } }
  $found = @(Get-PublicFolderDatabases | Where-Object { [guid][string]$_.Guid -eq $parsed })
  if ($found.Count -eq 1) { return @{ database = $found[0]; publicFolder = $true } }
  $null
}

function Get-OneDatabase($guid) {
  $found = Find-Database $guid
  if ($null -eq $found) { return $null }
  ConvertTo-Database $found.database $found.publicFolder
}

function Require-Database($guid) {
  $found = Find-Database $guid
  if ($null -eq $found) { throw "Exchange knows no database with the GUID $guid" }
  $found
}

function Require-Text($value, $name) {
  if ($value -isnot [string] -or $value.Trim() -eq '') { throw "params.$name must be text, not '$value'" }
  $value.Trim()
}

# DATABASE\SERVER, of a copy that exists: another identity could mean more than one copy.
function Get-CopyIdentity($params) {
  $database = (Require-Database $params.guid).database
  $server = (Require-Text $params.server 'server').Split('.')[0]
  $holders = @($database.Servers | ForEach-Object { (As-ServerName $_).Split('.')[0] })
  $holder = @($holders | Where-Object { $_ -ieq $server })
  if ($holder.Count -ne 1) { throw "$($database.Name) has no copy on $server; it has copies on $($holders -join ', ')" }
  "$($database.Name)\$($holder[0])"
}

function Suspend-Copy($params) {
  Suspend-MailboxDatabaseCopy -Identity (Get-CopyIdentity $params) -SuspendComment (Require-Text $params.comment 'comment') -Confirm:$false -ErrorAction Stop *> $null
}

function Resume-Copy($params) {
  Resume-MailboxDatabaseCopy -Identity (Get-CopyIdentity $params) -Confirm:$false -ErrorAction Stop *> $null
}

# -BeginSeed returns at once (2013 and later) and the seed outlives this process. The copy must be suspended; it is resumed by Exchange.
function Begin-Seed($params) {
  $more = @{}
  if ($null -ne $params.sourceServer) { $more.SourceServer = Require-Text $params.sourceServer 'sourceServer' }
  Update-MailboxDatabaseCopy -Identity (Get-CopyIdentity $params) -BeginSeed -DeleteExistingFiles -Force @more -Confirm:$false -ErrorAction Stop *> $null
}

# Never -Force nor -AcceptDataLoss: the one would mount an empty new database where files are missing.
function Mount-One($params) {
  $null = Require-Database $params.guid
  Mount-Database -Identity ([string]$params.guid) -Confirm:$false -ErrorAction Stop *> $null
}

# By an administrator; that this moves no active copy is unconfirmed, so whoever asked reads where it is.
function Dismount-One($params) {
  $null = Require-Database $params.guid
  Dismount-Database -Identity ([string]$params.guid) -Confirm:$false -ErrorAction Stop *> $null
}

# That it falls back with the next mount is unconfirmed; whoever asked reads it.
function Set-FileRestore($params) {
  if ($params.allowed -isnot [bool]) { throw "params.allowed must be true or false, not '$($params.allowed)'" }
  $found = Require-Database $params.guid
  if ($found.publicFolder) { Set-PublicFolderDatabase -Identity ([string]$params.guid) -AllowFileRestore $params.allowed -Confirm:$false -ErrorAction Stop *> $null }
  else { Set-MailboxDatabase -Identity ([string]$params.guid) -AllowFileRestore $params.allowed -Confirm:$false -ErrorAction Stop *> $null }
}

# The documentation restarts MSExchangeIS after this, which would interrupt every database of the server; nothing here does.
function New-Database($params, [bool]$isRecovery) {
  $more = @{}
  if ($null -ne $params.edbPath) { $more.EdbFilePath = Require-Text $params.edbPath 'edbPath' }
  if ($null -ne $params.logPath) { $more.LogFolderPath = Require-Text $params.logPath 'logPath' }
  if ($isRecovery) { $more.Recovery = $true }
  $made = New-MailboxDatabase -Name (Require-Text $params.name 'name') -Server (Require-Text $params.server 'server') @more -Confirm:$false -ErrorAction Stop
  Get-OneDatabase ([string]$made.Guid)
}

function Remove-RecoveryDatabase($params) {
  $found = Require-Database $params.guid
  if (-not [bool]$found.database.Recovery) { throw "$($found.database.Name) is not a recovery database; nothing else is ever removed" }
  if ([bool]$found.database.Mounted) { throw "$($found.database.Name) is mounted; dismount it first" }
  Remove-MailboxDatabase -Identity ([string]$params.guid) -Confirm:$false -ErrorAction Stop *> $null
}

function Move-Active($params) {
  $server = (Get-CopyIdentity $params).Split('\')[-1]
  Move-ActiveMailboxDatabase -Identity ([string]$params.guid) -ActivateOnServer $server -MountDialOverride:Lossless -MoveComment 'DAG Conductor: restore' -Confirm:$false -ErrorAction Stop *> $null
}

# Move events are written on the server that holds the PAM role, which may be this one (reference 3.1).
function Watch-Moves {
  $query = New-Object System.Diagnostics.Eventing.Reader.EventLogQuery($moveChannel, 'LogName', "*[System[EventID=$moveSucceeded]]")
  $watcher = New-Object System.Diagnostics.Eventing.Reader.EventLogWatcher($query)
  $null = Register-ObjectEvent -InputObject $watcher -EventName EventRecordWritten -MessageData $writer -Action {
    try {
      $record = $Event.SourceEventArgs.EventRecord
      if ($null -eq $record) { return }
      $data = ([xml]$record.ToXml()).Event.UserData.EventXML
      $guid = [string]$data.DatabaseGuid
      if (-not $guid) { return }
      $line = [ordered]@{ event = 'databaseMoved'; databaseGuid = $guid.Trim('{', '}'); initiator = [string]$data.ActionInitiator }
      # The first property groups all events of one operation.
      $first = $data.ChildNodes | Select-Object -First 1
      if ($first) { $line.operationId = [string]$first.InnerText }
      $Event.MessageData.WriteLine((ConvertTo-Json -InputObject $line -Compress))
    } catch { [Console]::Error.WriteLine("a move event could not be read: $($_.Exception.Message)") }
  }
  $watcher.Enabled = $true
  $watcher
}

function Invoke-Request($request) {
  switch ([string]$request.method) {
    'hello' { return [ordered]@{ protocol = 1; host = "exchange-host.ps1 on $env:COMPUTERNAME" } }
    'describeServer' { return Get-Server }
    'listDatabases' { return , @(Get-Databases) }
    'getDatabase' { return Get-OneDatabase $request.params.guid }
    'suspendCopy' { Suspend-Copy $request.params; return Get-OneDatabase $request.params.guid }
    'resumeCopy' { Resume-Copy $request.params; return Get-OneDatabase $request.params.guid }
    'updateCopy' { Begin-Seed $request.params; return Get-OneDatabase $request.params.guid }
    'dismountDatabase' { Dismount-One $request.params; return Get-OneDatabase $request.params.guid }
    'mountDatabase' { Mount-One $request.params; return Get-OneDatabase $request.params.guid }
    'setAllowFileRestore' { Set-FileRestore $request.params; return Get-OneDatabase $request.params.guid }
    'createRecoveryDatabase' { return New-Database $request.params $true }
    'createDatabase' { return New-Database $request.params $false }
    'removeDatabase' { Remove-RecoveryDatabase $request.params; return $null }
    'moveActiveDatabase' { Move-Active $request.params; return Get-OneDatabase $request.params.guid }
    default { throw "this host does not know the method '$($request.method)'" }
  }
}

# In the script's own scope, so that every function sees the cmdlets; what the shell prints must not reach stdout.
. (Join-Path $env:ExchangeInstallPath 'bin\RemoteExchange.ps1') *> $null
Connect-ExchangeServer -Auto -ClientApplication:ManagementShell *> $null

try { $moveWatcher = Watch-Moves }
catch { [Console]::Error.WriteLine("move events are not available, polling must do: $($_.Exception.Message)") }

# Event actions run only while the pipeline is free, so the next line is waited for in short steps.
$pending = $stdin.ReadLineAsync()
while ($true) {
  if (-not $pending.IsCompleted) { Start-Sleep -Milliseconds 50; continue }
  $line = $pending.Result
  if ($null -eq $line) { break }
  $pending = $stdin.ReadLineAsync()
  if ($line.Trim() -eq '') { continue }
  $id = $null
  try {
    $request = ConvertFrom-Json -InputObject $line
    $id = $request.id
    Write-Line ([ordered]@{ id = $id; result = (Invoke-Request $request) })
  } catch {
    if ($null -eq $id) { [Console]::Error.WriteLine("a line could not be read: $($_.Exception.Message)"); continue }
    $problem = $_.Exception
    # Rights that are missing hide parameters and cmdlets; asking again does not bring them back.
    $retryable = -not ($problem -is [System.Management.Automation.ParameterBindingException] -or $problem -is [System.Management.Automation.CommandNotFoundException])
    Write-Line ([ordered]@{ id = $id; error = [ordered]@{ type = $problem.GetType().Name; message = $problem.Message; retryable = $retryable } })
    # Without its session the host is of no use: it ends, and the agent starts a new one.
    if ($problem -is [System.Management.Automation.Remoting.PSRemotingTransportException]) { break }
  }
}
if ($moveWatcher) { $moveWatcher.Dispose() }
