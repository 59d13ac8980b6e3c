/** Parts that are not on a page when it first shows: a dialog, an editor. Their code is fetched when they are wanted. */
import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';

/** `meanwhile` stands in the place of the part until it is there; nothing when it is left out. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, meanwhile: ReactNode = null) {
  const Part = lazy(async () => ({ default: await load() }));
  return function Later(props: P) {
    return (
      <Suspense fallback={meanwhile}>
        <Part {...props} />
      </Suspense>
    );
  };
}
