/** Parts that are not on a page when it first shows: a dialog, an editor. Their code is fetched when they are wanted. */
import { lazy, Suspense, useState, type ComponentType, type ReactNode } from 'react';

/**
 * `meanwhile` stands in the place of the part until it is there; nothing when it is left out. What is sure to be shown is fetched `ahead`, while the
 * page waits for its data, so that it does not push others away when it comes.
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, meanwhile: ReactNode = null) {
  let Ready: ComponentType<P> | null = null;
  const fetched = async () => ({ default: (Ready = await load()) });
  const Part = lazy(fetched);
  function Later(props: P) {
    // As it was when this one came: another element in its place would begin anew, and forget what was entered.
    const [Known] = useState(() => Ready);
    return Known !== null ? (
      <Known {...props} />
    ) : (
      <Suspense fallback={meanwhile}>
        <Part {...props} />
      </Suspense>
    );
  }
  // Without a connection it is fetched again, and told, when it is wanted.
  Later.ahead = () => void fetched().catch(() => undefined);
  return Later;
}
