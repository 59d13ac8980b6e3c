/** Text stays text while it is no JSON yet; what cannot be read is never handed on as something else. */
import { Textarea } from '@mantine/core';
import { useState } from 'react';
import type { EditorProps } from './editor';

export function JsonInput({ label, description, required, error, value, change }: EditorProps) {
  const [text, setText] = useState(() =>
    value == null ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2),
  );
  return (
    <Textarea
      label={label}
      description={description}
      required={required}
      error={error}
      autosize
      minRows={2}
      maxRows={16}
      value={text}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        change(parsed(next));
      }}
    />
  );
}

/** JSON as its value, everything else as the text it is. */
export function parsed(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
