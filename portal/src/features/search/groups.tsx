/** What was found, by kind. Texts are segments of the server; nothing of them is markup. */
import { Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { SearchHit } from '../../api/schema';
import { t } from '../../i18n';
import { StatusTag, TimeAgo } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { grouped, KIND_ICONS, kindName, placeOf } from './hits';

export function Groups({ hits }: { hits: SearchHit[] }) {
  return (
    <Stack gap="md">
      {grouped(hits).map(([kind, found]) => (
        <section key={kind} aria-labelledby={`found-${kind}`}>
          <Group gap={6} mb={4}>
            <Icon name={KIND_ICONS[kind]} size={16} />
            <Title order={2} size="h5" id={`found-${kind}`}>
              {kindName(kind)}
            </Title>
          </Group>
          <div className="cw-panel">
            <Stack component="ul" gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
              {found.map((hit) => (
                <Row key={`${hit.case?.id ?? ''}:${hit.id}`} hit={hit} />
              ))}
            </Stack>
          </div>
        </section>
      ))}
    </Stack>
  );
}

function Row({ hit }: { hit: SearchHit }) {
  const itself = hit.kind === 'case' ? hit.case : null;
  const around = hit.kind === 'case' ? null : hit.case;
  const notes = [
    around && `${around.number} ${around.title}`,
    hit.recordType?.name,
    hit.isOpen === false ? t('Done') : null,
    hit.from,
  ].filter(Boolean);
  const title = hit.title.length > 0 ? hit.title : [{ text: t('Comment'), isMatch: false }];
  return (
    <li style={{ borderBottom: '1px solid var(--cw-line)', padding: '10px 14px' }} data-testid="search-hit">
      <Group gap={8} wrap="wrap" style={{ overflowWrap: 'anywhere' }}>
        <Link {...placeOf(hit)} className="cw-link">
          {itself && `${itself.number} `}
          <Marked segments={title} />
        </Link>
        {itself && <StatusTag item={itself} />}
      </Group>
      {hit.excerpt.length > 0 && (
        <Text size="sm" mt={2} style={{ overflowWrap: 'anywhere' }}>
          <Marked segments={hit.excerpt} />
        </Text>
      )}
      <Text size="xs" c="dimmed" mt={2} style={{ overflowWrap: 'anywhere' }}>
        {notes.map((note) => `${note} · `)}
        {hit.at !== null && <TimeAgo at={hit.at} />}
      </Text>
    </li>
  );
}

function Marked({ segments }: { segments: SearchHit['title'] }) {
  return segments.map((segment, index) =>
    segment.isMatch ? <mark key={index}>{segment.text}</mark> : <span key={index}>{segment.text}</span>,
  );
}
