/** The look: one petrol accent, slate neutrals, dense controls. Contrast of every pair used for text is 4.5:1 or more in both schemes. */
import { createTheme, type MantineColorsTuple } from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#e9f4f6',
  '#d3e7eb',
  '#a8d0d8',
  '#79b6c2',
  '#519dac',
  '#37899a',
  '#287888',
  '#1f6a7b',
  '#175868',
  '#0f4452',
];
const danger: MantineColorsTuple = [
  '#fdeceb',
  '#fad6d4',
  '#f2aaa6',
  '#e97b75',
  '#df544d',
  '#d03b33',
  '#c0302a',
  '#b02a25',
  '#a12622',
  '#851c19',
];
const slate: MantineColorsTuple = [
  '#d9dee6',
  '#bcc5d1',
  '#9aa6b5',
  '#75828f',
  '#4b5766',
  '#394451',
  '#2a343f',
  '#1d252e',
  '#161d25',
  '#10161c',
];
const gray: MantineColorsTuple = [
  '#f6f8fa',
  '#eff2f5',
  '#e3e8ed',
  '#d5dce3',
  '#c0cad4',
  '#97a3b0',
  '#6b7887',
  '#515e6c',
  '#3a4653',
  '#232d38',
];

/** A long list of options scrolls itself: an area of its own within would have to be reached by the keyboard. */
const LONG_LIST = { withScrollArea: false, styles: { options: { maxHeight: 220, overflowY: 'auto' } } } as const;

export const theme = createTheme({
  primaryColor: 'petrol',
  colors: { petrol, danger, dark: slate, gray },
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  luminanceThreshold: 0.179,
  defaultRadius: 'md',
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  fontSizes: { xs: '0.75rem', sm: '0.8438rem', md: '0.9063rem', lg: '1.0313rem', xl: '1.1875rem' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', checkIconPosition: 'right', ...LONG_LIST } },
    Textarea: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, events: { hover: true, focus: true, touch: true } } },
    // The placeholder is a focusable child that a menu must not have.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Paper: { defaultProps: { withBorder: true } },
    Modal: { defaultProps: { centered: true, closeButtonProps: {} } },
  },
});
