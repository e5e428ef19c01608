import { Text, Title } from '@mantine/core';
import type { DefaultWindowView } from '#contracts';
import { periodTexts } from '../model/maintenance.js';
import { Moment } from '../shell/moment.js';

/** When backups may run whose request does not say, and whether they may now. */
export function WindowView({ view }: { readonly view: DefaultWindowView | null }) {
  return (
    <section aria-label="Window">
      <Title order={2} size="h4">
        Window
      </Title>
      {view === null ? (
        <Text>Backups may run at any time, unless their request says otherwise.</Text>
      ) : (
        <>
          <Text>
            Backups whose request has no window of its own: {periodTexts(view.window).join('; ')} (
            {view.window.timeZone}). When it closes, what still runs{' '}
            {view.window.whenClosed === 'stop' ? 'is stopped' : 'may finish'}.
          </Text>
          <Text>
            Now it is{' '}
            <strong className={view.mayStart ? 'well' : 'changing'}>
              {view.mayStart ? 'open' : view.isOpen ? 'open, and nothing new is started' : 'closed'}
            </strong>
            {view.changesAt !== null && (
              <>
                {' '}
                until <Moment at={view.changesAt} />
              </>
            )}
            .
          </Text>
        </>
      )}
    </section>
  );
}
