/** A checklist as text, one thing a line, and back: a line that says what one said before is that one, and keeps its tick. */
export interface Line {
  id: string;
  title: string;
}

export function textOf(lines: Line[]): string {
  return lines.map((line) => line.title).join('\n');
}

export function linesOf(text: string, known: Line[]): { id?: string; title: string }[] {
  const titles = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const left = [...known];
  return titles.map((title) => {
    const at = left.findIndex((line) => line.title === title);
    const [same] = at === -1 ? [] : left.splice(at, 1);
    return same === undefined ? { title } : { id: same.id, title };
  });
}
