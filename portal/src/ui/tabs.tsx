/** Tabs that are links: each has its own URL, so a tab can be bookmarked, sent and opened beside. */
import { Link, type LinkProps } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';

export interface TabEntry {
  id: string;
  label: string;
  count?: number;
  link: LinkProps;
}
interface TabsProps {
  label: string;
  tabs: TabEntry[];
  current: string;
  /** Somebody points at a tab, or has come to it by the keyboard. */
  point?: (id: string) => void;
}
export function LinkTabs({ label, tabs, current, point }: TabsProps) {
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a narrow screen the row scrolls; the open tab must not be the hidden one.
    const tab = nav.current?.querySelector<HTMLElement>(`[data-testid="tab-${current}"]`);
    if (nav.current !== null && tab != null)
      nav.current.scrollLeft = Math.max(0, tab.offsetLeft - nav.current.offsetLeft - 24);
  }, [current]);
  return (
    <nav ref={nav} className="cw-tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link
          key={tab.id}
          {...tab.link}
          className="cw-tab"
          data-active={tab.id === current}
          aria-current={tab.id === current ? 'page' : undefined}
          replace
          resetScroll={false}
          onPointerEnter={() => point?.(tab.id)}
          onFocus={() => point?.(tab.id)}
          data-testid={`tab-${tab.id}`}
        >
          <span>{tab.label}</span>
          {tab.count !== undefined && tab.count > 0 && <span className="cw-badge cw-tone-neutral">{tab.count}</span>}
        </Link>
      ))}
    </nav>
  );
}

export function Panel({
  title,
  actions,
  children,
  padded = true,
}: {
  title?: string;
  actions?: ReactNode;
  children: ReactNode;
  padded?: boolean;
}) {
  return (
    <section className="cw-panel" aria-label={title}>
      {title !== undefined && (
        <div
          style={{
            display: 'flex',
            justifyContent: 'space-between',
            alignItems: 'center',
            gap: 8,
            // Where both do not fit beside each other, neither is cut off.
            flexWrap: 'wrap',
            padding: '12px 16px 0',
          }}
        >
          <h2 style={{ margin: 0, fontSize: '0.9375rem', fontWeight: 650 }}>{title}</h2>
          {actions}
        </div>
      )}
      <div {...(padded ? { style: { padding: 16 } } : { 'data-flush': '' })}>{children}</div>
    </section>
  );
}
