/** The body of an HTML mail in a sandboxed frame: no scripts, no forms, no plugins; it only grows to its content's height. */
import { Button, Group, Text } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { MailAttachment } from '../../api/schema';
import { styleNonce } from '../../app/style-nonce';
import { plural, t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { fetchBlob } from '../files/transfer';
import { frameDocument, harmless, pictureNames } from './html';

const MAX_HEIGHT = 1_200;

export function MailFrame({
  html,
  attachments,
  title,
}: {
  html: string;
  attachments: MailAttachment[];
  title: string;
}) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [remoteImages, setRemoteImages] = useState(false);
  const [height, setHeight] = useState(160);
  const named = pictureNames(html, attachments);
  const images = useInlineImages(named, attachments);
  const body = useMemo(() => harmless(named, { remoteImages, images }), [named, remoteImages, images]);
  return (
    <>
      {body.blockedImages > 0 && !remoteImages && (
        <Notice tone="neutral">
          <Group justify="space-between">
            <Text size="sm">
              {plural(
                '{count} remote image is blocked to protect you.',
                '{count} remote images are blocked to protect you.',
                body.blockedImages,
              )}
            </Text>
            <Button size="compact-xs" variant="default" onClick={() => setRemoteImages(true)}>
              {t('Show images')}
            </Button>
          </Group>
        </Notice>
      )}
      {/* allow-same-origin without allow-scripts: nothing inside can run, the page outside may measure. */}
      <iframe
        ref={frame}
        title={title}
        className="cw-mail-frame"
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        srcDoc={frameDocument(body.html, remoteImages, styleNonce())}
        style={{ height }}
        onLoad={() =>
          setHeight(Math.min(MAX_HEIGHT, (frame.current?.contentDocument?.documentElement.scrollHeight ?? 150) + 4))
        }
      />
    </>
  );
}

/** Loads the pictures that are parts of the mail as object URLs and releases them again. */
function useInlineImages(html: string, attachments: MailAttachment[]): Map<string, string> {
  const [images, setImages] = useState<Map<string, string>>(() => new Map());
  useEffect(() => {
    const wanted = attachments.filter(
      (each) => html.includes(`cid:${each.fileId}`) && each.contentType.startsWith('image/'),
    );
    if (wanted.length === 0) return undefined;
    let alive = true;
    const urls: string[] = [];
    void Promise.all(
      wanted.map(async (each): Promise<[string, string] | null> => {
        // An image that cannot be loaded leaves its alternative text; the mail is still readable.
        const blob = await fetchBlob(each.fileId).catch(() => null);
        if (blob === null || !alive) return null;
        const url = URL.createObjectURL(blob);
        urls.push(url);
        return [each.fileId, url];
      }),
    ).then((pairs) => {
      if (alive) setImages(new Map(pairs.filter((pair) => pair !== null)));
    });
    return () => {
      alive = false;
      for (const url of urls) URL.revokeObjectURL(url);
    };
  }, [html, attachments]);
  return images;
}
