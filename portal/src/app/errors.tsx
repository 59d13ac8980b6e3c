/** Pages for a URL that leads nowhere and for a screen that broke. */
import { Button, Group } from '@mantine/core';
import { Link, useRouter } from '@tanstack/react-router';
import { t } from '../i18n';
import { Page } from '../ui/page';
import { Empty } from '../ui/states';

export function NotFound() {
  return (
    <Page title={t('Page not found')}>
      <div className="cw-panel">
        <Empty
          icon="search"
          title={t('There is no page at this address')}
          action={
            <Group>
              <Button component={Link} to="/">
                {t('My work')}
              </Button>
              <Button component={Link} to="/cases" variant="default">
                {t('All cases')}
              </Button>
            </Group>
          }
        >
          {t('The link may be old or mistyped. The command palette (Ctrl+K) finds pages and cases.')}
        </Empty>
      </div>
    </Page>
  );
}

export function Crash({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <Page title={t('This screen stopped working')}>
      <div className="cw-panel" role="alert">
        <Empty
          icon="incident"
          title={error instanceof Error ? error.message : String(error)}
          action={<Button onClick={() => void router.invalidate()}>{t('Try again')}</Button>}
        >
          {t('Your data is safe. If it happens again, tell your administrator what you did before.')}
        </Empty>
      </div>
    </Page>
  );
}
