import { Center, Loader } from '@mantine/core';
import { lazy, Suspense, type ReactNode } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { Only } from './access/only.js';
import { overviewView, useLive } from './api/live.js';
import { useAccess } from './api/session.js';
import { OverviewPage } from './overview/overview-page.js';
import { Shell } from './shell/shell.js';
import { WhenBroken } from './shell/when-broken.js';

// The overview comes first, and the other pages when they are asked for.
const AlarmsPage = lazy(async () => ({ default: (await import('./history/alarms-page.js')).AlarmsPage }));
const AuditPage = lazy(async () => ({ default: (await import('./history/audit-page.js')).AuditPage }));
const BackupPage = lazy(async () => ({ default: (await import('./backup/backup-page.js')).BackupPage }));
const CataloguePage = lazy(async () => ({ default: (await import('./history/catalogue-page.js')).CataloguePage }));
const LimitsPage = lazy(async () => ({ default: (await import('./limits/limits-page.js')).LimitsPage }));
const RestorePage = lazy(async () => ({ default: (await import('./restore/restore-page.js')).RestorePage }));
const RunPage = lazy(async () => ({ default: (await import('./run/run-page.js')).RunPage }));
const RunsPage = lazy(async () => ({ default: (await import('./history/runs-page.js')).RunsPage }));
const SignInPage = lazy(async () => ({ default: (await import('./access/sign-in-page.js')).SignInPage }));
const TokensPage = lazy(async () => ({ default: (await import('./access/tokens-page.js')).TokensPage }));

export function App() {
  const { state } = useAccess();
  if (state.kind === 'unknown') return <Waiting label="Looking who is signed in" />;
  if (state.kind === 'out') {
    return (
      <Loaded>
        <SignInPage problem={state.problem} />
      </Loaded>
    );
  }
  return <SignedIn />;
}

function SignedIn() {
  useLive(overviewView);
  return (
    <Shell>
      <Loaded>
        <Routes>
          <Route path="/" element={<OverviewPage />} />
          <Route path="/runs" element={<RunsPage />} />
          <Route path="/runs/:runId" element={<RunPage />} />
          <Route path="/backups" element={<CataloguePage />} />
          <Route path="/alarms" element={<AlarmsPage />} />
          <Route path="/limits" element={<LimitsPage />} />
          <Route
            path="/backup"
            element={
              <Only role="operator">
                <BackupPage />
              </Only>
            }
          />
          <Route
            path="/restore"
            element={
              <Only role="administrator">
                <RestorePage />
              </Only>
            }
          />
          <Route
            path="/audit"
            element={
              <Only role="operator">
                <AuditPage />
              </Only>
            }
          />
          <Route
            path="/tokens"
            element={
              <Only role="administrator">
                <TokensPage />
              </Only>
            }
          />
          <Route path="*" element={<Navigate to="/" replace />} />
        </Routes>
      </Loaded>
    </Shell>
  );
}

/** What is fetched when it is needed, or why it cannot be. */
function Loaded({ children }: { readonly children: ReactNode }) {
  return (
    <WhenBroken>
      <Suspense fallback={<Waiting label="Loading the page" />}>{children}</Suspense>
    </WhenBroken>
  );
}

function Waiting({ label }: { readonly label: string }) {
  return (
    <Center mih="50vh">
      <Loader aria-label={label} />
    </Center>
  );
}
