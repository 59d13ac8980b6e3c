/** Rows of pages, each once: a row that changed while more was loaded can be on two of them; the first one is the newer. Pure. */
export function unique<T extends { id: string }>(pages: { items: T[] }[]): T[] {
  const seen = new Set<string>();
  return pages.flatMap((page) => page.items).filter((item) => !seen.has(item.id) && seen.add(item.id) !== undefined);
}
