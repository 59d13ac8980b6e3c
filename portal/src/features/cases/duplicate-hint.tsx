/** Cases that may be the same as the one that is being written. It is only told: whoever writes it decides. */
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, take } from '../../api/client';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { filesIn, reasonsOf } from './duplicate-reasons';
import { requesterOf } from './requester';

interface Props {
  definition: string;
  title: string;
  name: string;
  email: string;
  fields: Record<string, unknown>;
}

export function DuplicateHint(props: Props) {
  const [{ definition, title, name, email, fields }] = useDebouncedValue(props, 600);
  const requester = requesterOf({ name, email });
  const files = filesIn(fields);
  const found = useQuery({
    queryKey: ['cases', 'duplicates', definition, title, name, email, files],
    enabled: title.trim() !== '' && (requester != null || files.length > 0),
    staleTime: 60_000,
    retry: false,
    queryFn: async () =>
      (await take(api.POST('/api/v1/cases/duplicates', { body: { definition, title, requester, files } }))).items,
  }).data;
  if (found === undefined || found.length === 0) return null;
  return (
    <Notice tone="accent" icon="link" title={t('There may be a case for this already')} role="status">
      <ul className="cw-links" data-testid="case-new-duplicates">
        {found.map((each) => (
          <li key={each.id}>
            <Link to="/cases/$ref" params={{ ref: each.number }} className="cw-link" target="_blank" rel="noreferrer">
              {each.number} {each.title}
            </Link>{' '}
            · {[each.statusName, ...reasonsOf(each)].join(' · ')}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
