/** For who has neither work nor problems on this page: the places that are theirs. */
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { placesFor } from '../../app/navigation';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { Empty } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { Row, Rows } from './rows';

export function Elsewhere() {
  const places = placesFor(useCan()).filter(({ to, needs }) => to !== '/' && needs !== undefined);
  if (places.length === 0)
    return (
      <div className="cw-panel">
        <Empty icon="lock" title={t('Your roles open no place yet')}>
          {t('Ask an administrator for the role that your work needs.')}
        </Empty>
      </div>
    );
  return (
    <Panel title={t('Where you can go')} padded={false}>
      <Rows>
        {places.map(({ to, label, icon }) => (
          <Row key={to} justify="flex-start" gap="sm" data-testid="home-place">
            <Icon name={icon} size={16} />
            <Link to={to} className="cw-link">
              <Text size="sm" fw={600}>
                {label}
              </Text>
            </Link>
          </Row>
        ))}
      </Rows>
    </Panel>
  );
}
