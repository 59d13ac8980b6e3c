/** A part of a case type as a table under its name; nothing where the part is empty. */
import { Text } from '@mantine/core';
import { useId, type ReactNode } from 'react';

interface Props {
  title: string;
  /** The first names the row. */
  columns: string[];
  rows: { key: string; cells: ReactNode[] }[];
  testId: string;
}

export function FactTable({ title, columns, rows, testId }: Props) {
  const id = useId();
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby={id} data-testid={testId}>
      <Text component="h3" id={id} fw={600} size="sm" mb={4}>
        {title}
      </Text>
      <div className="cw-table-scroll" tabIndex={0} role="region" aria-labelledby={id}>
        <table className="cw-table cw-table-facts">
          <caption className="cw-visually-hidden">{title}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, cells }) => (
              <tr key={key}>
                {cells.map((cell, place) =>
                  place === 0 ? (
                    <th key={columns[place]} scope="row">
                      {cell}
                    </th>
                  ) : (
                    <td key={columns[place]}>{cell}</td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** What people call it, and the key that definitions and policies know it by. */
export function Named({ name, id }: { name: string; id: string }) {
  return (
    <>
      {name} {name === id ? null : <code className="cw-key">{id}</code>}
    </>
  );
}
