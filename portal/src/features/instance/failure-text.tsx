/** What went wrong in a line; the stack is fetched when somebody opens it. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { failureQuery, type FailureSource } from '../../api/instances';
import { t } from '../../i18n';
import { Loaded } from '../../ui/states';

export function FailureText({
  instance,
  source,
  message,
}: {
  instance: string;
  source: FailureSource;
  message: string | null;
}) {
  const [isOpen, setOpen] = useState(false);
  if (message === null) return null;
  return (
    <div style={{ overflowWrap: 'anywhere', fontWeight: 400 }}>
      <span className="cw-tone-danger" style={{ background: 'none' }}>
        {message}
      </span>{' '}
      <Button
        variant="subtle"
        size="compact-xs"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        data-testid="failure-open"
      >
        {isOpen ? t('Hide details') : t('Details')}
      </Button>
      {isOpen && <Stack instance={instance} source={source} message={message} />}
    </div>
  );
}

function Stack({ instance, source, message }: { instance: string; source: FailureSource; message: string }) {
  const details = useQuery(failureQuery(instance, source));
  return (
    <Loaded query={details} rows={2}>
      {(text) => (
        <pre
          className="cw-stack"
          tabIndex={0}
          role="region"
          aria-label={t('What went wrong')}
          data-testid="failure-details"
        >
          {text ?? message}
        </pre>
      )}
    </Loaded>
  );
}
