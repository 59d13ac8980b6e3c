/** The files of a case: upload, look, download, remove. */
import { ActionIcon, Button, Group, Menu, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { api, take } from '../../api/client';
import { caseDocumentsQuery } from '../../api/queries';
import type { Case, CaseDocument, StoredFile } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { bytes } from '../../lib/format';
import { personName, TimeAgo } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Empty, Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report } from '../../ui/toast';
import { DropZone, UploadList } from '../files/drop';
import { PreviewDrawer, type PreviewFile } from '../files/preview';
import { save } from '../files/transfer';
import { useUploads } from '../files/uploads';

export function Documents({ item }: { item: Case }) {
  const queries = useQueryClient();
  const query = useQuery(caseDocumentsQuery(item.id));
  const may = useCan()('case:update');
  const [preview, setPreview] = useState<PreviewFile | null>(null);
  const [doomed, setDoomed] = useState<CaseDocument | null>(null);
  const refresh = useCallback(() => queries.invalidateQueries({ queryKey: ['case'] }), [queries]);
  const attach = useCallback(
    async (stored: StoredFile) => {
      await take(
        api.POST('/api/v1/cases/{id}/documents', {
          params: { path: { id: item.id } },
          body: { fileId: stored.id, name: stored.name },
        }),
      );
      await refresh();
    },
    [item.id, refresh],
  );
  const { uploads, add, remove, retry } = useUploads(attach);
  const deletion = useMutation({
    mutationFn: (document: CaseDocument) =>
      take(
        api.DELETE('/api/v1/cases/{id}/documents/{documentId}', {
          params: { path: { id: item.id, documentId: document.id } },
        }),
      ),
    onSuccess: refresh,
    onError: (error) => report(error, t('The document was not removed')),
    onSettled: () => setDoomed(null),
  });
  return (
    <Stack>
      {may && (
        <DropZone onFiles={add} button={t('Choose files')} compact testId="document-drop">
          {t('Drop files here to add them to the case')}
        </DropZone>
      )}
      <UploadList uploads={uploads} remove={remove} retry={retry} />
      <Panel padded={false}>
        <Loaded query={query}>
          {(documents) =>
            documents.length === 0 ? (
              <Empty icon="file" title={t('No documents yet')}>
                {t('Uploaded files and attachments of mails appear here.')}
              </Empty>
            ) : (
              <div className="cw-table-scroll">
                <table className="cw-table">
                  <caption className="cw-visually-hidden">{t('Documents')}</caption>
                  <thead>
                    <tr>
                      <th scope="col">{t('Name')}</th>
                      <th scope="col" className="cw-hide-narrow">
                        {t('Size')}
                      </th>
                      <th scope="col" className="cw-hide-narrow">
                        {t('Added by')}
                      </th>
                      <th scope="col">{t('Added')}</th>
                      <th scope="col">
                        <span className="cw-visually-hidden">{t('Actions')}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {documents.map((document) => (
                      <tr key={document.id}>
                        <th scope="row">
                          <Button
                            variant="subtle"
                            color="gray"
                            c="inherit"
                            size="compact-sm"
                            leftSection={<Icon name="file" size={15} />}
                            onClick={() => setPreview(document)}
                            data-testid="document-open"
                          >
                            {document.name}
                          </Button>
                        </th>
                        <td className="cw-hide-narrow cw-num">{bytes(document.size)}</td>
                        <td className="cw-hide-narrow">{personName(document.addedBy)}</td>
                        <td>
                          <TimeAgo at={document.addedAt} />
                        </td>
                        <td style={{ textAlign: 'right' }}>
                          <Menu position="bottom-end" withinPortal>
                            <Menu.Target>
                              <ActionIcon
                                variant="subtle"
                                c="inherit"
                                aria-label={t('Actions for {name}', { name: document.name })}
                              >
                                <Icon name="dots" size={16} stroke={3} />
                              </ActionIcon>
                            </Menu.Target>
                            <Menu.Dropdown>
                              <Menu.Item
                                leftSection={<Icon name="eye" size={15} />}
                                onClick={() => setPreview(document)}
                              >
                                {t('Preview')}
                              </Menu.Item>
                              <Menu.Item
                                leftSection={<Icon name="download" size={15} />}
                                onClick={() => void save(document.fileId)}
                              >
                                {t('Download')}
                              </Menu.Item>
                              {may && (
                                <Menu.Item
                                  leftSection={<Icon name="trash" size={15} />}
                                  onClick={() => setDoomed(document)}
                                >
                                  {t('Remove')}
                                </Menu.Item>
                              )}
                            </Menu.Dropdown>
                          </Menu>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }
        </Loaded>
      </Panel>
      <PreviewDrawer file={preview} close={() => setPreview(null)} />
      <Modal
        opened={doomed !== null}
        onClose={() => setDoomed(null)}
        title={t('Remove {name}?', { name: doomed?.name ?? '' })}
        closeButtonProps={{ 'aria-label': t('Close') }}
      >
        <Stack>
          <Text size="sm">{t('The document leaves the case. The timeline keeps that it was there.')}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setDoomed(null)}>
              {t('Cancel')}
            </Button>
            <Button
              color="danger"
              loading={deletion.isPending}
              onClick={() => {
                if (doomed !== null) deletion.mutate(doomed);
              }}
            >
              {t('Remove')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Stack>
  );
}
