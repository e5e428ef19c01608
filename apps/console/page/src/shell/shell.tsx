import {
  Alert,
  AppShell,
  Badge,
  Burger,
  Button,
  Group,
  NavLink,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { NavLink as RouterLink, useLocation } from 'react-router';
import { useAccess, useMay } from '../api/session.js';
import { useAlarms } from '../history/alarms.js';
import { useLiveOverview } from '../api/live.js';

const HEADER_HEIGHT = 52;
const NAVIGATION_WIDTH = 190;

/** What stands around every page: where to go, who is signed in, and whether what is shown is fresh. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure();
  const { trouble } = useLiveOverview();
  return (
    <AppShell
      header={{ height: HEADER_HEIGHT }}
      navbar={{ width: NAVIGATION_WIDTH, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Open or close the navigation"
            />
            <Text fw={700} component="span">
              DAG Conductor
            </Text>
          </Group>
          <Person />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages" onClick={close}>
        <Pages />
      </AppShell.Navbar>
      <AppShell.Main>
        {trouble !== null && (
          <Alert color="orange" title="What is shown may be old" role="alert" mb="md">
            {trouble}
          </Alert>
        )}
        {children}
      </AppShell.Main>
    </AppShell>
  );
}

function Pages() {
  const mayOperate = useMay('operator');
  const mayAdminister = useMay('administrator');
  const { alarms } = useAlarms();
  return (
    <>
      <Page to="/" label="Overview" />
      {mayOperate && <Page to="/backup" label="Start a backup" />}
      {mayAdminister && <Page to="/restore" label="Restore" />}
      <Page to="/runs" label="History" />
      <Page to="/backups" label="Backups" />
      <Page to="/alarms" label="Alarms" count={alarms.length} />
      <Page to="/limits" label="Limits" />
      {mayOperate && <Page to="/audit" label="Audit" />}
      {mayAdminister && <Page to="/tokens" label="Tokens" />}
    </>
  );
}

function Page({ to, label, count = 0 }: { readonly to: string; readonly label: string; readonly count?: number }) {
  const { pathname } = useLocation();
  return (
    <NavLink
      component={RouterLink}
      to={to}
      label={label}
      active={to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`)}
      rightSection={
        count > 0 && (
          <Badge color="red" size="sm" aria-label={`${count} standing`}>
            {count}
          </Badge>
        )
      }
    />
  );
}

function Person() {
  const { state, signOut } = useAccess();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  if (state.kind !== 'in') return null;
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" visibleFrom="sm">
        {state.session.actor} ({state.session.role})
      </Text>
      <Button variant="default" size="xs" onClick={() => setColorScheme(other)}>
        {other === 'dark' ? 'Dark' : 'Light'}
      </Button>
      <Button variant="default" size="xs" onClick={() => void signOut()}>
        Sign out
      </Button>
    </Group>
  );
}
