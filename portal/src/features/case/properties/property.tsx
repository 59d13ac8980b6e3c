/** What every property of a case has: its label, and for those who may change it the panel in which they do. */
import { Button, Popover, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Case } from '../../../api/schema';
import type { PatchRequest } from '../actions';

/** Whether the change is on its way; what was typed stays where it is when it is not. */
export type Change = (request: Omit<PatchRequest, 'item'>) => boolean;
export type Editor = 'priority' | 'due' | 'labels' | 'requester' | 'assignee' | 'stage' | 'status';
export interface PropertyProps {
  item: Case;
  may: boolean;
  change: Change;
  open: Editor | null;
  setOpen: (editor: Editor | null) => void;
}

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Stack gap={2}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </Stack>
  );
}

/** How the button looks that a value is. */
export const button = { variant: 'subtle', color: 'gray', c: 'inherit', size: 'compact-sm', px: 4 } as const;

/** A panel that opens under its button and closes with Escape; what it holds is a small form. */
export function Edit<Which extends string>({
  which,
  label,
  name,
  testId,
  open,
  setOpen,
  children,
  form,
}: {
  which: Which;
  label: string;
  name: string;
  testId: string;
  open: Which | null;
  setOpen: (editor: Which | null) => void;
  children: ReactNode;
  form: ReactNode;
}) {
  return (
    <Fact label={label}>
      <Popover
        opened={open === which}
        onChange={(opened) => {
          if (!opened) setOpen(null);
        }}
        position="bottom-start"
        trapFocus
        returnFocus
        withinPortal
        shadow="md"
        width={300}
      >
        <Popover.Target>
          <Button
            {...button}
            aria-label={name}
            onClick={() => setOpen(open === which ? null : which)}
            data-testid={testId}
          >
            {children}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={label}>{open === which && form}</Popover.Dropdown>
      </Popover>
    </Fact>
  );
}
