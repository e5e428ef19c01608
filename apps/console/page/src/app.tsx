import { Center, Loader } from '@mantine/core';
import { Navigate, Route, Routes } from 'react-router';
import { SignInPage } from './access/sign-in-page.js';
import { TokensPage } from './access/tokens-page.js';
import { useAccess } from './api/session.js';
import { BackupPage } from './backup/backup-page.js';
import { AlarmsPage } from './history/alarms-page.js';
import { AuditPage } from './history/audit-page.js';
import { RunsPage } from './history/runs-page.js';
import { OverviewPage } from './overview/overview-page.js';
import { OverviewProvider } from './overview/overview-context.js';
import { RestorePage } from './restore/restore-page.js';
import { RunPage } from './run/run-page.js';
import { Shell } from './shell/shell.js';

export function App() {
  const { state } = useAccess();
  if (state.kind === 'unknown') {
    return (
      <Center h="100vh">
        <Loader aria-label="Looking who is signed in" />
      </Center>
    );
  }
  if (state.kind === 'out') return <SignInPage problem={state.problem} />;
  return (
    <OverviewProvider>
      <Shell>
        <Routes>
          <Route path="/" element={<OverviewPage />} />
          <Route path="/runs" element={<RunsPage />} />
          <Route path="/runs/:runId" element={<RunPage />} />
          <Route path="/backup" element={<BackupPage />} />
          <Route path="/restore" element={<RestorePage />} />
          <Route path="/alarms" element={<AlarmsPage />} />
          <Route path="/audit" element={<AuditPage />} />
          <Route path="/tokens" element={<TokensPage />} />
          <Route path="*" element={<Navigate to="/" replace />} />
        </Routes>
      </Shell>
    </OverviewProvider>
  );
}
