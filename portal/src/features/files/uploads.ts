/**
 * Uploads that are on their way, arrived or failed. They live outside of the components that show them: leaving a tab of a case stops none,
 * and what has arrived is remembered with the draft it belongs to.
 */
import { useEffect, useState, useSyncExternalStore } from 'react';
import { ApiError } from '../../api/client';
import type { StoredFile } from '../../api/schema';
import { readDraft, writeDraft } from '../../lib/drafts';
import { upload } from './transfer';

/** What is kept of a file that the server has taken. */
export type TakenFile = Pick<StoredFile, 'id' | 'name' | 'size' | 'contentType'>;
export interface Upload {
  key: string;
  name: string;
  size: number;
  fraction: number;
  error: string | null;
  stored: TakenFile | null;
  /** None for a file that an earlier page has uploaded. */
  file: File | null;
  cancel: () => void;
}
type Send = typeof upload;

function taken(stored: TakenFile): Upload {
  const { id, name, size } = stored;
  return { key: id, name, size, fraction: 1, error: null, stored, file: null, cancel: () => undefined };
}

export class Uploads {
  private all: Upload[] = [];
  private readonly listeners = new Set<() => void>();
  private done: ((stored: StoredFile) => Promise<unknown>) | undefined;

  constructor(
    private readonly keep: string | null = null,
    private readonly send: Send = upload,
  ) {
    if (keep === null) return;
    const kept = readDraft(`files.${keep}`, Date.now());
    if (kept === '') return;
    this.all = (JSON.parse(kept) as TakenFile[]).map(taken);
  }

  readonly list = (): Upload[] => this.all;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Called once for each file that the server accepted; when it fails, so has the upload. */
  onStored(done: ((stored: StoredFile) => Promise<unknown>) | undefined): void {
    this.done = done;
  }

  get isBusy(): boolean {
    return this.all.some((one) => one.stored === null && one.error === null);
  }

  /** Resolves when nothing is on its way any more. */
  async settled(): Promise<void> {
    while (this.isBusy)
      await new Promise<void>((resolve) => {
        const leave = this.subscribe(() => {
          leave();
          resolve();
        });
      });
  }

  /** Files that the server has already: of a mail that is passed on, of a template. */
  readonly take = (files: TakenFile[]): void => {
    const fresh = files.filter((file) => !this.all.some((one) => one.stored?.id === file.id));
    this.set([...this.all, ...fresh.map(taken)]);
  };
  readonly add = (files: File[]): void => files.forEach((file) => this.start(file));
  readonly remove = (key: string): void => {
    this.all.find((one) => one.key === key)?.cancel();
    this.set(this.all.filter((one) => one.key !== key));
  };
  readonly retry = (one: Upload): void => {
    this.remove(one.key);
    if (one.file !== null) this.start(one.file);
  };
  readonly clear = (): void => this.set([]);

  private start(file: File): void {
    const key = crypto.randomUUID();
    const abort = new AbortController();
    this.set([
      ...this.all,
      {
        key,
        name: file.name,
        size: file.size,
        file,
        fraction: 0,
        error: null,
        stored: null,
        cancel: () => abort.abort(),
      },
    ]);
    this.send(file, (fraction) => this.change(key, { fraction }), abort.signal)
      .then(async (stored) => {
        await this.done?.(stored);
        this.change(key, { fraction: 1, stored });
      })
      .catch((error: unknown) => {
        if (error instanceof ApiError && error.code === 'aborted')
          this.set(this.all.filter((each) => each.key !== key));
        else this.change(key, { error: error instanceof Error ? error.message : String(error) });
      });
  }

  private change(key: string, patch: Partial<Upload>): void {
    this.set(this.all.map((each) => (each.key === key ? { ...each, ...patch } : each)));
  }

  private set(next: Upload[]): void {
    this.all = next;
    if (this.keep !== null) {
      const taken = next.flatMap((one) =>
        one.stored === null
          ? []
          : [{ id: one.stored.id, name: one.stored.name, size: one.stored.size, contentType: one.stored.contentType }],
      );
      writeDraft(`files.${this.keep}`, taken.length === 0 ? '' : JSON.stringify(taken), Date.now());
    }
    this.listeners.forEach((listener) => listener());
  }
}

const kept = new Map<string, Uploads>();
function keptUploads(key: string): Uploads {
  const known = kept.get(key) ?? new Uploads(key);
  kept.set(key, known);
  return known;
}

/** Puts files beside a draft, whether or not the page with it is open. */
export function keepFiles(key: string, files: TakenFile[]): void {
  keptUploads(key).take(files);
}

/** Uploads of a component, or of the draft `keep`; `done` is called once for each that the server accepted. */
export function useUploads(done?: (stored: StoredFile) => Promise<unknown>, keep?: string) {
  const [uploads] = useState(() => (keep === undefined ? new Uploads() : keptUploads(keep)));
  useEffect(() => {
    uploads.onStored(done);
  }, [uploads, done]);
  const list = useSyncExternalStore(uploads.subscribe, uploads.list);
  return {
    uploads: list,
    take: uploads.take,
    add: uploads.add,
    remove: uploads.remove,
    retry: uploads.retry,
    clear: uploads.clear,
  };
}
