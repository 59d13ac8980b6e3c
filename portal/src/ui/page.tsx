/** The frame of every screen: one h1 that takes the focus after navigation, the document title, and room for actions. */
import { Box, Group, Title } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';

let afterNavigation = false;
export function announceScreens(): void {
  afterNavigation = true;
}

interface Props {
  title: string;
  documentTitle?: string;
  actions?: ReactNode;
  above?: ReactNode;
  below?: ReactNode;
  children: ReactNode;
  width?: number;
  testId?: string;
}

export function Page({ title, documentTitle, actions, above, below, children, width = 1320, testId }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const full = documentTitle ?? title;
  useEffect(() => {
    document.title = `${full} · Casewright`;
  }, [full]);
  useEffect(() => {
    // After a navigation the new screen is announced; on the first load the focus stays at the top, where the skip link is.
    if (!afterNavigation) return;
    if (document.activeElement === document.body || document.activeElement?.closest('nav') != null)
      heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Box maw={width} mx="auto">
      <p className="cw-print-only" data-print-head />
      {above}
      {/* As high as a button, so that nothing moves when the first one comes. */}
      <Group justify="space-between" align="flex-start" mb="md" gap="sm" wrap="wrap" mih={36}>
        <Title
          order={1}
          ref={heading}
          tabIndex={-1}
          data-testid={testId}
          style={{ overflowWrap: 'anywhere', minWidth: 0, flex: '1 1 260px' }}
        >
          {title}
        </Title>
        {actions !== undefined && (
          <Group gap="xs" miw={0} maw="100%">
            {actions}
          </Group>
        )}
      </Group>
      {below}
      {children}
    </Box>
  );
}
