/** The texts of a template, one language at a time; what is wrong with a placeholder is told with its line and column. */
import { Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { MailText } from '../../api/schema';
import { t } from '../../i18n';

interface Props {
  texts: Record<string, MailText>;
  fault: (pointer: string) => string | null;
  withSubject?: boolean;
  change: (texts: Record<string, MailText>) => void;
}

export function TemplateTexts({ texts, fault, withSubject = true, change }: Props) {
  const languages = Object.keys(texts);
  const [chosen, setChosen] = useState(languages[0] ?? 'en');
  const [added, setAdded] = useState('');
  const language = languages.includes(chosen) ? chosen : (languages[0] ?? 'en');
  const text = texts[language] ?? { subject: '', body: '' };
  const write = (part: Partial<MailText>) => change({ ...texts, [language]: { ...text, ...part } });
  const add = () => {
    const fresh = added.trim().toLowerCase();
    if (fresh === '') return;
    change({ ...texts, [fresh]: texts[fresh] ?? { subject: '', body: '' } });
    setChosen(fresh);
    setAdded('');
  };
  const { [language]: _, ...others } = texts;
  return (
    <Stack gap="sm">
      <Group align="flex-end" gap="xs">
        <Select
          label={t('Language')}
          allowDeselect={false}
          w={140}
          value={language}
          data={languages}
          error={fault('/texts')}
          onChange={(next) => setChosen(next ?? language)}
        />
        <TextInput
          label={t('Another language')}
          placeholder="pt-br"
          w={140}
          value={added}
          onChange={(event) => setAdded(event.currentTarget.value)}
        />
        <Button variant="default" onClick={add} disabled={added.trim() === ''}>
          {t('Add')}
        </Button>
        {languages.length > 1 && (
          <Button variant="subtle" onClick={() => change(others)}>
            {t('Remove {name}', { name: language })}
          </Button>
        )}
      </Group>
      {withSubject && (
        <TextInput
          label={t('Subject')}
          value={text.subject}
          error={fault(`/texts/${language}/subject`)}
          onChange={(event) => write({ subject: event.currentTarget.value })}
          data-testid="template-subject"
        />
      )}
      <Textarea
        label={t('Text')}
        required
        autosize
        minRows={6}
        maxRows={24}
        value={text.body}
        error={fault(`/texts/${language}/body`)}
        onChange={(event) => write({ body: event.currentTarget.value })}
        data-testid="template-body"
      />
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {
          '{{case.number}} {{case.title}} {{case.status}} {{case.stage}} {{case.dueDate}} {{requester.name}} {{requester.email}} {{field.…}} {{me.name}} {{me.email}} {{today}}'
        }
      </Text>
    </Stack>
  );
}
