/** `/cases/new`: choose what kind of case, then fill its form. */
import { Button, Group, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { definitionsQuery } from '../../api/queries';
import type { CaseDefinition } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { Empty, Loaded, NoAccess } from '../../ui/states';
import { CreateForm } from './create-form';

const route = getRouteApi('/cases/new');

export function NewCase() {
  const { definition, parent } = route.useSearch();
  const query = useQuery(definitionsQuery);
  const chosen = query.data?.find((each) => each.key === definition);
  const may = useCan()('case:create');
  if (!may)
    return (
      <Page title={t('New case')}>
        <div className="cw-panel">
          <NoAccess />
        </div>
      </Page>
    );
  return (
    <Page
      title={chosen === undefined ? t('New case') : t('New {type}', { type: chosen.name })}
      width={860}
      actions={
        chosen !== undefined && (
          <Button component={Link} to="/cases/new" search={{ parent } as never} variant="default">
            {t('Other type')}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(definitions) =>
          definitions.length === 0 ? (
            <div className="cw-panel">
              <Empty icon="cases" title={t('No case types yet')}>
                {t('An administrator adds case definitions; then cases can be created here.')}
              </Empty>
            </div>
          ) : chosen === undefined ? (
            <Tiles definitions={definitions.filter((each) => each.archived !== true)} parent={parent} />
          ) : (
            <CreateForm key={chosen.key} definition={chosen} parent={parent} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Tiles({ definitions, parent }: { definitions: CaseDefinition[]; parent: string | undefined }) {
  return (
    <SimpleGrid component="ul" cols={{ base: 1, sm: 2 }} p={0} m={0} style={{ listStyle: 'none' }}>
      {definitions.map((each) => (
        <li key={each.key}>
          <Link
            to="/cases/new"
            search={{ definition: each.key, parent }}
            className="cw-tile"
            data-testid="case-definition"
          >
            <Group gap="sm" wrap="nowrap" mb={6}>
              <span className="cw-event-icon cw-tone-accent">
                <Icon name="cases" size={16} />
              </span>
              <Text fw={600}>{each.name}</Text>
            </Group>
            <Text size="sm" c="dimmed">
              {each.description || each.stages.map((stage) => stage.name).join(' → ')}
            </Text>
          </Link>
        </li>
      ))}
    </SimpleGrid>
  );
}
