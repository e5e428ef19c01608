<#
The Exchange host of the node agent: one JSON object a line, requests on stdin, answers and events on stdout.
Windows PowerShell 5.1, 64 bit. The account needs the Exchange role View-Only Configuration, and Event Log Readers.
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

function ConvertTo-Database($database, [bool]$isPublicFolder) {
  $active = if ($database.MountedOnServer) { As-Text $database.MountedOnServer } else { As-ServerName $database.Server }
  $copies = @()
  if ($isPublicFolder -or $database.Recovery) {
    # Neither has DAG copies, and the copy cmdlet knows neither.
    $status = if ($null -eq $database.Mounted) { 'Unknown' } elseif ($database.Mounted) { 'Mounted' } else { 'Dismounted' }
    $copies = @([ordered]@{
        server = As-ServerName $database.Server; active = $true; status = $status; activationPreference = $null; replayLag = '00:00:00'
        copyQueueLength = $null; replayQueueLength = $null; latestFullBackupUtc = As-Utc $database.LastFullBackup; suspendComment = $null
        volume = $null
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
    sizeBytes = As-Bytes $database.DatabaseSize
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

function Get-OneDatabase($guid) {
  # Never without an identity: $null would mean every database of the organisation.
  $parsed = [guid]::Empty
  if (-not [guid]::TryParse([string]$guid, [ref]$parsed)) { throw "getDatabase needs a GUID, not '$guid'" }
  $found = @()
  # Filtered again: an identity that Exchange does not know may be answered with other objects.
  try { $found = @(Get-MailboxDatabase -Identity $parsed.ToString() -Status -ErrorAction Stop | Where-Object { [guid][string]$_.Guid -eq $parsed }) }
  catch { if ($_.FullyQualifiedErrorId -notmatch 'ManagementObjectNotFound') { throw } }
  if ($found.Count -eq 1) { return ConvertTo-Database $found[0] $false }
  $found = @(Get-PublicFolderDatabases | Where-Object { [guid][string]$_.Guid -eq $parsed })
  if ($found.Count -eq 1) { return ConvertTo-Database $found[0] $true }
  $null
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
