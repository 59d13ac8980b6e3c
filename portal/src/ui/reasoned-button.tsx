/** A button that is off says why, where the pointer or the keyboard is and to who does not see. It keeps its place in the order of the keyboard. */
import { Button, Tooltip, type ButtonProps } from '@mantine/core';
import { useId } from 'react';

interface Props extends ButtonProps {
  /** Why it is off; null: it is not. */
  reason: string | null;
  onClick: () => void;
  'data-testid'?: string;
}

export function ReasonedButton({ reason, onClick, ...props }: Props) {
  const id = useId();
  const isOff = reason !== null;
  return (
    <>
      <Tooltip label={reason} disabled={!isOff} multiline maw={280}>
        <Button
          {...props}
          data-disabled={isOff || undefined}
          aria-disabled={isOff || undefined}
          aria-describedby={isOff ? id : undefined}
          onClick={() => {
            if (!isOff) onClick();
          }}
        />
      </Tooltip>
      {isOff && (
        <span id={id} className="cw-visually-hidden">
          {reason}
        </span>
      )}
    </>
  );
}
