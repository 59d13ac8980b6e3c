/** Our own line icons on a 24 grid: only those in use, so no icon package is shipped. Decorative; names belong to the control around them. */
const PATHS = {
  home: 'M4 11.5 12 5l8 6.5V19a1 1 0 0 1-1 1h-4.5v-5h-5v5H5a1 1 0 0 1-1-1z',
  cases:
    'M4 8.5A1.5 1.5 0 0 1 5.5 7h13A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5zM9 7V5.5A1.5 1.5 0 0 1 10.5 4h3A1.5 1.5 0 0 1 15 5.5V7M4 12h16',
  board: 'M4 5h4.5v14H4zM10 5h4.5v9H10zM16 5h4v6h-4z',
  tasks: 'M4 6.5 5.5 8 8 5M4 13l1.5 1.5L8 11.5M4 19.2l1.5 1.3L8 18M11.5 7H20M11.5 13.5H20M11.5 19.5H20',
  bell: 'M6 16.5V11a6 6 0 1 1 12 0v5.5l1.5 1.5h-15zM10 20.5a2.2 2.2 0 0 0 4 0',
  record:
    'M4 6h16v12H4zM8.5 12.5a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM5.8 15.800c.4-1.500 1.4-2.300 2.700-2.300s2.300.8 2.700 2.300M13.500 9.500H18M13.500 12.500H18M13.500 15.500H16.500',
  mail: 'M4 6.5h16v11H4zM4 7l8 6 8-6',
  process: 'M4 9h5v6H4zM15 9h5v6h-5zM9 12h6',
  deploy: 'M12 15V4.5M8 8l4-4 4 4M5 14v4.5A1.5 1.5 0 0 0 6.5 20h11a1.5 1.5 0 0 0 1.5-1.5V14',
  incident: 'M12 4.5 21 19.5H3zM12 10.5v4M12 17v.3',
  plus: 'M12 5v14M5 12h14',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20',
  sun: 'M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  help: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.7v.3',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.5 10 17.5 19 7',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.2l3.2 2',
  pause: 'M9 6v12M15 6v12',
  flame:
    'M12 3c.5 3.5 5 5.5 5 10.5A5 5 0 0 1 12 20a5 5 0 0 1-5-5.5c0-2 1-3.4 2-4.5.3 1.4 1 2 1.8 2.3C10.5 8.5 11 5.5 12 3z',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.500c.6-4 3.6-6 7.5-6s6.9 2 7.5 6',
  comment: 'M4 5.500h16v11h-8l-4.5 3.500v-3.500H4z',
  file: 'M6 3.500h8l4.5 4.500v12.500H6zM14 3.500V8h4.5',
  download: 'M12 4.500V15M8 11.500l4 4 4-4M5 19.500h14',
  upload: 'M12 15V4.500M8 8.500l4-4 4 4M5 19.500h14',
  trash: 'M5 7h14M10 7V4.500h4V7M7 7l1 12.500h8L17 7',
  dots: 'M6 12h.01M12 12h.01M18 12h.01',
  chevron: 'M9 6l6 6-6 6',
  print: 'M7 9V4h10v5M7 17H4v-8h16v8h-3M7 14h10v6H7z',
  down: 'M6 9l6 6 6-6',
  up: 'M6 15l6-6 6 6',
  left: 'M15 6l-6 6 6 6',
  reply: 'M10 7 4.5 12 10 17v-3.500c5 0 8 1.5 9.5 5 0-6-3.5-9-9.5-9z',
  stage: 'M5 5v15M5 5.500h11l-2 3.5 2 3.500H5',
  edit: 'M4.5 19.5 5.5 15 16 4.500l3.5 3.500L9 18.500zM13.5 7l3.5 3.5',
  link: 'M10 14a4 4 0 0 0 5.7.3l3-3A4 4 0 0 0 13 5.600l-1 1M14 10a4 4 0 0 0-5.7-.3l-3 3A4 4 0 0 0 11 18.400l1-1',
  undo: 'M8 5 4 9l4 4M4.5 9H14a5 5 0 0 1 0 10H9',
  bolt: 'M13 3 5 13.500h6L10 21l8.5-10.500H12.500z',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 14.800a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.600z',
  paperclip: 'M19 11.5 11.5 19a4.6 4.6 0 0 1-6.5-6.500l8-8a3 3 0 0 1 4.3 4.300l-8 8a1.5 1.5 0 0 1-2.1-2.100L14.5 7.5',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  external: 'M13 5h6v6M19 5l-8.5 8.500M17 14.500V19H5V7h4.5',
  send: 'M4 12 20 4.5 15 20l-3.5-6.500z',
  inbox: 'M4 13.5 6.5 5h11L20 13.500V19H4zM4 13.500h5l1 2.500h4l1-2.500h5',
  queue: 'M5 5h14M5 10h14M5 15h9M5 20h5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18, stroke = 1.75 }: { name: IconName; size?: number; stroke?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={stroke}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#175868" />
      <path d="M21.5 11.2a7 7 0 1 0 0 9.6" fill="none" stroke="#fff" strokeWidth="3.2" strokeLinecap="round" />
      <path d="M16 16h9" stroke="#8fd3de" strokeWidth="3.2" strokeLinecap="round" />
      <circle cx="25" cy="16" r="2.6" fill="#8fd3de" />
    </svg>
  );
}
